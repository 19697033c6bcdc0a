/** The message for the technician: what it holds is shown before it is written. */
import { call, host } from "../../shared/ipc/client.ts";
import { Failure, failureOf } from "../../shared/ipc/failure.ts";
import { query } from "../../shared/query/query.svelte.ts";
import { toasts } from "../../shared/ui/toasts.svelte.ts";
import { fixWords } from "./fix.words.ts";

/** The message. Made while its view is being made. */
export class Technician {
  readonly #summary: () => string;
  anonymous = $state(true);
  chosen = $state(0);
  failure = $state.raw<Failure>();
  busy = $state(false);
  readonly collected = query("support.collect", () => ({ anonymous: this.anonymous }));

  constructor(summary: () => string) {
    this.#summary = summary;
  }

  /** The window's own part: what the person saw. */
  readonly summary = $derived.by(() => ({ name: fixWords().summary, text: this.#summary() }));
  readonly parts = $derived(this.collected.data ? [this.summary, ...this.collected.data] : []);
  readonly shown = $derived(this.parts[this.chosen] ?? this.parts[0]);

  /** Writes it where the person says; `saved` is told once it is there. */
  async save(saved: () => void): Promise<void> {
    const texts = this.collected.data;
    if (!texts || this.busy) return;
    const name = fixWords().fileName;
    const file = await host().pickSave({ title: fixWords().technicianTitle, name, extensions: ["zip"] });
    if (file === null) return;
    this.busy = true;
    this.failure = undefined;
    try {
      await call("support.save", { file, anonymous: this.anonymous, summaries: [this.summary], texts });
      toasts.done(fixWords().saved(file));
      saved();
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
    this.busy = false;
  }
}
