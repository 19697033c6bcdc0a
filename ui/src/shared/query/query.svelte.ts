/**
 * What the engine said, kept once for the whole window: asked when somebody looks, shared by all who look at the same, asked again
 * when a topic that it rests on changes or it depends on the time.
 */
import { call, type CommandName, type RequestOf, type ResponseOf } from "../ipc/client.ts";
import { Failure, failureOf } from "../ipc/failure.ts";
import type { Topic } from "../ipc/bindings.ts";
import { locale } from "../words/language.svelte.ts";
import { dependsOnTime, isTouched } from "./topics.ts";

/** Answers that nobody looks at are forgotten beyond so many. */
const KEPT = 60;

/** One answer, as it stands. */
class Answer {
  data = $state.raw<unknown>();
  failure = $state.raw<Failure>();
  /** Who looks at it. */
  eyes = 0;
  #asking = false;
  #again = false;

  constructor(
    readonly command: CommandName,
    readonly request: unknown,
  ) {}

  /** Asks the engine; while an answer is awaited, once more after it. */
  async ask(): Promise<void> {
    if (this.#asking) {
      this.#again = true;
      return;
    }
    this.#asking = true;
    do {
      this.#again = false;
      try {
        this.data = await call(this.command, this.request as never);
        this.failure = undefined;
      } catch (thrown) {
        this.failure = failureOf(thrown);
      }
    } while (this.#again);
    this.#asking = false;
  }
}

const answers = new Map<string, Answer>();

function answerTo(command: CommandName, request: unknown): Answer {
  const key = `${command} ${JSON.stringify(request)} ${locale.language}`;
  const known = answers.get(key);
  if (known) return known;
  const made = new Answer(command, request);
  answers.set(key, made);
  for (const [old, answer] of answers) {
    if (answers.size <= KEPT) break;
    if (answer.eyes === 0 && answer !== made) answers.delete(old);
  }
  return made;
}

/** A look at an answer. */
export interface Query<T> {
  /** The last answer; while a new one is awaited, the one before. */
  readonly data: T | undefined;
  /** Why the last call failed. */
  readonly failure: Failure | undefined;
  /** Whether nothing is known yet. */
  readonly loading: boolean;
  /** Asks again. */
  again(): void;
}

/** How an answer is looked at. */
export interface Looking {
  /** While another request is awaited, the answer to the one before stays: for pages of a list, so that nothing jumps. */
  readonly keep?: boolean;
}

/**
 * Looks at the answer of a command for as long as the component lives. `request` may depend on state; `null` asks nothing.
 */
export function query<N extends CommandName>(
  name: N,
  request: () => RequestOf<N> | null,
  { keep = false }: Looking = {},
): Query<ResponseOf<N>> {
  let last: { readonly data: unknown } | undefined;
  const answer = $derived.by(() => {
    const asked = request();
    return asked === null ? undefined : answerTo(name, asked);
  });
  $effect(() => {
    const looked = answer;
    if (!looked) return;
    looked.eyes += 1;
    void looked.ask();
    return () => {
      looked.eyes -= 1;
    };
  });
  return {
    get data() {
      if (keep && answer?.data !== undefined) last = { data: answer.data };
      return (answer ? (answer.data ?? last?.data) : undefined) as ResponseOf<N> | undefined;
    },
    get failure() {
      return answer?.failure;
    },
    get loading() {
      return answer !== undefined && answer.data === undefined && answer.failure === undefined;
    },
    again: () => void answer?.ask(),
  };
}

/** Asks again for what rests on these topics; what nobody looks at is forgotten. */
export function topicsChanged(topics: readonly Topic[]): void {
  for (const [key, answer] of [...answers]) {
    if (!isTouched(answer.command, topics)) continue;
    if (answer.eyes > 0) void answer.ask();
    else answers.delete(key);
  }
}

/** Asks again for everything that somebody looks at: a minute passed, or the computer woke. */
export function timePassed(): void {
  for (const answer of answers.values()) {
    if (answer.eyes > 0 && dependsOnTime(answer.command)) void answer.ask();
  }
}

/** Forgets everything (tests). */
export function forgetAnswers(): void {
  answers.clear();
}
