/** The three facts under the state: the last good copy, what is missing (or what comes next), and what comes next (or the last proof). */
import type {
  AgentView,
  DrillReport,
  Names,
  OperationRow,
  SnapshotView,
  StatusReason,
  StatusTold,
  StatusView,
} from "../../shared/ipc/bindings.ts";
import type { IconName } from "../../shared/ui/icons.ts";
import type { Work } from "../../shared/query/live.svelte.ts";
import * as format from "../../shared/words/format.ts";
import { missingFact } from "./missing.ts";
import { words } from "./words.ts";

/** A fact with its name and a few words more. */
export interface Fact {
  readonly icon: IconName;
  readonly tone: "" | "c-ok" | "c-warn" | "c-bad" | "c-accent";
  readonly name: string;
  readonly value: string;
  readonly more: string;
}

/** What the facts are made of. */
export interface Known {
  readonly told: StatusTold;
  readonly status: StatusView | undefined;
  readonly agent: AgentView | undefined;
  readonly drill: OperationRow | undefined;
  readonly backup: Work | undefined;
}

/** The three facts. */
export function threeFacts(known: Known): [Fact, Fact, Fact] {
  const last = lastFact(known);
  const main = known.told.lines[0]?.reason;
  const names: Names = known.status?.names ?? { plans: {}, destinations: {}, sources: {} };
  const missing = main && missingFact(main, known.told.state, names);
  const next = known.backup ? runningFact(known.backup, names) : nextFact(known);
  return missing ? [last, missing, next] : [last, next, drillFact(known.drill)];
}

function lastFact({ told, status }: Known): Fact {
  const bad = told.state === "not_protected";
  const name = bad ? words().facts.lastGood : words().facts.last;
  const last = (status?.plans ?? [])
    .filter((plan) => !bad || concerns(told.lines[0]?.reason, plan.id))
    .flatMap((plan) => (plan.last ? [plan.last] : []))
    .sort((a, b) => b.created_at.localeCompare(a.created_at))[0];
  const icon = bad || !last ? "circle-x" : "circle-check";
  const tone = bad ? "c-bad" : last ? "c-ok" : "";
  if (!last) return { icon, tone, name, value: words().facts.none, more: "" };
  const at = format.moment(last.created_at);
  return { icon, tone, name, value: format.dayTime(at), more: bad ? format.away(at) : made(last) };
}

function concerns(reason: StatusReason | undefined, plan: string): boolean {
  return reason === undefined || !("plan" in reason) || reason.plan === plan;
}

function made(last: SnapshotView): string {
  const kind = words().kinds[last.kind];
  const bytes = format.bytes(last.bytes_stored);
  return last.kind === "full" ? words().facts.allBytes(kind, bytes) : words().facts.newBytes(kind, bytes);
}

function runningFact(work: Work, names: Names): Fact {
  const plan = work.operation.plan === null ? undefined : names.plans[work.operation.plan];
  return {
    icon: "loader-circle",
    tone: "c-accent",
    name: words().facts.running,
    value: plan ?? words().ofAll,
    more: words().facts.began(format.time(format.moment(work.operation.started_at))),
  };
}

function nextFact({ told, agent }: Known): Fact {
  const name = told.state === "not_protected" ? words().facts.nextTry : words().facts.next;
  const due = agent?.plans
    .filter((plan) => plan.paused === null)
    .flatMap((plan) => plan.next.map((next) => next.due.at))
    .sort()[0];
  if (agent?.paused) {
    const { until } = agent.paused;
    const more = until
      ? words().facts.goesOn(format.inside(format.dayTime(format.moment(until))))
      : words().facts.untilResumed;
    return { icon: "circle-pause", tone: "", name, value: words().facts.paused, more };
  }
  if (due === undefined) {
    return { icon: "clock", tone: "", name, value: words().facts.noNext, more: words().facts.noNextMore };
  }
  const at = format.moment(due);
  return { icon: "clock", tone: "", name, value: format.dayTime(at), more: format.away(at) };
}

function drillFact(drill: OperationRow | undefined): Fact {
  const { name, icon } = { name: words().facts.drill, icon: "archive-restore" as const };
  if (!drill) return { icon, tone: "", name, value: words().facts.never, more: words().facts.drillSoon };
  const value = format.away(format.moment(drill.ended_at ?? drill.started_at));
  if (drill.result === null) return { icon, tone: "c-warn", name, value, more: words().facts.drillFailed };
  const report = JSON.parse(drill.result) as DrillReport;
  return { icon, tone: "c-ok", name, value, more: words().facts.drillDone(report.files, report.databases) };
}
