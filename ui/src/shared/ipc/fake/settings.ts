/** What the owner chose for the window and the computer. */
import type { Handlers } from "./handlers.ts";

export const settings: Handlers = {
  "settings.show": (world) => world.settings,
  "settings.save": (world, settings) => {
    world.settings = { ...world.settings, ...settings };
    world.changed("settings");
    return world.settings;
  },
  "startup.show": (world) => world.startup,
};
