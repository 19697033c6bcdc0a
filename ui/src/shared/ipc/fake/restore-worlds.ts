/** What may be the case with restores: the clinic on the day of the mockups, a restore at work, restores that ended well and badly. */
import type {
  EngineError,
  EntryRow,
  Operation,
  OperationState,
  RestoreReport,
  Sample,
  UndoReport,
} from "../bindings.ts";
import { hoursFromNow } from "./handlers.ts";
import type { Scenario } from "./scenarios.ts";
import type { World } from "./world.ts";

/** The restore of the mockups. */
export const RESTORE = "op-restore";
const UNDO = "op-undo";

function operation(verb: "restore" | "undo", state: OperationState, more: Partial<Operation> = {}): Operation {
  const ended = state !== "running" && state !== "cancelling";
  return {
    id: verb === "restore" ? RESTORE : UNDO,
    run: "run-restore",
    verb,
    plan: "plan-1",
    snapshot: "snap-001",
    state,
    started_at: hoursFromNow(-0.05),
    ended_at: ended ? hoursFromNow(-0.01) : null,
    progress: null,
    error: null,
    issues: [],
    issue_count: 0,
    result: null,
    ...more,
  };
}

const report: RestoreReport = {
  target: "/home/marta/Documentos",
  wanted: 1_906,
  restored: 49,
  same: 1_857,
  skipped: 0,
  renamed: 0,
  failed: 0,
  bytes: 46_000_000,
  databases: 0,
  tables: 0,
  rows: 0,
  safety: "snap-safety",
};
const sample: Sample = {
  phase: "restore",
  entries: 1_372,
  bytes: 1_900_000_000,
  total_entries: 1_906,
  total_bytes: 2_600_000_000,
  issues: 0,
  current: "files/Documentos/Consentimientos informados/Consentimiento_cirugía_modelo.docx",
};
const noRoom: EngineError = {
  kind: "disk_full",
  retry: "after_user",
  doing: "write a file",
  facts: [{ name: "path", value: "/home/marta/Documentos" }],
  cause: "No space left on device (os error 28)",
};

/** The copies of yesterday as the mockups have them: three, one by hand. */
function three(world: World): void {
  const databases = [{ label: "inventario", path: "databases/inventario", bytes: 86_000_000, tables: 3, rows: 22_650 }];
  world.snapshots = world.snapshots.map((row) => ({ ...row, databases }));
  world.snapshots = world.snapshots.flatMap((row) => {
    if (row.id !== "snap-001") return [row];
    const evening = { ...row, changes: [77, 236, 5] as [number, number, number] };
    const at = (id: string, hours: number, changed: number, className: "daily" | "manual") => ({
      ...evening,
      id,
      class: className,
      created_at: hoursFromNow(hours),
      changes: [0, changed, 0] as [number, number, number],
    });
    return [at("snap-001-8", -26.8, 41, "daily"), at("snap-001-13", -21.55, 12, "manual"), evening];
  });
}

/** A folder in which a million files lie. */
function million(world: World): void {
  three(world);
  const folder = "files/Documentos";
  const [model] = world.folders[`${folder}/Presupuestos/2026`] ?? [];
  if (!model) return;
  const row = (place: number) => ({
    ...model,
    path: `${folder}/Presupuesto_${String(place + 1).padStart(7, "0")}_ortodoncia_definitiva.pdf`,
  });
  world.large = { [folder]: { total: 1_000_000, row } };
}

/** A million files are gone from a folder that the last copy has. */
function millionGone(world: World): void {
  three(world);
  world.gone = 1_000_000;
  const folder = "files/Documentos";
  const filled = (row: EntryRow): EntryRow => (row.path === folder ? { ...row, files: 1_000_500 } : row);
  world.folders = Object.fromEntries(Object.entries(world.folders).map(([path, rows]) => [path, rows.map(filled)]));
}

function running(verb: "restore" | "undo", paused: boolean): Scenario {
  return (world) => {
    three(world);
    const [latest] = world.snapshots.slice(-1);
    const saved = { id: "snap-safety", class: "safety" as const, created_at: hoursFromNow(-0.04) };
    if (latest) world.snapshots = [...world.snapshots, { ...latest, ...saved }];
    world.running = [{ operation: operation(verb, "running", { progress: sample }), sample, paused }];
  };
}

function ended(make: () => Operation): Scenario {
  return (world) => {
    three(world);
    world.operations = [{ ...make(), plan_name: "Consultorio" }, ...world.operations];
  };
}

const done = (verb: "restore" | "undo", state: OperationState, result: RestoreReport | UndoReport, more = {}) =>
  ended(() => operation(verb, state, { result: JSON.stringify(result), ...more }));

/** The scenarios by name. */
/** A comparison with many files that is a quarter through. */
function comparing(world: World): void {
  three(world);
  const [entries, bytes] = [1_200, 2_000_000_000];
  world.comparing = { phase: "prepare", entries, bytes, total_entries: 4_800, total_bytes: 0, issues: 0, current: "" };
}

export const restoreWorlds: Record<string, Scenario> = {
  restore: three,
  comparing,
  "restore-million": million,
  "restore-review-million": millionGone,
  restoring: running("restore", false),
  "restoring-paused": running("restore", true),
  restored: done("restore", "succeeded", report),
  "restored-databases": done("restore", "succeeded", { ...report, databases: 1, tables: 3, rows: 22_650 }),
  "restored-some": done(
    "restore",
    "succeeded_with_issues",
    { ...report, restored: 47, failed: 2 },
    {
      issue_count: 2,
      issues: [
        {
          kind: "permission_denied",
          path: "files/Documentos/Presupuestos/2026/Tarifas 2026.xlsx",
          detail: "Permission denied (os error 13)",
        },
        { kind: "unreadable", path: "files/Documentos/Marketing/cartel.psd" },
      ],
    },
  ),
  "restore-failed": ended(() => operation("restore", "failed", { error: noRoom })),
  "restore-stopped": ended(() => operation("restore", "cancelled")),
  "restore-undone": done("undo", "succeeded", { put_back: 12, removed: 37, kept: 0 }),
};
