/** The inbox of alerts: what is wrong and what helps, what is over. */
import type { AlertTold, AlertView, Cause } from "../../shared/ipc/bindings.ts";
import { call } from "../../shared/ipc/client.ts";
import { Failure, failureOf } from "../../shared/ipc/failure.ts";
import { query } from "../../shared/query/query.svelte.ts";
import { router } from "../../shared/route.svelte.ts";
import { toasts } from "../../shared/ui/toasts.svelte.ts";
import { engineLanguage } from "../../shared/words/language.svelte.ts";
import { fixWords } from "./fix.words.ts";

/** An alert with its words. */
export interface Alert {
  readonly view: AlertView;
  readonly told: AlertTold;
}

/** A computer that somebody is asked about. */
export interface Forgetting {
  readonly id: string;
  readonly name: string;
}

/** The inbox. Made while its page is being made. */
export class Inbox {
  readonly list = query("alerts.list", () => ({}));
  readonly tell = query("alerts.tell", () => ({ language: engineLanguage() }));
  failure = $state.raw<Failure>();
  busy = $state(false);
  forgetting = $state.raw<Forgetting>();

  readonly all = $derived.by((): readonly Alert[] => {
    const texts = new Map(this.tell.data?.map((told) => [told.key, told]));
    return (this.list.data?.alerts ?? []).flatMap((view) => {
      const told = texts.get(view.key);
      return told ? [{ view, told }] : [];
    });
  });
  readonly open = $derived(this.all.filter((alert) => alert.view.closed_at === null));
  readonly over = $derived(this.all.filter((alert) => alert.view.closed_at !== null));
  readonly loading = $derived(this.list.loading || this.tell.loading);
  readonly troubled = $derived(this.list.failure ?? this.tell.failure);

  again(): void {
    this.list.again();
    this.tell.again();
  }

  /** What the button of an alert says. */
  label(cause: Cause): string {
    const text = fixWords();
    switch (cause.cause) {
      case "late":
      case "no_copy":
        return text.backUpNow;
      case "no_copy_for":
        return text.seePlans;
      case "runs_fail":
      case "drill_failed":
        return text.seeFailure;
      case "stalled":
        return text.seeOperation;
      case "space_low":
      case "signed_out":
      case "sign_in_expires":
        return text.destinations;
      case "drill_overdue":
        return text.testNow;
      case "flagged":
        return text.review;
      case "silent":
        return text.forgetSilent;
      case "disbelieved":
        return text.forgetDoubted;
    }
  }

  /** Does what the button says. */
  act(cause: Cause): Promise<void> {
    return this.#do(() => this.#act(cause));
  }

  forget(): Promise<void> {
    const computer = this.forgetting;
    return this.#do(async () => {
      if (!computer) return;
      await call("computers.forget", { name: computer.id });
      toasts.done(fixWords().forgotten);
      this.forgetting = undefined;
    });
  }

  async #act(cause: Cause): Promise<void> {
    switch (cause.cause) {
      case "late":
      case "no_copy":
        return this.#backUp(cause.plan);
      case "no_copy_for":
        return router.go("home");
      case "runs_fail":
        return this.#lastFailure(this.#planName(cause.plan), "back_up");
      case "drill_failed":
        return this.#lastFailure(null, "drill");
      case "stalled":
        return router.go("activity", [cause.operation]);
      case "space_low":
      case "signed_out":
      case "sign_in_expires":
        return router.go("destinations");
      case "drill_overdue":
        return this.#drill();
      case "flagged":
        return this.#review(cause.plan);
      case "silent":
      case "disbelieved":
        this.forgetting = { id: cause.computer, name: cause.name };
    }
  }

  async #backUp(id: string): Promise<void> {
    const plan = this.#planName(id) ?? id;
    await call("operations.start", { verb: "back_up", plan, kind: null, class: "manual" });
    toasts.done(fixWords().started);
  }

  async #lastFailure(plan: string | null, verb: "back_up" | "drill"): Promise<void> {
    const page = await call("operations.page", { plan, verbs: [verb], only_problems: true, limit: 1 });
    const row = page.rows[0];
    if (row) router.go("activity", [row.id]);
    else toasts.say(fixWords().noFailure);
  }

  /** Tests every plan that has something to test. */
  async #drill(): Promise<void> {
    const status = await call("status.show", {});
    for (const each of status.plans.filter((plan) => plan.snapshots > 0))
      await call("operations.start", { verb: "drill", plan: each.plan, extent: "sample" });
    toasts.done(fixWords().started);
  }

  /** The flagged copy of the plan, newest first, where it is decided about. */
  async #review(id: string): Promise<void> {
    const status = await call("status.show", {});
    const plan = status.plans.find((each) => each.id === id);
    const snapshot = plan?.flagged?.[0]?.id;
    const choices = { ...(plan ? { plan: plan.plan } : {}), ...(snapshot === undefined ? {} : { snapshot }) };
    router.go("history", [], choices);
  }

  #planName(id: string): string | null {
    return this.list.data?.names.plans[id] ?? null;
  }

  async #do(deed: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.failure = undefined;
    try {
      await deed();
    } catch (thrown) {
      this.failure = failureOf(thrown);
      this.forgetting = undefined;
    }
    this.busy = false;
  }
}
