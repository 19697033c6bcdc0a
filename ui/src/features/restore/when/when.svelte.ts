/** “When”: which copies there are, and which one is meant. */
import type { SnapshotView } from "../../../shared/ipc/bindings.ts";
import { clock } from "../../../shared/clock.ts";
import { query } from "../../../shared/query/query.svelte.ts";
import { toasts } from "../../../shared/ui/toasts.svelte.ts";
import { dayKey, daysFromToday, moment } from "../../../shared/words/format.ts";
import { restorable } from "../copies.ts";
import type { Wizard } from "../wizard.svelte.ts";
import { words } from "../words.ts";
import { addDays, addMonths } from "./calendar.ts";

/** A day that is often asked for. */
export type Quick = "latest" | "yesterday" | "weekAgo" | "monthAgo";

/** The quick ones, in their order. */
export const quicks: readonly Quick[] = ["latest", "yesterday", "weekAgo", "monthAgo"];

const dayOf = (row: SnapshotView): string => dayKey(moment(row.created_at));

/** The state of the step. */
export class When {
  readonly plans = query("plans.list", () => ({}));
  readonly all = query("snapshots.list", () => ({ plan: null }));
  readonly destinations = query("destinations.list", () => ({}));

  constructor(readonly wizard: Wizard) {}

  /** Names of plans with copies, those that still exist first. */
  readonly names = $derived.by(() => {
    const having = new Set(restorable(this.all.data ?? []).map((row) => row.plan));
    const known = (this.plans.data ?? []).map((plan) => plan.name);
    return [...known.filter((name) => having.has(name)), ...[...having].filter((name) => !known.includes(name))];
  });
  /** The plan whose copies are shown. */
  readonly plan = $derived.by(() => this.chosen?.plan ?? this.wizard.choices.plan ?? this.names[0] ?? "");
  /** Its copies, oldest first. */
  readonly rows = $derived.by(() => restorable(this.all.data ?? [], this.plan));
  /** The copy that is meant: the newest until a person says otherwise. */
  readonly chosen = $derived.by((): SnapshotView | undefined => {
    const all = restorable(this.all.data ?? []);
    const { snapshot, plan } = this.wizard.choices;
    return all.find((row) => row.id === snapshot) ?? restorable(all, plan ?? this.names[0]).at(-1);
  });
  readonly day = $derived(this.chosen ? dayOf(this.chosen) : dayKey(clock.now()));
  /** The copies of the day, newest first. */
  readonly ofDay = $derived(this.rows.filter((row) => dayOf(row) === this.day).toReversed());

  /** Takes a copy. */
  choose(row: SnapshotView): void {
    if (this.wizard.takeSnapshot(row.plan, row.id)) toasts.say(words().another);
  }

  /** Takes the newest copy of a day. */
  chooseDay(day: string): void {
    const row = this.rows.findLast((each) => dayOf(each) === day);
    if (row) this.choose(row);
  }

  /** Takes the newest copy of a plan. */
  choosePlan(plan: string): void {
    const row = restorable(this.all.data ?? [], plan).at(-1);
    if (row) this.choose(row);
  }

  /** Takes the last copy before a moment; false when there is none. */
  chooseBefore(before: Date): boolean {
    const row = this.rows.findLast((each) => moment(each.created_at) < before);
    if (row) this.choose(row);
    return row !== undefined;
  }

  /** The copy that a quick day stands for: the newest of yesterday; the newest until a week or a month ago. */
  quick(which: Quick): SnapshotView | undefined {
    const today = dayKey(clock.now());
    switch (which) {
      case "latest":
        return this.rows.at(-1);
      case "yesterday":
        return this.rows.findLast((row) => daysFromToday(moment(row.created_at)) === -1);
      case "weekAgo":
        return this.rows.findLast((row) => dayOf(row) <= addDays(today, -7));
      case "monthAgo":
        return this.rows.findLast((row) => dayOf(row) <= addMonths(today, -1));
    }
  }

  /** Takes what is shown as meant along to the next step. */
  settle(): void {
    const row = this.chosen;
    if (row && row.id !== this.wizard.choices.snapshot) this.wizard.takeSnapshot(row.plan, row.id);
  }
}
