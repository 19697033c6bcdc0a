/** What the home screen shows, and what can be done from it. */
import { clock } from "../../shared/clock.ts";
import type { ArchiveKind, OperationRequest, Plan, StatusAction } from "../../shared/ipc/bindings.ts";
import { call } from "../../shared/ipc/client.ts";
import { failureOf } from "../../shared/ipc/failure.ts";
import { live } from "../../shared/query/live.svelte.ts";
import { query } from "../../shared/query/query.svelte.ts";
import { router } from "../../shared/route.svelte.ts";
import { toasts } from "../../shared/ui/toasts.svelte.ts";
import { engineLanguage } from "../../shared/words/language.svelte.ts";
import { words } from "./words.ts";
import { planWords } from "./plans.words.ts";

/** With more plans than this, a copy of everything is asked about first. */
const MANY = 3;

/** The home screen. Made while its component is. */
export class Home {
  readonly told = query("status.tell", () => ({ language: engineLanguage() }));
  readonly status = query("status.show", () => ({}));
  readonly plans = query("plans.list", () => ({}));
  readonly places = query("destinations.list", () => ({}));
  readonly agent = query("agent.show", () => ({ plan: null }));
  readonly uploads = query("uploads.list", () => ({}));
  readonly drills = query("operations.page", () => ({ verbs: ["drill" as const], limit: 1 }));
  /** The plan of which a person wants to see what would be removed. */
  pruning = $state.raw<Plan>();

  /** What failed and keeps the screen from saying anything. */
  readonly failure = $derived(this.told.failure ?? this.status.failure ?? this.plans.failure);
  readonly ready = $derived(this.told.data !== undefined && this.plans.data !== undefined);
  readonly backup = $derived(live.work.find((work) => work.operation.verb === "back_up"));
  readonly known = $derived({
    reasons: this.told.data?.lines.map((line) => line.reason) ?? [],
    uploads: this.uploads.data ?? [],
  });

  again(): void {
    for (const asked of [this.told, this.status, this.plans]) asked.again();
  }

  /** Does what the engine says is to be done, or goes to where it is done. */
  act(action: StatusAction): void {
    switch (action.action) {
      case "make_plan":
        return router.go("plan");
      case "back_up_now":
        return void this.backUp(this.planName(action.plan));
      case "see_failure":
        return void this.seeFailure(action.plan);
      case "review_changes":
        return this.review(action.plan);
      case "reconnect":
      case "connect":
        return router.go("destinations", [], { at: this.placeName(action.destination) });
      case "make_room":
        return this.makeRoom(action.destination);
      case "send_now":
        return void this.start({ verb: "sync", plan: null }, words().sendStarted);
      case "see_destinations":
        return router.go("destinations");
      case "add_destination":
        return router.go("plan", [this.planName(action.plan), "where"]);
      case "edit_schedule":
        return router.go("plan", [this.planName(action.plan), "when"]);
      case "see_plans":
        return document.getElementById("plans")?.focus();
      case "test_restore":
        return void this.drill();
      case "confirm_recovery_sheet":
        return router.go("settings");
    }
  }

  /** Copies one plan now. */
  backUp(plan: string, kind: ArchiveKind | null = null): Promise<void> {
    return this.start({ verb: "back_up", plan, kind, class: "manual" }, words().started(plan));
  }

  /** Copies everything now; asks first which, when there is much. */
  async backUpAll(evenMany = false): Promise<void> {
    const plans = this.plans.data ?? [];
    if (plans.length > MANY && !evenMany) return router.go("home", [], { ask: "backup" });
    const [only] = plans;
    if (only !== undefined && plans.length === 1) return this.backUp(only.name);
    await tried(async () => {
      for (const plan of plans) {
        await call("operations.start", { verb: "back_up", plan: plan.name, kind: null, class: "manual" });
      }
      toasts.done(words().startedAll);
    });
  }

  /** Looks closely at the newest copy of a plan. */
  check(plan: Plan): Promise<void> | undefined {
    const last = this.statusOf(plan)?.last;
    if (!last) return undefined;
    return this.start({ verb: "verify", snapshots: [last.id], level: "opened" }, words().checkStarted);
  }

  /** Removes what the rules let go. */
  prune(plan: string, confirmed: boolean): Promise<void> {
    return this.start({ verb: "prune", plan, confirmed }, planWords().pruneStarted(plan));
  }

  /** Pauses a plan, for so many hours, until tomorrow at eight, or until somebody resumes it. */
  async pause(plan: string, how: "hour" | "tomorrow" | "open"): Promise<void> {
    const until = how === "open" ? null : how === "hour" ? inAnHour() : tomorrow();
    await tried(async () => {
      await call("schedules.pause", { plan, until });
      toasts.done(words().paused(plan), () => void this.resume(plan));
    });
  }

  /** Ends a pause: of a plan, or of everything. */
  async resume(plan: string | null): Promise<void> {
    await tried(async () => {
      await call("schedules.resume", { plan });
      toasts.done(plan === null ? words().resumedAll : words().resumed(plan));
    });
  }

  async trustClock(): Promise<void> {
    await tried(async () => {
      await call("clock.trust", {});
      toasts.done(words().clockTrusted);
    });
  }

  async hold(id: string, paused: boolean): Promise<void> {
    await tried(() => call(paused ? "operations.resume" : "operations.pause", id));
  }

  async stop(id: string): Promise<void> {
    await tried(async () => {
      await call("operations.cancel", id);
      toasts.say(words().stopping, "info");
    });
  }

  statusOf(plan: Plan) {
    return this.status.data?.plans.find((each) => each.id === plan.id);
  }

  scheduleOf(plan: Plan) {
    return this.agent.data?.plans.find((each) => each.plan === plan.name);
  }

  planName(id: string): string {
    return this.plans.data?.find((plan) => plan.id === id)?.name ?? this.status.data?.names.plans[id] ?? id;
  }

  private placeName(id: string): string {
    return this.places.data?.find((place) => place.id === id)?.name ?? id;
  }

  /** The copy that waits for a person's word, where that is given. */
  private review(id: string): void {
    const flagged = this.status.data?.plans.find((plan) => plan.id === id)?.flagged?.[0];
    router.go("history", [], { plan: this.planName(id), ...(flagged ? { snapshot: flagged.id } : {}) });
  }

  /** What is kept there is what a person can change: where it is decided, or else the destination. */
  private makeRoom(id: string): void {
    const plan = this.places.data?.find((place) => place.id === id)?.plans[0];
    if (plan === undefined) router.go("destinations", [], { at: this.placeName(id) });
    else router.go("plan", [plan, "keep"]);
  }

  private async seeFailure(plan: string): Promise<void> {
    await tried(async () => {
      const page = await call("operations.page", {
        plan: this.planName(plan),
        verbs: ["back_up"],
        only_problems: true,
        limit: 1,
      });
      const [row] = page.rows;
      router.go("activity", row ? [row.id] : []);
    });
  }

  private async drill(): Promise<void> {
    const plans = (this.status.data?.plans ?? []).filter((plan) => plan.last !== null);
    await tried(async () => {
      for (const { plan } of plans) await call("operations.start", { verb: "drill", plan, extent: "sample" });
      toasts.done(words().drillStarted);
    });
  }

  private async start(request: OperationRequest, said: string): Promise<void> {
    await tried(async () => {
      await call("operations.start", request);
      toasts.done(said);
    });
  }
}

async function tried(deed: () => Promise<unknown>): Promise<void> {
  try {
    await deed();
  } catch (thrown) {
    const { title, hint } = failureOf(thrown).told;
    toasts.say(`${title}. ${hint}`, "circle-x");
  }
}

function inAnHour(): string {
  return new Date(clock.now().getTime() + 3_600_000).toISOString();
}

function tomorrow(): string {
  const at = clock.now();
  at.setDate(at.getDate() + 1);
  at.setHours(8, 0, 0, 0);
  return at.toISOString();
}
