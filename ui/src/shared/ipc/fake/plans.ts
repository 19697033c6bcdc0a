/** Plans, as the engine answers about them. */
import { notFound, type Handlers } from "./handlers.ts";

export const plans: Handlers = {
  "plans.list": (world) => world.plans,
  "plans.show": (world, { name }) => {
    const plan = world.plans.find((each) => each.name === name);
    if (!plan) throw notFound("plan", name);
    return plan;
  },
};
