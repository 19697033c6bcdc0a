/** The clinic of the mockups: its plans, places and half a year of copies. */
import type { DestinationView, EntryRow, OperationRow, Plan, SnapshotView } from "../bindings.ts";
import { hoursFromNow } from "./handlers.ts";

const GB = 1_000_000_000;
const MB = 1_000_000;
const ZONE = "Europe/Madrid";

const filter = {
  exclude: ["*.tmp"],
  include: [],
  default_excludes: true,
  one_file_system: true,
  max_size: null,
  max_age_days: null,
};
const retention = { all: false, last: null, days: null, daily: 14, weekly: 8, monthly: 12 };

/** The two plans. */
export function clinicPlans(): Plan[] {
  return [
    {
      id: "plan-1",
      name: "Consultorio",
      sources: [
        { id: "source-1", label: "Documentos", kind: "folder", path: "/home/marta/Documentos", filter },
        { id: "source-2", label: "Escritorio", kind: "folder", path: "/home/marta/Escritorio", filter },
        { id: "source-3", label: "inventario", kind: "sqlite", path: "/home/marta/datos/inventario.db" },
      ],
      destinations: ["place-1", "place-2"],
      schedules: [
        { every: "day", at: "20:00:00", zone: ZONE, kind: "incremental", class: "daily" },
        { every: "week", day: "sunday", at: "20:00:00", zone: ZONE, kind: "full", class: "weekly" },
        { every: "month", day: 1, at: "20:00:00", zone: ZONE, kind: "full", class: "monthly" },
      ],
      retention,
      options: { level: "normal", part_size: null },
    },
    {
      id: "plan-2",
      name: "Radiografías e imágenes",
      sources: [
        { id: "source-4", label: "Imágenes", kind: "folder", path: "/home/marta/Imágenes", filter },
        { id: "source-5", label: "Radiografias", kind: "folder", path: "/srv/Radiografias", filter },
      ],
      destinations: ["place-1", "place-3"],
      schedules: [
        { every: "hours", hours: 12, from: "08:00:00", zone: ZONE, kind: null, class: "daily" },
        { every: "week", day: "sunday", at: "20:00:00", zone: ZONE, kind: "full", class: "weekly" },
      ],
      retention,
      options: { level: "normal", part_size: null },
    },
  ];
}

/** Where copies go. */
export function clinicDestinations(): DestinationView[] {
  const place = (
    id: string,
    name: string,
    nearness: "near" | "away",
    root: string,
    free: number,
    total: number,
    plans: string[],
  ): DestinationView => ({
    id,
    name,
    kind: "local",
    nearness,
    root,
    connected: true,
    space: { free, total },
    waiting: 0,
    plans,
  });
  return [
    place("place-1", "Disco USB Copias", "near", "/media/marta/Copias", 612 * GB, 1000 * GB, [
      "Consultorio",
      "Radiografías e imágenes",
    ]),
    place("place-2", "Servidor de casa", "away", "/mnt/casa/copias", 37.6 * GB, 100 * GB, ["Consultorio"]),
    place("place-3", "nas-robles", "away", "/mnt/nas-robles/copias", 1650 * GB, 2000 * GB, ["Radiografías e imágenes"]),
  ];
}

/** Days before today on which no copy was made, one failed, one is not at every place. */
const missed = [40, 41, 95, 150];
const failed = [33, 71, 120];
const incomplete = [5, 60, 104];

/** A copy each evening for half a year, a whole one each Sunday, one by hand today. */
export function clinicSnapshots(): SnapshotView[] {
  const rows: SnapshotView[] = [];
  let whole = "";
  for (let day = 182; day >= 1; day -= 1) {
    if (missed.includes(day) || failed.includes(day)) continue;
    const full = day % 7 === 4 || rows.length === 0;
    const row = snapshot(day, -day * 24 + 9.2, full ? "full" : "incremental", full ? "weekly" : "daily", whole);
    if (full) whole = row.id;
    rows.push(row);
  }
  const manual = snapshot(0, -0.03, "incremental", "manual", whole);
  rows.push({ ...manual, bytes_stored: 1.2 * GB, changes: [1284, 0, 0], seconds: 190 });
  return rows;
}

function snapshot(
  day: number,
  hours: number,
  kind: "full" | "incremental",
  className: "weekly" | "daily" | "manual",
  whole: string,
): SnapshotView {
  const created = hoursFromNow(hours);
  const full = kind === "full";
  const behind = incomplete.includes(day);
  const at = hoursFromNow(Math.min(hours + 7.3, -0.01));
  return {
    id: `snap-${String(day).padStart(3, "0")}`,
    plan: "Consultorio",
    kind,
    class: className,
    generation: 200 - day,
    created_at: created,
    bytes_stored: full ? 21.4 * GB : (120 + ((day * 37) % 260)) * MB,
    bytes_total: 22.6 * GB,
    files: 12_851,
    state: behind ? "waiting" : "complete",
    pinned: false,
    destinations: [
      { destination: "Disco USB Copias", state: "present", verified: "opened", verified_at: at },
      {
        destination: "Servidor de casa",
        state: behind ? "waiting" : "present",
        verified: behind ? null : "checked",
        verified_at: behind ? null : at,
      },
    ],
    name: `backup_${className}_${created.slice(0, 10).replaceAll("-", "")}_190000`,
    needs: full || !whole ? [] : [whole],
    issues: 0,
    changes: full ? [0, 0, 0] : [77 + (day % 40), 241 + (day % 90), 12],
    operation: `op-${day}`,
    seconds: full ? 1865 : 108,
    databases: [{ label: "inventario", path: "databases/inventario", bytes: 86 * MB, tables: 12, rows: 24_310 }],
  };
}

/** What was done lately. */
export function clinicOperations(): OperationRow[] {
  return clinicSnapshots()
    .slice(-40)
    .reverse()
    .map((row) => ({
      id: row.operation ?? row.id,
      run: `run-${row.id}`,
      verb: "back_up" as const,
      plan: "plan-1",
      snapshot: row.id,
      state: "succeeded" as const,
      started_at: row.created_at,
      ended_at: new Date(new Date(row.created_at).getTime() + row.seconds * 1000).toISOString(),
      progress: null,
      error: null,
      issues: [],
      issue_count: 0,
      result: JSON.stringify({
        snapshot: row.id,
        kind: row.kind,
        name: row.name,
        files: row.files,
        bytes_total: row.bytes_total,
        bytes_stored: row.bytes_stored,
        added: row.changes[0],
        changed: row.changes[1],
        removed: row.changes[2],
        present: row.destinations.filter((copy) => copy.state === "present").map((copy) => copy.destination),
        waiting: [],
      }),
      plan_name: row.plan,
    }));
}

/** What lies in a copy, by folder. */
export function clinicSources(): Record<string, EntryRow[]> {
  const folder = (path: string, files: number, bytes: number, hours: number): EntryRow => ({
    path,
    type: "folder",
    size: 0,
    mtime: hoursFromNow(hours),
    mode: 0o755,
    files,
    bytes,
  });
  const file = (path: string, bytes: number, hours: number): EntryRow => ({
    path,
    type: "file",
    size: bytes,
    mtime: hoursFromNow(hours),
    mode: 0o644,
    files: 1,
    bytes,
  });
  const d = "files/Documentos";
  return {
    "": [folder("files", 12_792, 20.5 * GB, -14), folder("databases", 1, 86 * MB, -14)],
    files: [folder(d, 12_480, 18.4 * GB, -15), folder("files/Escritorio", 312, 2.1 * GB, -17)],
    [d]: [
      folder(`${d}/Presupuestos`, 2_310, 1.1 * GB, -15),
      folder(`${d}/Consentimientos informados`, 1_904, 2.6 * GB, -16.6),
      folder(`${d}/Contratos y nóminas`, 402, 640 * MB, -288),
      folder(`${d}/Marketing`, 870, 5.2 * GB, -238),
    ],
    [`${d}/Presupuestos`]: [
      folder(`${d}/Presupuestos/2024`, 700, 310 * MB, -10_500),
      folder(`${d}/Presupuestos/2025`, 804, 402 * MB, -1_720),
      folder(`${d}/Presupuestos/2026`, 806, 388 * MB, -15),
    ],
    [`${d}/Presupuestos/2026`]: [
      file(`${d}/Presupuestos/2026/Presupuesto_ortodoncia_Fernández-Villaverde_versión_definitiva.pdf`, 1.8 * MB, -15),
      file(`${d}/Presupuestos/2026/Tarifas 2026.xlsx`, 94_000, -71.5),
      file(`${d}/Presupuestos/2026/Presupuesto_implantes_Ibarra.pdf`, 2.1 * MB, -186),
    ],
    "files/Escritorio": [file("files/Escritorio/Fotos fachada.zip", 640 * MB, -40)],
    databases: [folder("databases/inventario", 1, 86 * MB, -14)],
    "databases/inventario": [
      {
        ...file("databases/inventario/inventario.db", 86 * MB, -14),
        rows: { articulos: 4_210, movimientos: 18_402, proveedores: 38 },
      },
    ],
  };
}
