/** What the history shows and where in it a person is: plan, day and copy stand in the address. */
import { clock } from "../../shared/clock.ts";
import type { Class } from "../../shared/ipc/bindings.ts";
import { call } from "../../shared/ipc/client.ts";
import { Failure, failureOf } from "../../shared/ipc/failure.ts";
import { live } from "../../shared/query/live.svelte.ts";
import { width } from "../../shared/narrow.svelte.ts";
import { query } from "../../shared/query/query.svelte.ts";
import { router, type Route } from "../../shared/route.svelte.ts";
import { toasts } from "../../shared/ui/toasts.svelte.ts";
import { dayKey, quoted } from "../../shared/words/format.ts";
import { isProven } from "./describe.ts";
import { firstDay, heatOf } from "./heat.ts";
import { LINE, Lines, TALL_LINE } from "./weeks.ts";
import { words } from "./words.ts";

/** The history of a plan, or of all. Made while its page is being made. */
export class History {
  readonly #route: () => Route;
  readonly plans = query("plans.list", () => ({}));
  readonly places = query("destinations.list", () => ({}));
  readonly rows = query("snapshots.list", () => this.#ofPlan());
  readonly days = query("snapshots.days", () => {
    const of = this.#ofPlan();
    return of && { ...of, from: firstDay(this.today), to: this.today, zone: clock.zone() ?? null };
  });
  readonly agent = query("agent.show", () => this.#ofPlan());
  /** The copy that the address names; it tells its plan when the address does not. */
  readonly named = query("snapshots.show", () => (this.snapshot === null ? null : { snapshot: this.snapshot }));

  failure = $state.raw<Failure>();
  busy = $state(false);

  constructor(route: () => Route) {
    this.#route = route;
  }

  readonly today = $derived(dayKey(clock.now()));
  readonly snapshot = $derived(this.#choice("snapshot"));
  readonly day = $derived(this.#choice("day"));
  readonly names = $derived(this.plans.data?.map((plan) => plan.name) ?? []);
  readonly everything = $derived(this.#choice("plans") === "all");
  /** The plan whose copies are shown; `null` for all of them, `undefined` while it is not known. */
  readonly plan = $derived.by((): string | null | undefined => {
    if (this.everything) return null;
    const chosen = this.#choice("plan");
    if (chosen !== null) return chosen;
    if (this.snapshot !== null && !this.named.failure) return this.named.data?.plan;
    return this.plans.data ? (this.names[0] ?? null) : undefined;
  });
  readonly lines = $derived(new Lines(this.rows.data ?? [], width.isNarrow ? TALL_LINE : LINE));
  readonly heat = $derived(heatOf(this.days.data ?? [], this.today));
  readonly unproven = $derived(countOf(this.rows.data ?? [], (row) => !isProven(row)));
  readonly oldest = $derived(this.lines.oldest);
  readonly troubled = $derived(this.plans.failure ?? this.rows.failure ?? this.days.failure);
  readonly loading = $derived(!this.rows.data || !this.plans.data || !this.days.data);
  /** The next date of the plan that is shown. */
  readonly next = $derived(
    this.agent.data?.plans
      .flatMap((plan) => plan.next.map((date) => date.due.at))
      .sort()
      .at(0),
  );
  readonly running = $derived.by(() => {
    const ids = this.plans.data?.filter((plan) => this.plan === null || plan.name === this.plan).map((plan) => plan.id);
    return live.work.some((work) => work.operation.verb === "back_up" && ids?.includes(work.operation.plan ?? ""));
  });

  /** Asks again for whatever could not be had. */
  again(): void {
    for (const asked of [this.plans, this.rows, this.days]) if (asked.failure) asked.again();
  }

  showPlan(name: string | null): void {
    router.go("history", [], name === null ? { plans: "all" } : { plan: name });
  }

  showDay(day: string): void {
    router.go("history", [], { ...this.#choices(), day });
  }

  open(snapshot: string): void {
    router.go("history", [], { ...this.#choices(), snapshot });
  }

  close(): void {
    const { snapshot: _, ...rest } = this.#choices();
    router.go("history", [], rest);
  }

  /** Makes the first copy of the plan, or of every plan. */
  async backUpNow(): Promise<void> {
    const plans = this.plan === null || this.plan === undefined ? this.names : [this.plan];
    const manual: Class = "manual";
    this.busy = true;
    this.failure = undefined;
    try {
      for (const plan of plans) await call("operations.start", { verb: "back_up", plan, kind: null, class: manual });
      toasts.done(words().started(plans.map(quoted).join(", ")));
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
    this.busy = false;
  }

  /** The choices as they stand, with the plan said, so that opening a copy changes nothing else. */
  #choices(): Record<string, string> {
    const plan: Record<string, string> = this.plan === null ? { plans: "all" } : this.plan ? { plan: this.plan } : {};
    const kept = Object.entries(this.#route().choices).filter(([name]) => name === "day" || name === "snapshot");
    return { ...plan, ...Object.fromEntries(kept) };
  }

  #choice(name: string): string | null {
    return this.#route().choices[name] ?? null;
  }

  #ofPlan(): { plan: string | null } | null {
    return this.plan === undefined ? null : { plan: this.plan };
  }
}

/** How many there are of a kind; no list of them is made. */
function countOf<T>(all: readonly T[], is: (each: T) => boolean): number {
  return all.reduce((count, each) => (is(each) ? count + 1 : count), 0);
}
