/** The message for the technician: collected, looked at by its owner, saved where they say. */
import type { SupportText } from "../../shared/ipc/bindings.ts";
import { clock } from "../../shared/clock.ts";
import { call, host } from "../../shared/ipc/client.ts";
import { failureOf, type Failure } from "../../shared/ipc/failure.ts";
import { toasts } from "../../shared/ui/toasts.svelte.ts";
import * as format from "../../shared/words/format.ts";
import { engineLanguage } from "../../shared/words/language.svelte.ts";
import { technicianWords } from "./technician.words.ts";

/** What is said in a few sentences, and what was collected. */
export interface Collected {
  readonly summaries: SupportText[];
  readonly texts: SupportText[];
}

/** The message. */
export class Message {
  anonymous = $state(true);
  busy = $state(false);
  failure = $state.raw<Failure>();
  /** What a person looks at. */
  shown = $state.raw<Collected>();

  async show(): Promise<void> {
    await this.#working(async () => {
      this.shown = await this.#collect();
    });
  }

  /** Saves what was looked at, or what there is now. */
  async save(): Promise<void> {
    await this.#working(async () => {
      const collected = this.shown ?? (await this.#collect());
      const file = await host().pickSave({
        title: technicianWords().pickMessage,
        name: technicianWords().messageName,
        extensions: ["zip"],
      });
      if (file === null) return;
      await call("support.save", { file, anonymous: this.anonymous, ...collected });
      this.shown = undefined;
      toasts.done(technicianWords().messageSaved);
    });
  }

  async #collect(): Promise<Collected> {
    const language = engineLanguage();
    const [told, computer, texts] = await Promise.all([
      call("status.tell", { language }),
      call("computer.show", {}),
      call("support.collect", { anonymous: this.anonymous }),
    ]);
    const now = `${format.date(clock.now())}, ${format.time(clock.now())}`;
    const lines = [
      technicianWords().summary(computer.version, now),
      // What is looked at is what is saved: without names there is none here either.
      ...(this.anonymous ? [] : [technicianWords().summaryOf(computer.name)]),
      told.title,
      ...told.lines.map(sentence),
    ];
    return { summaries: [{ name: technicianWords().summaryName, text: `${lines.join("\n")}\n` }], texts };
  }

  async #working(deed: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.failure = undefined;
    try {
      await deed();
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
    this.busy = false;
  }
}

function sentence(line: { sentence: string }): string {
  return `- ${line.sentence}`;
}
