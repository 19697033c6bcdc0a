/** What an operation says of itself when it has ended. */
import type { Operation, RestoreReport, UndoReport } from "../../../shared/ipc/bindings.ts";

/** How a restore or its undoing ended. */
export type End =
  | { readonly how: "restored"; readonly report: RestoreReport }
  | { readonly how: "undone"; readonly report: UndoReport }
  | { readonly how: "failed" | "stopped" | "cut" };

/** The end of an operation; `undefined` while it is at work. */
export function endOf(operation: Operation): End | undefined {
  switch (operation.state) {
    case "queued":
    case "running":
    case "cancelling":
      return undefined;
    case "succeeded":
    case "succeeded_with_issues":
      return reportOf(operation);
    case "failed":
      return { how: "failed" };
    case "cancelled":
      return { how: "stopped" };
    case "interrupted":
      return { how: "cut" };
  }
}

function reportOf(operation: Operation): End {
  if (operation.result === null) return { how: "cut" };
  // The engine writes what `Results` says for the verb.
  const report: unknown = JSON.parse(operation.result);
  return operation.verb === "undo"
    ? { how: "undone", report: report as UndoReport }
    : { how: "restored", report: report as RestoreReport };
}

/** Whether taking it back would change anything; whether that is possible is for the engine to say. */
export function hasWritten(end: End): boolean {
  return end.how === "restored" ? end.report.restored > 0 : end.how !== "undone";
}
