/** The engine's answers about restores. */
import type { Handlers } from "./handlers.ts";

export const restores: Handlers = {};
