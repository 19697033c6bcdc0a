/** Operations, as the engine answers about them. */
import { clock } from "../../clock.ts";
import type { Operation, OperationRequest, OperationRow, OperationsPageOf, UndoView, Verb } from "../bindings.ts";
import { engineError, tellError } from "./errors.ts";
import { hoursFromNow, invalid, notFound, told, type Handlers } from "./handlers.ts";
import { checkRestore } from "./restores.ts";
import type { World } from "./world.ts";

/** The last rows come first; 500 are the most. */
function page(world: World, asked: OperationsPageOf): { rows: OperationRow[]; more: boolean } {
  const fitting = world.operations.filter((row) => fits(row, asked));
  const before = asked.before ? world.operations.findIndex((row) => row.id === asked.before) : -1;
  const older = fitting.filter((row) => world.operations.indexOf(row) > before);
  const rows = older.slice(0, Math.min(asked.limit ?? 50, 500));
  return { rows, more: older.length > rows.length };
}

function fits(row: OperationRow, asked: OperationsPageOf): boolean {
  if (asked.plan && row.plan_name !== asked.plan) return false;
  if (asked.verbs?.length && !asked.verbs.includes(row.verb)) return false;
  const problem = ["failed", "interrupted", "succeeded_with_issues"].includes(row.state);
  if (asked.only_problems && !problem) return false;
  const text = [row.plan_name, row.result, row.error?.cause, ...(row.error?.facts ?? []).map((fact) => fact.value)];
  return !asked.search || text.join("\n").toLowerCase().includes(asked.search.toLowerCase());
}

function find(world: World, name: string): Operation {
  const running = world.running.find((each) => each.operation.id === name)?.operation;
  const row = running ?? world.operations.find((each) => each.id === name);
  if (!row) throw notFound("operation", name);
  return row;
}

/** Days for which what was there before a restore is kept. */
const SAFETY_DAYS = 30;

/** Whether a restore can be taken back: it wrote something, and nobody took it back yet. */
function wayBack(world: World, row: Operation): UndoView {
  const taken = world.operations.some((each) => each.verb === "undo" && each.run === row.run);
  const wrote = row.state !== "failed" || row.progress?.phase === "restore";
  const until = new Date(row.started_at);
  until.setDate(until.getDate() + SAFETY_DAYS);
  const possible = ["restore", "export"].includes(row.verb) && wrote && !taken;
  return { possible, until: possible ? until.toISOString() : null };
}

/** What the engine looks at before anything begins. */
function check(world: World, request: OperationRequest): void {
  if ("plan" in request && request.plan && !world.plans.some((plan) => plan.name === request.plan))
    throw notFound("plan", request.plan);
  if (request.verb === "undo") {
    const row = find(world, request.operation);
    if (!wayBack(world, row).possible)
      throw tellError(engineError("cannot_undo", "undo", { operation: row.id }, "it was taken back already"));
  }
  if (request.verb === "restore") checkRestore(world, request);
  if (request.verb === "delete") {
    const other = world.snapshots.find((row) => row.needs.includes(request.snapshot));
    if (other) throw neededBy(request.snapshot, other.id);
  }
}

function neededBy(snapshot: string, other: string) {
  const title = { es: "Otra copia necesita esta", en: "Another backup needs this one" };
  const error = invalid("snapshot", snapshot, title);
  return { ...error, facts: { ...error.facts, needed_by: other } };
}

const verbs: Partial<Record<OperationRequest["verb"], Verb>> = {
  sync: "upload",
  delete: "prune",
  verify_copies: "verify",
};

function begun(world: World, request: OperationRequest): Operation {
  const id = `op-new-${world.calls.length}`;
  const plan = "plan" in request ? (world.plans.find((each) => each.name === request.plan)?.id ?? null) : null;
  return {
    id,
    run: id,
    verb: verbs[request.verb] ?? (request.verb as Verb),
    plan,
    snapshot: null,
    state: "running",
    started_at: hoursFromNow(0),
    ended_at: null,
    progress: null,
    error: null,
    issues: [],
    issue_count: 0,
    result: null,
  };
}

function start(world: World, request: OperationRequest): string {
  check(world, request);
  const operation = begun(world, request);
  if (request.verb === "delete") {
    remove(world, request.snapshot);
    world.changed("operations", "snapshots");
    return operation.id;
  }
  world.running = [...world.running, { operation, sample: null, paused: false }];
  world.changed("operations");
  world.began(operation.id, operation.verb);
  return operation.id;
}

/** Deleting is over before anybody can look. */
function remove(world: World, snapshot: string): void {
  world.snapshots = world.snapshots.filter((row) => row.id !== snapshot);
}

function pause(world: World, id: string, paused: boolean): null {
  world.running = world.running.map((each) => (each.operation.id === id ? { ...each, paused } : each));
  world.changed("operations");
  return null;
}

const facts = (world: World) => ({
  version: "0.1.0",
  system: "linux",
  made_at: clock.now().toISOString(),
  plans: world.plans.map((plan) => plan.name),
  destinations: world.destinations.map((place) => place.name),
});

/** A file of this name is there in every world. */
function refuseTaken(file: string): void {
  const name = file.split("/").at(-1) ?? "";
  if (!name.startsWith("ya-esta.")) return;
  const title = { es: `Ya existe el archivo «${name}»`, en: `The file “${name}” exists already` };
  const hint = { es: "No se ha cambiado nada. Elige otro nombre.", en: "Nothing was changed. Choose another name." };
  throw told("already_exists", title, hint, { what: "file", path: file });
}

export const operations: Handlers = {
  "operations.page": (world, request) => page(world, request),
  "operations.save": (world, { file, ...asked }) => {
    refuseTaken(file);
    world.saved.push(file);
    return world.operations.filter((row) => fits(row, asked)).length;
  },
  "operations.show": (world, { name }) => find(world, name),
  "restore.undoable": (world, { name }) => wayBack(world, find(world, name)),
  "operations.start": (world, request) => start(world, request),
  "operations.cancel": (world, id) => {
    world.running = world.running.filter((each) => each.operation.id !== id);
    world.changed("operations");
    return null;
  },
  "operations.pause": (world, id) => pause(world, id, true),
  "operations.resume": (world, id) => pause(world, id, false),
  "support.collect": (world, { anonymous }) => [
    { name: "facts.json", text: JSON.stringify({ ...facts(world), anonymous: anonymous ?? false }, null, 2) },
    { name: "logs/resguardo.log", text: "2026-03-12T07:03:10Z back_up plan=Consultorio failed database_busy" },
  ],
  "support.save": (_, { file }) => {
    if (!file.startsWith("/"))
      throw invalid("file", file, { es: "La ruta no está entera", en: "The path is not whole" });
    refuseTaken(file);
    return null;
  },
};
