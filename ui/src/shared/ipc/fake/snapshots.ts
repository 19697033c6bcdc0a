/** Snapshots, as the engine answers about them. */
import { dayKey, moment } from "../../words/format.ts";
import { invalid, notFound, type Handlers } from "./handlers.ts";
import type { World } from "./world.ts";
import type { Class, DaysOf, DayView, Manifest, SnapshotView } from "../bindings.ts";

/** The snapshot that a text selects: an id, `latest` or `PLAN@latest`. */
export function selected(world: World, selector: string): SnapshotView {
  const [plan, what] = selector.includes("@") ? selector.split("@") : [undefined, selector];
  const rows = world.snapshots.filter((row) => plan === undefined || row.plan === plan);
  const row = what === "latest" ? rows.at(-1) : rows.find((each) => each.id === what);
  if (!row) throw notFound("snapshot", selector);
  return row;
}

function change(world: World, selector: string, changes: Partial<SnapshotView>): SnapshotView {
  const changed = { ...selected(world, selector), ...changes };
  world.snapshots = world.snapshots.map((row) => (row.id === changed.id ? changed : row));
  world.changed("snapshots");
  return changed;
}

const ranks: readonly Class[] = ["manual", "daily", "weekly", "monthly"];

function days(world: World, asked: DaysOf): DayView[] {
  const made = new Map<string, DayView>();
  const of = (at: string): DayView | undefined => {
    const date = dayKey(moment(at));
    if (date < asked.from || date > asked.to) return undefined;
    const day = made.get(date);
    if (day) return day;
    const fresh = { date, snapshots: 0, class: null, full: false, waiting: 0, failed: 0, incomplete: 0 };
    made.set(date, fresh);
    return fresh;
  };
  for (const row of world.snapshots) {
    const day = (!asked.plan || row.plan === asked.plan) && row.class !== "safety" ? of(row.created_at) : undefined;
    if (!day) continue;
    day.snapshots += 1;
    day.full ||= row.kind === "full";
    day.waiting += row.state === "waiting" ? 1 : 0;
    if (!day.class || ranks.indexOf(row.class) > ranks.indexOf(day.class)) day.class = row.class;
  }
  for (const row of world.operations) {
    if (row.verb !== "back_up" || (asked.plan && row.plan_name !== asked.plan)) continue;
    const broken = row.state === "failed" || row.state === "interrupted";
    const day = broken || row.state === "succeeded_with_issues" ? of(row.started_at) : undefined;
    if (day) day[broken ? "failed" : "incomplete"] += 1;
  }
  return [...made.values()].sort((a, b) => a.date.localeCompare(b.date));
}

const digest = "0".repeat(64);

function manifest(world: World, selector: string): Manifest {
  const row = selected(world, selector);
  const issues = [
    { kind: "changed_while_read" as const, path: "files/Documentos/Agenda/agenda.xlsx", detail: "size changed" },
    { kind: "permission_denied" as const, path: "files/Escritorio/privado/claves.kdbx", detail: "os error 13" },
    { kind: "vanished" as const, path: "files/Documentos/~$Tarifas 2026.xlsx" },
  ].slice(0, row.issues);
  return {
    format: 1,
    id: row.id,
    plan: world.plans.find((plan) => plan.name === row.plan)?.id ?? "",
    plan_name: row.plan,
    computer: { id: "computer-1", name: "recepcion" },
    kind: row.kind,
    class: row.class,
    generation: row.generation,
    name: row.name,
    created_at: row.created_at,
    finished_at: row.created_at,
    chain: [],
    sources: [],
    totals: {
      files: row.files,
      folders: 0,
      bytes: row.bytes_total,
      added: row.changes[0],
      changed: row.changes[1],
      removed: row.changes[2],
      bytes_packed_from: row.bytes_stored,
      skipped: 0,
    },
    issues,
    issue_count: row.issues,
    parts: [],
    listing: { part: 1, offset: 0, packed: 0, size: 0, records: 0, sha256: digest },
    writer: { name: "resguardo", version: "0.1.0" },
  };
}

export const snapshots: Handlers = {
  "snapshots.list": (world, { plan }) => world.snapshots.filter((row) => !plan || row.plan === plan),
  "snapshots.show": (world, { snapshot }) => selected(world, snapshot),
  "snapshots.days": (world, asked) => days(world, asked),
  "snapshots.manifest": (world, { snapshot }) => manifest(world, snapshot),
  "snapshots.pin": (world, { snapshot, pinned }) => change(world, snapshot, { pinned }),
  "snapshots.settle": (world, { snapshot, accept }) => {
    const title = { es: "Esta copia no espera ninguna decisión", en: "This backup waits for no decision" };
    if (!selected(world, snapshot).flag) throw invalid("snapshot", snapshot, title);
    return change(world, snapshot, { flag: accept ? "accepted" : "refused" });
  },
  "snapshots.page": (world, request) => {
    const rows = world.folders[request.path ?? ""] ?? [];
    const offset = request.offset ?? 0;
    const sum = (pick: (row: (typeof rows)[number]) => number) => rows.reduce((all, row) => all + pick(row), 0);
    return {
      total: rows.length,
      files: sum((row) => row.files),
      bytes: sum((row) => row.bytes),
      cut: false,
      rows: rows.slice(offset, offset + (request.limit ?? 1000)),
    };
  },
};
