/** Operations, as the engine answers about them. */
import { hoursFromNow, notFound, type Handlers } from "./handlers.ts";

export const operations: Handlers = {
  "operations.page": (world, request) => {
    const start = request.before ? world.operations.findIndex((row) => row.id === request.before) + 1 : 0;
    const rows = world.operations.slice(start, start + (request.limit ?? 50));
    return { rows, more: start + rows.length < world.operations.length };
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
  "operations.cancel": (world, id) => {
    world.running = world.running.filter((each) => each.operation.id !== id);
    world.changed("operations");
    return null;
  },
};
