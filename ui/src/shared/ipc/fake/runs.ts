/** Runs of the clinic's plans, as rows of the log. */
import type { ArchiveKind, EngineError, OperationRow, OperationState, SnapshotView } from "../bindings.ts";
import { hoursFromNow } from "./handlers.ts";

const MB = 1_000_000;

/** A run of a plan. */
export interface FakeRun {
  plan: string;
  name: string;
  /** Hours from now. */
  hours: number;
  kind?: ArchiveKind;
  state?: OperationState;
  bytes?: number;
  places: readonly string[];
  /** Destinations that it did not reach. */
  waiting?: readonly string[];
  error?: EngineError;
}

/** Why the last runs failed. */
export const sourceGone: EngineError = {
  kind: "source_missing",
  retry: "after_user",
  doing: "look at the source",
  facts: [{ name: "path", value: "/home/marta/datos/inventario.db" }],
  cause: "No such file or directory (os error 2)",
};

/** The row of a run. */
export function runRow(run: FakeRun, number: number): OperationRow {
  const id = `${run.plan}-run-${number}`;
  const good = (run.state ?? "succeeded").startsWith("succeeded");
  const result = {
    snapshot: `${run.plan}-snap-${number}`,
    kind: run.kind ?? "incremental",
    name: `backup_daily_${number}`,
    files: 12_851,
    bytes_total: 22_600 * MB,
    bytes_stored: run.bytes ?? 214 * MB,
    added: 77,
    changed: 241,
    removed: 12,
    present: run.places.filter((place) => !run.waiting?.includes(place)),
    waiting: (run.waiting ?? []).map((destination) => ({ name: id, destination, error: sourceGone })),
  };
  return {
    id,
    run: id,
    verb: "back_up",
    plan: run.plan,
    snapshot: good ? result.snapshot : null,
    state: run.state ?? "succeeded",
    started_at: hoursFromNow(run.hours),
    ended_at: hoursFromNow(run.hours + 0.03),
    progress: null,
    error: run.error ?? null,
    issues: [],
    issue_count: 0,
    result: good ? JSON.stringify(result) : null,
    plan_name: run.name,
  };
}

/** The snapshot that a run left. */
export function runSnapshot(run: FakeRun, number: number): SnapshotView {
  const created = hoursFromNow(run.hours);
  const kind = run.kind ?? "incremental";
  return {
    id: `${run.plan}-snap-${number}`,
    plan: run.name,
    kind,
    class: kind === "full" ? "weekly" : "daily",
    generation: number,
    created_at: created,
    bytes_stored: run.bytes ?? 214 * MB,
    bytes_total: 22_600 * MB,
    files: 12_851,
    state: run.waiting?.length ? "waiting" : "complete",
    pinned: false,
    destinations: run.places.map((destination) => ({
      destination,
      state: run.waiting?.includes(destination) ? "waiting" : "present",
      verified: run.waiting?.includes(destination) ? null : "opened",
      verified_at: run.waiting?.includes(destination) ? null : created,
    })),
    name: `backup_daily_${number}`,
    needs: [],
    issues: 0,
    changes: [77, 241, 12],
    operation: `${run.plan}-run-${number}`,
    seconds: 108,
    databases: [],
  };
}
