/** The engine's answers about restores: what is in a copy, what would happen, what did. */
import type {
  EntryQuery,
  EntryRow,
  OperationRequest,
  RestoreDeed,
  RestoreEntry,
  RestorePreview,
  RestoreRequest,
} from "../bindings.ts";
import { hoursFromNow, invalid, notFound, told, type Handlers } from "./handlers.ts";
import { operations } from "./operations.ts";
import { selected } from "./snapshots.ts";
import type { World } from "./world.ts";

/** Of what is asked for, so many are not there any more, and so many changed. */
const GONE = 37;
const CHANGED = 12;

const changedNames = [
  "files/Documentos/Presupuestos/2026/Presupuesto_ortodoncia_Fernández-Villaverde_versión_definitiva.pdf",
  "files/Documentos/Presupuestos/2026/Tarifas 2026.xlsx",
  "files/Documentos/Consentimientos informados/Consentimiento_cirugía_modelo.docx",
];

function everything(world: World): EntryRow[] {
  return Object.values(world.folders).flat();
}

function isMatch(row: EntryRow, text: string): boolean {
  const name = row.path.slice(row.path.lastIndexOf("/") + 1).toLocaleLowerCase();
  return name.includes(text.toLocaleLowerCase());
}

function entries(world: World, request: EntryQuery) {
  const folder = request.path ?? "";
  const inside = (row: EntryRow) => folder === "" || row.path.startsWith(`${folder}/`);
  const { search } = request;
  const rows = search
    ? everything(world).filter((row) => inside(row) && isMatch(row, search))
    : (world.folders[folder] ?? []);
  const offset = request.offset ?? 0;
  const own = everything(world).find((row) => row.path === folder);
  return {
    total: rows.length,
    files: own?.files ?? rows.reduce((all, row) => all + row.files, 0),
    bytes: own?.bytes ?? rows.reduce((all, row) => all + row.bytes, 0),
    cut: false,
    rows: rows.slice(offset, offset + (request.limit ?? 1000)),
  };
}

function wantedOf(world: World, request: RestoreRequest): { files: number; bytes: number; databases: number } {
  const row = selected(world, request.snapshot);
  const paths = request.paths ?? [];
  if (paths.length === 0) return { files: row.files, bytes: row.bytes_total, databases: row.databases?.length ?? 0 };
  const rows = paths.map((path) => {
    const entry = everything(world).find((each) => each.path === path);
    if (!entry) throw notFound("path", path);
    return entry;
  });
  return {
    files: rows.reduce((all, each) => all + each.files, 0),
    bytes: rows.reduce((all, each) => all + each.bytes, 0),
    databases: rows.filter((each) => each.path.startsWith("databases/")).length,
  };
}

function check(request: RestoreRequest): void {
  if (request.target.to === "folder" && !request.target.path.startsWith("/")) {
    const title = { es: "Hace falta una carpeta con su ruta entera", en: "A folder with its whole path is needed" };
    throw invalid("to", request.target.path, title);
  }
}

function previewOf(world: World, request: RestoreRequest): RestorePreview {
  check(request);
  const { files, bytes, databases } = wantedOf(world, request);
  const inPlace = request.target.to === "in_place";
  const changed = inPlace ? Math.min(CHANGED, files) : 0;
  const create = inPlace ? Math.min(GONE, files - changed) : files;
  const existing = request.existing ?? "replace";
  const share = files === 0 ? 0 : (create + (existing === "missing" ? 0 : changed)) / files;
  return {
    snapshot: selected(world, request.snapshot).id,
    target: request.target.to === "folder" ? request.target.path : originsOf(world, request.snapshot).join(", "),
    create,
    replace: existing === "replace" ? changed : 0,
    same: files - create - changed,
    skip: existing === "missing" ? changed : 0,
    rename: existing === "keep-both" ? changed : 0,
    bytes: Math.round(bytes * share),
    databases,
    archives: [],
    safety: request.safety && existing === "replace" && changed > 0,
    entries: [],
  };
}

function originsOf(world: World, snapshot: string): string[] {
  const plan = world.plans.find((each) => each.name === selected(world, snapshot).plan);
  return plan?.sources.map((source) => source.path) ?? [];
}

function placeOf(world: World, request: RestoreRequest, path: string): string {
  if (request.target.to === "folder") return `${request.target.path}/${path}`;
  const plan = world.plans.find((each) => each.name === selected(world, request.snapshot).plan);
  const source = plan?.sources.find((each) => path.startsWith(`files/${each.label}/`));
  return source ? `${source.path}${path.slice(`files/${source.label}`.length)}` : path;
}

function entryOf(world: World, request: RestoreRequest, deed: RestoreDeed, number: number): RestoreEntry {
  const named = deed === "create" ? undefined : changedNames[number];
  const path = named ?? `files/Documentos/Presupuestos/2026/Presupuesto_${String(number + 1).padStart(4, "0")}.pdf`;
  const size = 1_800_000 - number * 853_000;
  const facts = (bytes: number, hours: number) => ({ size: Math.abs(bytes), mtime: hoursFromNow(hours) });
  return {
    path,
    target: placeOf(world, request, path),
    deed,
    now: deed === "create" ? null : facts(size - 600_000, -1.1 - number * 0.7),
    back: facts(size, -14.9 - number * 20),
  };
}

function start(world: World, request: OperationRequest): string {
  if (request.verb === "restore") check(request);
  if (request.verb === "restore") wantedOf(world, request);
  if (request.verb === "undo" && world.operations.some((row) => row.verb === "undo")) {
    throw told(
      "cannot_undo",
      { es: "Esta restauración no se puede deshacer", en: "This restore can't be undone" },
      { es: "Ya se deshizo antes.", en: "It was undone before." },
    );
  }
  return operations["operations.start"]?.(world, request) as string;
}

export const restores: Handlers = {
  "snapshots.page": (world, request) => {
    if (request.snapshot) selected(world, request.snapshot);
    return entries(world, request);
  },
  "snapshots.manifest": (world, { snapshot }) => {
    const row = selected(world, snapshot);
    const plan = world.plans.find((each) => each.name === row.plan);
    const sources = (plan?.sources ?? []).map((source) => ({
      id: source.id,
      kind: source.kind,
      label: source.label,
      path: `${source.kind === "sqlite" ? "databases" : "files"}/${source.label}`,
      origin: source.path,
      files: 1,
      bytes: 1,
    }));
    return {
      format: 1,
      id: row.id,
      plan: plan?.id ?? row.plan,
      plan_name: row.plan,
      computer: { id: "computer-1", name: "recepcion" },
      kind: row.kind,
      class: row.class,
      generation: row.generation,
      name: row.name,
      created_at: row.created_at,
      finished_at: row.created_at,
      chain: [],
      sources,
      totals: {
        files: row.files,
        folders: 900,
        bytes: row.bytes_total,
        added: 0,
        changed: 0,
        removed: 0,
        bytes_packed_from: 0,
        skipped: 0,
      },
      issue_count: 0,
      parts: [],
      listing: { part: 1, offset: 0, packed: 0, size: 0, records: 0, sha256: "" },
      writer: { name: "resguardo", version: "0.1.0" },
    };
  },
  "restore.plan": (world, request) => previewOf(world, request),
  "restore.entries": (world, { request, offset = 0, limit, only }) => {
    const preview = previewOf(world, request);
    const total = only ? preview[only] : preview.create + preview.replace + preview.skip + preview.rename;
    const deed = only ?? (offset < preview.create ? "create" : "replace");
    const length = Math.max(0, Math.min(limit, total - offset));
    const rows = Array.from({ length }, (_, step) => entryOf(world, request, deed, offset + step));
    return { total, cut: false, rows };
  },
  "operations.start": start,
};
