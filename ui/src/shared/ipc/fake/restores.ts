/** The engine's answers about restores: what would happen, what did. */
import type { RestoreDeed, RestoreEntry, RestorePreview, RestoreRequest } from "../bindings.ts";
import { everything } from "./entries.ts";
import { hoursFromNow, invalid, notFound, type Handlers } from "./handlers.ts";
import { selected } from "./snapshots.ts";
import type { World } from "./world.ts";

/** Of what is asked for, so many changed. */
const CHANGED = 12;

const changedNames = [
  "files/Documentos/Presupuestos/2026/Presupuesto_ortodoncia_Fernández-Villaverde_versión_definitiva.pdf",
  "files/Documentos/Presupuestos/2026/Tarifas 2026.xlsx",
  "files/Documentos/Consentimientos informados/Consentimiento_cirugía_modelo.docx",
];

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
  const create = inPlace ? Math.min(world.gone, files - changed) : files;
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

/** What the engine looks at before a restore begins. */
export function checkRestore(world: World, request: RestoreRequest): void {
  check(request);
  wantedOf(world, request);
}

export const restores: Handlers = {
  "restore.plan": async (world, { request, wait_ms = 0 }) => {
    const preview = previewOf(world, request);
    if (!world.comparing) return { state: "done", preview };
    await new Promise((resolve) => setTimeout(resolve, wait_ms));
    return { state: "looking", sample: world.comparing };
  },
  "restore.entries": (world, { request, offset = 0, limit, only }) => {
    const preview = previewOf(world, request);
    const total = only ? preview[only] : preview.create + preview.replace + preview.skip + preview.rename;
    const deed = only ?? (offset < preview.create ? "create" : "replace");
    const length = Math.max(0, Math.min(limit, total - offset));
    const rows = Array.from({ length }, (_, step) => entryOf(world, request, deed, offset + step));
    return { total, cut: false, rows };
  },
};
