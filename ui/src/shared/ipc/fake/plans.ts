/** Plans, as the engine answers about them. */
import { notFound, type Handlers } from "./handlers.ts";

export const plans: Handlers = {
  "plans.list": (world) => world.plans,
  "plans.show": (world, { name }) => {
    const plan = world.plans.find((each) => each.name === name);
    if (!plan) throw notFound("plan", name);
    return plan;
  },
  "plans.edit": (world, { name, edit }) => {
    const plan = world.plans.find((each) => each.name === name);
    if (!plan) throw notFound("plan", name);
    const id = (text: string) => world.destinations.find((place) => place.name === text)?.id ?? text;
    const kept = plan.destinations.filter((each) => !(edit.remove_to ?? []).map(id).includes(each));
    plan.destinations = [...kept, ...(edit.add_to ?? []).map(id)];
    for (const place of world.destinations) {
      const others = place.plans.filter((each) => each !== name);
      place.plans = plan.destinations.includes(place.id) ? [...others, name] : others;
    }
    world.changed("plans", "destinations");
    return plan;
  },
  "plans.pruning": (world, { name }) => {
    const rows = world.snapshots.filter((row) => row.plan === name);
    const going = rows.slice(0, Math.max(0, rows.length - 34));
    return {
      rows: rows.map((row) => ({
        id: row.id,
        name: row.name,
        created_at: row.created_at,
        bytes: row.bytes_stored,
        keep: going.includes(row) ? [] : [{ reason: "daily" as const, number: 1 }],
      })),
      deleted: going.length,
      freed: going.reduce((all, row) => all + row.bytes_stored, 0),
      refusal: null,
    };
  },
};
