/** What operations did, read from the text that the log keeps. */
import type { Operation, PruneReport, Results, Verb, VerifyRow } from "../../shared/ipc/bindings.ts";

/** The result of an operation, by its verb; `undefined` when it has none. */
export type Done =
  | { readonly verb: "back_up"; readonly report: Results["back_up"] }
  | { readonly verb: "restore" | "export"; readonly report: Results["restore"] }
  | { readonly verb: "undo"; readonly report: Results["undo"] }
  | { readonly verb: "verify"; readonly report: readonly VerifyRow[] }
  | { readonly verb: "drill"; readonly report: Results["drill"] }
  | { readonly verb: "prune"; readonly report: PruneReport }
  | { readonly verb: "rebuild"; readonly report: Results["rebuild"] }
  | { readonly verb: "upload"; readonly report: Results["sync"] };

/** What an operation did. */
export function doneBy(operation: Operation): Done | undefined {
  if (operation.result === null) return undefined;
  try {
    // The log keeps the report of the verb as the engine wrote it (`Results` in the bindings).
    return { verb: operation.verb, report: JSON.parse(operation.result) as unknown } as Done;
  } catch {
    return undefined;
  }
}

/** Whether nothing will change any more. */
export function isOver(operation: Operation): boolean {
  return !["queued", "running", "cancelling"].includes(operation.state);
}

/** Seconds from its beginning to its end. */
export function secondsOf(operation: Operation): number | undefined {
  if (operation.ended_at === null) return undefined;
  return (new Date(operation.ended_at).getTime() - new Date(operation.started_at).getTime()) / 1000;
}

/** Whether it ended without having done what it should. */
export function isFailure(operation: Operation): boolean {
  return operation.state === "failed" || operation.state === "interrupted";
}

/** How many operations failed one after another, the newest of them being this one; of `rows`, the newest comes first. */
export function failuresUpTo(rows: readonly Operation[], last: Operation): number {
  const from = rows.findIndex((row) => row.id === last.id);
  if (from < 0) return 0;
  const before = rows.slice(from).findIndex((row) => !isFailure(row));
  return before < 0 ? rows.length - from : before;
}

const DAY = 86_400_000;
/** Days for which a safety snapshot is kept. */
const UNDOABLE_DAYS = 30;

/** Whether a restore looks as if it could be taken back; the engine has the last word when somebody wants to. */
export function isUndoable(operation: Operation, now: Date): boolean {
  const done = doneBy(operation);
  if (!done || (done.verb !== "restore" && done.verb !== "export")) return false;
  if (!isOver(operation) || done.report.restored + done.report.renamed === 0) return false;
  return now.getTime() - new Date(operation.started_at).getTime() < UNDOABLE_DAYS * DAY;
}

/** The verbs behind a filter of the list. */
export const filters = {
  all: [],
  backups: ["back_up", "upload"],
  restores: ["restore", "undo", "export"],
  checks: ["verify", "drill"],
  problems: [],
} as const satisfies Record<string, readonly Verb[]>;

/** A filter of the list. */
export type Filter = keyof typeof filters;
