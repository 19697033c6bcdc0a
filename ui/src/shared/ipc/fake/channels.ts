/** Channels of notices. */
import type { Handlers } from "./handlers.ts";

export const channels: Handlers = {
  "channels.list": (world) => world.channels,
  "notices.show": (world) => world.notices,
};
