/** The last runs of a plan as a strip: the shape says what became of each, a sentence says it for those who can't see it. */
import type { BackUpReport, OperationRow } from "../../shared/ipc/bindings.ts";
import { listed } from "../../shared/words/format.ts";
import { planWords } from "./plans.words.ts";

/** What became of a run. */
export type Run = "full" | "quick" | "incomplete" | "failed" | "now";

/** So many runs are shown. */
export const RUNS = 30;

/**
 * The runs from the oldest to the newest. `rows` come newest first; `waiting` is how many archives still wait for a destination:
 * an older one that did not reach every destination at first has reached it since.
 */
export function runsOf(rows: readonly OperationRow[], waiting: number): Run[] {
  let unsent = waiting;
  const runs: Run[] = [];
  for (const row of rows) {
    const run = runOf(row, unsent > 0);
    if (run === undefined) continue;
    if (run === "incomplete" && row.state === "succeeded") unsent -= 1;
    runs.push(run);
  }
  return runs.reverse();
}

function runOf(row: OperationRow, unsent: boolean): Run | undefined {
  switch (row.state) {
    case "queued":
    case "running":
    case "cancelling":
      return "now";
    case "failed":
    case "interrupted":
      return "failed";
    case "cancelled":
      return undefined;
    case "succeeded_with_issues":
      return "incomplete";
    case "succeeded": {
      const report = reportOf(row);
      if (unsent && report !== undefined && report.waiting.length > 0) return "incomplete";
      return report?.kind === "full" ? "full" : "quick";
    }
  }
}

function reportOf(row: OperationRow): BackUpReport | undefined {
  return row.result === null ? undefined : (JSON.parse(row.result) as BackUpReport);
}

/** What the strip says, in one sentence. */
export function stripSentence(runs: readonly Run[]): string {
  const of = (kind: Run) => runs.filter((run) => run === kind).length;
  const [failed, incomplete, now] = [of("failed"), of("incomplete"), of("now")];
  const troubles = [
    ...(failed > 0 ? [planWords().stripFailed(failed)] : []),
    ...(incomplete > 0 ? [planWords().stripIncomplete(incomplete)] : []),
    ...(now > 0 ? [planWords().stripNow] : []),
  ];
  if (troubles.length === 0) return planWords().stripAll(runs.length);
  return listed([planWords().strip(runs.length, runs.length - failed - incomplete - now), ...troubles]);
}

/** The figure beside the strip: what matters most about it. */
export function stripFigure(runs: readonly Run[]): string {
  if (runs.length === 0) return planWords().noCopies;
  if (runs.at(-1) === "now") return planWords().runsNow;
  const last = runs.length - 1 - runs.findLastIndex((run) => run !== "failed");
  if (last > 1) return planWords().runsInARow(last);
  const incomplete = runs.filter((run) => run === "incomplete").length;
  if (incomplete > 0) return planWords().runsWaiting(incomplete);
  const failed = runs.filter((run) => run === "failed").length;
  return failed > 0 ? planWords().runsFailed(runs.length, failed) : planWords().runsGood(runs.length);
}
