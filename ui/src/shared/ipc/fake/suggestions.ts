/** The engine's answers about suggestions. */
import type { Handlers } from "./handlers.ts";

export const suggestions: Handlers = {};
