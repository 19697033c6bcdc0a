/** A way of telling the owner that is being set up or changed. Its secret goes in and never comes out. */
import type { ChannelConfig, ChannelView, EmailConfig } from "../../shared/ipc/bindings.ts";
import { call } from "../../shared/ipc/client.ts";
import { failureOf, type Failure } from "../../shared/ipc/failure.ts";
import { toasts } from "../../shared/ui/toasts.svelte.ts";
import { engineLanguage } from "../../shared/words/language.svelte.ts";
import { freshConfig, kindOf, type WayKind } from "./ways.ts";
import { mistakesIn, type Mistakes } from "./way-mistakes.ts";
import { noticeWords } from "./notices.words.ts";

const fields: readonly string[] = ["name", "host", "port", "user", "password", "from", "to", "url", "extra_roots"];

/** The form. */
export class WayForm {
  readonly kind: WayKind;
  /** Whether there is none yet. */
  readonly fresh: boolean;
  readonly #on: boolean;
  name = $state("");
  config = $state.raw<ChannelConfig>({ type: "desktop" });
  secret = $state("");
  /** The receivers as they are typed. */
  receivers = $state("");
  roots = $state("");
  busy = $state(false);
  /** It is kept, whatever its test ends with. */
  kept = $state(false);
  failure = $state.raw<Failure>();
  /** Whether it was tried: before, nothing is called a mistake. */
  #tried = $state(false);
  /** Whether there is a secret already, which stays when none is typed. */
  readonly #hasSecret: boolean;

  readonly mistakes = $derived.by((): Mistakes =>
    this.#tried ? mistakesIn(this.#said(), this.name, this.secret, this.#hasSecret || this.kept) : {},
  );

  constructor(of: { kind: WayKind } | { channel: ChannelView }) {
    const channel = "channel" in of ? of.channel : undefined;
    const kind = "kind" in of ? of.kind : kindOf(of.channel.config);
    this.kind = kind === "desktop" ? "json" : kind;
    this.fresh = channel === undefined;
    this.#on = channel?.on ?? true;
    this.#hasSecret = channel !== undefined && !(channel.config.type === "email" && channel.config.user === null);
    this.name = channel?.name ?? noticeWords().kinds[this.kind];
    this.config = channel?.config ?? freshConfig(this.kind);
    this.receivers = this.config.type === "email" ? this.config.to.join(", ") : "";
    this.roots = "extra_roots" in this.config ? this.config.extra_roots.join("\n") : "";
  }

  get email(): EmailConfig | undefined {
    return this.config.type === "email" ? this.config : undefined;
  }

  changeEmail(changes: Partial<EmailConfig>): void {
    if (this.config.type === "email") this.config = { ...this.config, ...changes };
    this.failure = undefined;
  }

  allowPlain(allow_plain_http: boolean): void {
    if (this.config.type === "webhook" || this.config.type === "ping")
      this.config = { ...this.config, allow_plain_http };
    this.failure = undefined;
  }

  /** The mistake at a field. */
  errorAt(field: string): string | undefined {
    const own = this.mistakes[field];
    if (own !== undefined) return own;
    if (!this.failure || this.#fieldAtFault() !== field) return undefined;
    return `${this.failure.told.title}. ${this.failure.told.hint}`;
  }

  /** What failed and belongs to no field of this form. */
  get otherFailure(): Failure | undefined {
    return this.failure && this.#fieldAtFault() === undefined ? this.failure : undefined;
  }

  #fieldAtFault(): string | undefined {
    const field = this.failure?.told.kind === "already_exists" ? "name" : this.failure?.field;
    return field !== undefined && fields.includes(field) ? field : undefined;
  }

  /** Keeps it and sends a test. Answers whether the test arrived. */
  async save(): Promise<boolean> {
    this.#tried = true;
    if (Object.keys(this.mistakes).length > 0) return false;
    this.busy = true;
    this.failure = undefined;
    const name = this.name.trim();
    try {
      await call("channels.save", {
        name,
        config: this.#said(),
        on: this.#on,
        secret: this.secret === "" ? null : this.secret,
        fresh: this.fresh && !this.kept,
      });
      this.kept = true;
      await call("channels.test", { name, language: engineLanguage() });
      toasts.done(noticeWords().waySaved(name));
      return true;
    } catch (thrown) {
      this.failure = failureOf(thrown);
      return false;
    } finally {
      this.busy = false;
    }
  }

  #said(): ChannelConfig {
    const extra_roots = this.roots.trim() === "" ? [] : [this.roots.trim()];
    const config = this.config;
    if (config.type === "desktop") return config;
    if (config.type !== "email") return { ...config, extra_roots };
    const to = this.receivers.split(/[,;\n]/).map((address) => address.trim());
    return { ...config, to: to.filter((address) => address !== ""), extra_roots };
  }
}
