/** Keep rules as people choose them, and how far back they reach. */
import type { Retention } from "../../shared/ipc/bindings.ts";
import { usualRetention } from "./form.ts";

/** The ways to say what is kept. */
export type KeepMode = "last" | "days" | "periods" | "all";

/** A single rule. */
export type KeepRule = "last" | "days" | "daily" | "weekly" | "monthly";

const nothing: Retention = { all: false, last: null, days: null, daily: null, weekly: null, monthly: null };
const ofMode: Record<KeepMode, readonly KeepRule[]> = {
  last: ["last"],
  days: ["days"],
  periods: ["daily", "weekly", "monthly"],
  all: [],
};
const usual: Record<KeepMode, Retention> = {
  last: { ...nothing, last: 30 },
  days: { ...nothing, days: 30 },
  periods: usualRetention,
  all: { ...nothing, all: true },
};

/** The way in which rules are said. */
export function modeOf(rules: Retention): KeepMode {
  if (rules.all) return "all";
  if (rules.last !== null && rules.days === null && !hasPeriods(rules)) return "last";
  if (rules.days !== null && rules.last === null && !hasPeriods(rules)) return "days";
  return "periods";
}

function hasPeriods(rules: Retention): boolean {
  return rules.daily !== null || rules.weekly !== null || rules.monthly !== null;
}

/** The rules of another way: those that the plan has when it is said so, else the usual ones. */
export function inMode(mode: KeepMode, kept: Retention): Retention {
  return modeOf(kept) === mode ? kept : usual[mode];
}

/** Rules that the way in which they are shown does not show: they count too. */
export function besides(rules: Retention): KeepRule[] {
  if (rules.all) return [];
  const shown = ofMode[modeOf(rules)];
  return (["last", "days"] as const).filter((rule) => rules[rule] !== null && !shown.includes(rule));
}

/** How far back the rules reach. */
export type Reach =
  | { readonly unit: "all" }
  | { readonly unit: "none" }
  | { readonly unit: "last" | "days" | "weeks" | "months" | "years"; readonly count: number };

/** The farthest that the rules reach. */
export function reachOf(rules: Retention): Reach {
  if (rules.all) return { unit: "all" };
  const [months, weeks] = [rules.monthly ?? 0, rules.weekly ?? 0];
  const days = Math.max(rules.daily ?? 0, rules.days ?? 0);
  const farthest = Math.max(months * 30.4, weeks * 7, days);
  if (farthest === 0) return rules.last === null ? { unit: "none" } : { unit: "last", count: rules.last };
  if (farthest === months * 30.4) {
    return months % 12 === 0 ? { unit: "years", count: months / 12 } : { unit: "months", count: months };
  }
  return farthest === weeks * 7 ? { unit: "weeks", count: weeks } : { unit: "days", count: days };
}
