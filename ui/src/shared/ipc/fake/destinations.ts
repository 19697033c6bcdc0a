/** Destinations, as the engine answers about them. */
import type { Handlers } from "./handlers.ts";

export const destinations: Handlers = {
  "destinations.list": (world) => world.destinations,
  "uploads.list": (world) => world.uploads,
};
