/** A single operation: what it did or why it failed, and what can be done about it. */
import { clock } from "../../shared/clock.ts";
import { call } from "../../shared/ipc/client.ts";
import { Failure, failureOf } from "../../shared/ipc/failure.ts";
import { live } from "../../shared/query/live.svelte.ts";
import { query } from "../../shared/query/query.svelte.ts";
import { toasts } from "../../shared/ui/toasts.svelte.ts";
import * as format from "../../shared/words/format.ts";
import { titleOf } from "./describe.ts";
import { fixOf } from "./fix.ts";
import { fixWords } from "./fix.words.ts";
import { doneBy, failuresUpTo, isFailure, isOver, isUndoable } from "./results.ts";
import { words } from "./words.ts";
import { toldOf } from "../../shared/query/told.ts";

/** What a second step asks about. */
export type Asking = "undo" | "prune" | "technician";

/** The page of an operation. Made while its view is being made. */
export class OperationModel {
  readonly id: string;
  readonly shown = query("operations.show", () => ({ name: this.id }));
  readonly plans = query("plans.list", () => ({}));
  readonly tell = toldOf(() => this.operation?.error);
  readonly snapshots = query("snapshots.list", () => (this.failed && this.plan ? { plan: this.plan } : null));

  readonly alike = query("operations.page", () =>
    this.failed && this.operation && this.plan !== null
      ? { plan: this.plan, verbs: [this.operation.verb], limit: 100 }
      : null,
  );

  asking = $state<Asking>();
  failure = $state.raw<Failure>();
  busy = $state(false);
  /** The engine said that there is no way back. */
  #lost = $state(false);

  constructor(id: string) {
    this.id = id;
  }

  readonly operation = $derived(this.shown.data);
  readonly work = $derived(live.ofOperation(this.shown.data?.id ?? ""));
  readonly plan = $derived(this.plans.data?.find((plan) => plan.id === this.operation?.plan)?.name ?? null);
  readonly told = $derived(this.tell.data);
  readonly failed = $derived(this.operation !== undefined && isFailure(this.operation));
  readonly over = $derived(this.operation !== undefined && isOver(this.operation));
  readonly done = $derived(this.operation && doneBy(this.operation));
  readonly title = $derived(this.operation ? titleOf(this.operation, this.plan) : words().title);
  readonly fix = $derived(this.operation && this.failed ? fixOf(this.operation, this.told, this.plan) : undefined);
  readonly undoable = $derived(!this.#lost && this.operation !== undefined && isUndoable(this.operation, clock.now()));
  /** How many of its kind have failed one after another, up to this one. */
  readonly inRow = $derived(this.operation ? failuresUpTo(this.alike.data?.rows ?? [], this.operation) : 0);
  /** The newest copy of the plan that is not a safety snapshot. */
  readonly lastGood = $derived(
    this.snapshots.data
      ?.filter((row) => row.class !== "safety" && row.state !== "damaged")
      .map((row) => row.created_at)
      .sort()
      .at(-1),
  );

  /** Does what helps; what needs a second step asks first. */
  async help(confirmed = false): Promise<void> {
    const fix = this.fix;
    if (!fix) return;
    if (fix.ask && !confirmed) {
      this.asking = fix.ask;
      return;
    }
    await this.#do(() => fix.run());
  }

  undo(): Promise<void> {
    return this.#do(async () => {
      await call("operations.start", { verb: "undo", operation: this.id });
      this.#lost = true;
      toasts.done(words().undoStarted);
    });
  }

  pause(paused: boolean): Promise<void> {
    return this.#do(async () => void (await call(paused ? "operations.pause" : "operations.resume", this.id)));
  }

  stop(): Promise<void> {
    return this.#do(async () => {
      await call("operations.cancel", this.id);
      toasts.say(words().stopped);
    });
  }

  /** What a person sends to whoever helps: the same words as the page, and the technical ones. */
  report(): string {
    const operation = this.operation;
    if (!operation) return "";
    const at = (text: string) => format.dayTime(format.moment(text));
    const lines = [
      this.title,
      this.plan === null ? "" : fixWords().reportPlan(this.plan),
      fixWords().reportWhen(at(operation.started_at), operation.ended_at ? at(operation.ended_at) : "…"),
      fixWords().reportState(words().states[operation.state]),
      this.told ? `${this.told.title} ${this.told.hint}` : "",
      this.told?.technical ?? "",
      ...operation.issues.map((issue) => `${issue.kind}: ${issue.path} ${issue.detail ?? ""}`),
      fixWords().reportId(operation.id),
    ];
    return lines.filter((line) => line !== "").join("\n");
  }

  async copyReport(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.report());
      toasts.done(words().copied);
    } catch {
      toasts.say(words().notCopied);
    }
  }

  async #do(deed: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.failure = undefined;
    try {
      await deed();
    } catch (thrown) {
      this.failure = failureOf(thrown);
      if (this.failure.told.kind === "cannot_undo") this.#lost = true;
    }
    this.asking = undefined;
    this.busy = false;
  }
}
