/** States of the history: the figures of the mockups, a flagged copy, thousands of copies, none yet. */
import type { CopyView, OperationRow, SnapshotView } from "../bindings.ts";
import { engineError } from "./errors.ts";
import { hoursFromNow } from "./handlers.ts";
import type { World } from "./world.ts";

const MB = 1_000_000;

/** Megabytes, seconds, added and changed of the last days, as in the mockups. */
const recent: Record<string, readonly [number, number, number, number]> = {
  "snap-001": [214, 108, 77, 241],
  "snap-002": [198, 99, 62, 214],
  "snap-003": [341, 140, 91, 311],
  "snap-005": [12, 41, 2, 7],
  "snap-006": [187, 90, 48, 206],
  "snap-007": [203, 101, 55, 236],
  "snap-008": [176, 88, 41, 199],
};

/** Days before today on which the backup failed. */
const failed = [33, 71, 120];

function history(world: World): void {
  world.snapshots = world.snapshots.map((row) => withFigures(row));
  world.operations = [...world.operations, ...failed.map((day) => broken(world, day))].sort((a, b) =>
    b.started_at.localeCompare(a.started_at),
  );
}

function withFigures(row: SnapshotView): SnapshotView {
  const figures = recent[row.id];
  const figured = figures
    ? {
        ...row,
        bytes_stored: figures[0] * MB,
        seconds: figures[1],
        changes: [figures[2], figures[3], 12] as [number, number, number],
      }
    : row;
  const lost = (copy: CopyView): CopyView => ({ ...copy, state: "lost", verified: null, verified_at: null });
  if (row.id === "snap-000") return { ...figured, state: "waiting", destinations: fresh(row.destinations) };
  if (row.id !== "snap-005") return figured;
  return { ...figured, destinations: figured.destinations.map((copy, at) => (at === 1 ? lost(copy) : copy)) };
}

/** A copy of two minutes ago: nothing is proven yet, the far place waits. */
function fresh(copies: readonly CopyView[]): CopyView[] {
  return copies.map((copy, at) => ({
    ...copy,
    state: at === 0 ? "present" : "waiting",
    verified: null,
    verified_at: null,
  }));
}

function broken(world: World, day: number): OperationRow {
  const at = hoursFromNow(-day * 24 + 9.2);
  return {
    id: `op-failed-${day}`,
    run: `run-failed-${day}`,
    verb: "back_up",
    plan: "plan-1",
    snapshot: null,
    state: "failed",
    started_at: at,
    ended_at: at,
    progress: null,
    error: engineError("source_missing", "read the folder", { path: "/home/marta/Documentos" }, "os error 2"),
    issues: [],
    issue_count: 0,
    result: null,
    plan_name: world.plans[0]?.name ?? null,
  };
}

/** Yesterday's copy shrank: nobody said yet whether that is right; it has problems with single files too. */
function flagged(world: World): void {
  history(world);
  world.snapshots = world.snapshots.map((row) =>
    row.id !== "snap-001"
      ? row
      : {
          ...row,
          flag: "open",
          issues: 3,
          odd: [
            {
              label: "Documentos",
              findings: [
                { finding: "files_gone", before: 12_480, after: 3_112 },
                { finding: "bytes_gone", before: 18_400 * MB, after: 4_100 * MB },
                { finding: "unreadable", changed_percent: 81, unreadable_percent: 94 },
                { finding: "ransom_names", files: 2_940 },
                { finding: "ransom_note", name: "LEEME_PARA_RECUPERAR.txt" },
              ],
            },
            { label: "inventario", findings: [{ finding: "rows_gone", table: "articulos", before: 4_210, after: 3 }] },
          ],
        },
  );
}

/** So many copies, one each so many hours. */
function many(copies: number, hours: number): (world: World) => void {
  return (world) => {
    const [model] = world.snapshots;
    if (!model) return;
    world.snapshots = Array.from({ length: copies }, (_, at) => ({
      ...model,
      id: `many-${at}`,
      created_at: hoursFromNow(-(copies - at) * hours),
      kind: at % 42 === 0 ? ("full" as const) : ("incremental" as const),
      class: "daily" as const,
      needs: [],
    }));
  };
}

function noCopies(world: World): void {
  world.snapshots = [];
  world.operations = [];
}

/** The states by name. */
export const historyWorlds = {
  history,
  "history-flagged": flagged,
  "history-many": many(6_000, 4),
  "history-million": many(1_000_000, 0.05),
  "history-none": noCopies,
};
