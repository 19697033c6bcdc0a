/** Errors of a first run. */
import type { EngineError, Kind } from "../bindings.ts";

/** An error as the engine keeps it with an operation. */
export function engineError(kind: Kind, facts: Record<string, string> = {}): EngineError {
  const rows = Object.entries(facts).map(([name, value]) => ({ name, value }));
  return { kind, retry: "after_user", doing: "run the operation", facts: rows, cause: null };
}
