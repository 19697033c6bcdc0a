/** States of the activity: the days of the mockups with a database in use, and alerts. */
import type {
  ComputerView,
  EngineError,
  Issue,
  OperationRow,
  OperationState,
  RestoreReport,
  StatusTold,
  Verb,
  VerifyRow,
} from "../bindings.ts";
import { engineError } from "./errors.ts";
import { hoursFromNow } from "./handlers.ts";
import type { World } from "./world.ts";

const MB = 1_000_000;
const NOW = 10.8;

/** A moment of the clinic's day: so many days ago, at an hour of the clock. */
const at = (days: number, hour: number): string => hoursFromNow(-days * 24 + hour - NOW);

interface Some {
  plan?: "plan-1" | "plan-2" | null;
  state?: OperationState;
  snapshot?: string;
  error?: EngineError;
  issues?: Issue[];
  result?: unknown;
  seconds?: number;
}

function row(id: string, verb: Verb, started: string, some: Some = {}): OperationRow {
  const plan = some.plan === undefined ? "plan-1" : some.plan;
  const names = { "plan-1": "Consultorio", "plan-2": "Radiografías e imágenes" };
  return {
    id,
    run: `run-${id}`,
    verb,
    plan,
    snapshot: some.snapshot ?? null,
    state: some.state ?? "succeeded",
    started_at: started,
    ended_at: new Date(new Date(started).getTime() + (some.seconds ?? 108) * 1000).toISOString(),
    progress: null,
    error: some.error ?? null,
    issues: some.issues ?? [],
    issue_count: some.issues?.length ?? 0,
    result: some.result === undefined ? null : JSON.stringify(some.result),
    plan_name: plan && names[plan],
  };
}

const busy = (): EngineError =>
  engineError(
    "database_busy",
    "copy the database",
    { path: "/home/marta/datos/inventario.db" },
    "database is locked (5)",
  );

const backedUp = (snapshot: string, stored: number, waiting: unknown[] = []) => ({
  snapshot,
  kind: "incremental",
  name: "backup_daily_20260312_070200",
  files: 12_792,
  bytes_total: 22_600 * MB,
  bytes_stored: stored,
  added: 77,
  changed: 241,
  removed: 12,
  present: ["Disco USB Copias", "nas-robles"],
  waiting,
});

const restored: RestoreReport = {
  target: "/home/marta/Escritorio/Fotos fachada",
  wanted: 3,
  restored: 3,
  same: 0,
  skipped: 0,
  renamed: 0,
  failed: 0,
  bytes: 640 * MB,
  databases: 0,
  tables: 0,
  rows: 0,
  safety: "snap-safety",
};

function verified(): VerifyRow[] {
  return Array.from({ length: 36 }, (_, number) => ({
    snapshot: `snap-${String(number + 1).padStart(3, "0")}`,
    name: `backup_daily_${number}`,
    destination: number % 2 ? "Disco USB Copias" : "Servidor de casa",
    level: "opened" as const,
    error: null,
  }));
}

const drilled = {
  snapshot: "snap-004",
  name: "backup_weekly_20260308_190000",
  destination: "Servidor de casa",
  extent: "sample",
  files: 25,
  bytes: 310 * MB,
  databases: 1,
};

const missed: Issue[] = [
  { kind: "permission_denied", path: "files/Escritorio/privado/claves.kdbx", detail: "os error 13" },
  { kind: "vanished", path: "files/Documentos/~$Tarifas 2026.xlsx" },
];

function rows(): OperationRow[] {
  const absent = engineError("destination_absent", "connect", { destination: "Servidor de casa" }, null);
  const late = [{ name: "backup_daily_20260309_190000", destination: "Servidor de casa", error: absent }];
  const many = engineError(
    "confirmation_needed",
    "prune the plan",
    { plan: "Consultorio", deleted: "41", all: "60" },
    null,
  );
  return [
    row("op-busy-2", "back_up", at(0, 8.05), { state: "failed", error: busy(), seconds: 190 }),
    row("op-images", "back_up", at(0, 8.03), {
      plan: "plan-2",
      snapshot: "snap-001",
      result: backedUp("snap-001", 214 * MB),
    }),
    row("op-verify", "verify", at(0, 3.34), { plan: null, result: verified(), seconds: 340 }),
    row("op-busy-1", "back_up", at(1, 20), { state: "failed", error: busy(), seconds: 190 }),
    row("op-restore", "restore", at(1, 17.7), { snapshot: "snap-002", result: restored, seconds: 12 }),
    row("op-stopped", "back_up", at(1, 16.08), { plan: "plan-2", state: "cancelled" }),
    row("op-drill", "drill", at(3, 9), { snapshot: "snap-004", result: drilled, seconds: 71 }),
    row("op-issues", "back_up", at(3, 8.1), {
      state: "succeeded_with_issues",
      snapshot: "snap-003",
      issues: missed,
      result: backedUp("snap-003", 341 * MB, late),
    }),
    row("op-prune", "prune", at(4, 4), { state: "failed", error: many }),
    row("op-cut", "back_up", at(5, 20), { state: "interrupted" }),
  ];
}

const told: Record<"es" | "en", StatusTold> = {
  es: { state: "not_protected", title: "Tu negocio no está protegido", word: "Sin protección", lines: [] },
  en: { state: "not_protected", title: "Your business is not protected", word: "Not protected", lines: [] },
};

function activity(world: World): void {
  const first = rows();
  const oldest = first.at(-1)?.started_at ?? "";
  world.operations = [...first, ...world.operations.filter((each) => each.started_at < oldest)];
  world.status = (language) => told[language];
  alerts(world);
}

/** A year of operations, so that there is more than one page. */
function many(world: World): void {
  world.operations = Array.from({ length: 320 }, (_, number) =>
    row(`op-many-${number}`, "back_up", at(number, 8), { result: backedUp("snap-001", (100 + number) * MB) }),
  );
}

/** A computer that copies to the same place and went silent. */
const operatingRoom = (): ComputerView => ({
  id: "computer-2",
  name: "quirofano",
  destinations: ["Servidor de casa"],
  told_at: at(9, 9),
  last_copy: at(9, 9),
  state: "needs_attention",
  version: "0.1.0",
  signed: true,
  silent_days: 9,
  doubt: null,
  dismissed: false,
});

function alerts(world: World): void {
  world.computers = [operatingRoom()];
  const late = { at: at(0, 8.1), channel: "desktop" as const };
  const open = (key: string, severity: "warning" | "alarm", opened: string) => ({
    key,
    severity,
    opened_at: opened,
    closed_at: null,
    told: late,
  });
  world.alerts = [
    { ...open("runs_fail plan-1", "alarm", at(1, 20.1)), cause: { cause: "runs_fail", plan: "plan-1", failures: 4 } },
    {
      ...open("flagged source-1", "warning", at(1, 20.2)),
      cause: { cause: "flagged", plan: "plan-1", source: "source-1" },
    },
    {
      ...open("space_low place-2", "warning", at(2, 9)),
      cause: { cause: "space_low", destination: "place-2", percent: 8 },
    },
    { ...open("drill_overdue", "warning", at(3, 9)), cause: { cause: "drill_overdue", last: at(40, 9) } },
    {
      ...open("silent computer-2", "warning", at(4, 9)),
      cause: {
        cause: "silent",
        destination: "place-2",
        computer: "computer-2",
        name: "quirofano",
        at: at(9, 9),
        days: 9,
      },
    },
    {
      ...open("late plan-2", "warning", at(12, 9)),
      closed_at: at(12, 15),
      cause: { cause: "late", plan: "plan-2", last: at(14, 20) },
    },
  ];
}

/** A backup and a restore at work. */
function working(world: World): void {
  activity(world);
  const operation = { ...row("op-now", "back_up", hoursFromNow(-0.05), { state: "running" }), ended_at: null };
  world.operations = [operation, ...world.operations];
  const sample = {
    phase: "archive" as const,
    entries: 4_120,
    bytes: 6_400 * MB,
    total_entries: 12_792,
    total_bytes: 10_000 * MB,
    issues: 0,
    current: "files/Documentos/Marketing/Folleto 2026.indd",
  };
  world.running = [{ operation, sample, paused: false }];
}

/** The states by name. */
export const activityWorlds = {
  activity,
  "activity-many": many,
  "activity-working": working,
};
