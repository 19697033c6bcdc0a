/** Operations, as the engine answers about them. */
import type { OperationRow, OperationsPageOf } from "../bindings.ts";
import { hoursFromNow, notFound, type Handlers } from "./handlers.ts";
import type { World } from "./world.ts";

function fits(row: OperationRow, asked: OperationsPageOf): boolean {
  if (asked.plan && row.plan_name !== asked.plan) return false;
  if (asked.verbs?.length && !asked.verbs.includes(row.verb)) return false;
  return !asked.only_problems || ["failed", "interrupted", "succeeded_with_issues"].includes(row.state);
}

function hold(world: World, id: string, paused: boolean): null {
  world.running = world.running.map((each) => (each.operation.id === id ? { ...each, paused } : each));
  world.changed("operations");
  return null;
}

export const operations: Handlers = {
  "operations.page": (world, request) => {
    const start = request.before ? world.operations.findIndex((row) => row.id === request.before) + 1 : 0;
    const fitting = world.operations.slice(start).filter((row) => fits(row, request));
    const rows = fitting.slice(0, request.limit ?? 50);
    return { rows, more: rows.length < fitting.length };
  },
  "operations.show": (world, { name }) => {
    const row = world.operations.find((each) => each.id === name);
    if (!row) throw notFound("operation", name);
    return row;
  },
  "operations.start": (world, request) => {
    const id = `op-new-${world.calls.length}`;
    const plan = "plan" in request ? (world.plans.find((each) => each.name === request.plan)?.id ?? null) : null;
    const verb = request.verb === "sync" ? "upload" : request.verb === "delete" ? "prune" : request.verb;
    world.running = [
      ...world.running,
      {
        operation: {
          id,
          run: id,
          verb: verb === "verify_copies" ? "verify" : verb,
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
        },
        sample: null,
        paused: false,
      },
    ];
    world.changed("operations");
    return id;
  },
  "operations.pause": (world, id) => hold(world, id, true),
  "operations.resume": (world, id) => hold(world, id, false),
  "errors.tell": (_, { error, language }) => {
    const es = language === "spanish";
    const name = error.facts[0]?.value ?? "";
    const absent = es ? `El destino «${name}» está desconectado` : `The destination “${name}” is disconnected`;
    const unheard = es ? "Un aviso no se pudo entregar" : "A notice could not be delivered";
    const title = error.kind === "destination_absent" ? absent : unheard;
    const hint = es
      ? "Tus copias no se ven afectadas. Mira la conexión."
      : "Your backups are safe. Check the connection.";
    return { kind: error.kind, title, hint, action: "wait", facts: {}, technical: error.cause ?? "" };
  },
  "support.collect": (_, { anonymous }) => [
    { name: "facts.json", text: JSON.stringify({ computer: anonymous ? "computer" : "Recepcion", plans: 2 }, null, 2) },
    { name: "logs/resguardo.log", text: "2026-03-12T07:02:11Z back_up Consultorio: done\n" },
  ],
  "support.save": (_, { file }) => {
    if (!file.startsWith("/")) throw notFound("file", file);
    return null;
  },
  "operations.cancel": (world, id) => {
    world.running = world.running.filter((each) => each.operation.id !== id);
    world.changed("operations");
    return null;
  },
};
