/** The typed client: the only way from the window to the engine. Types come from the list of commands, never from the caller. */
import { locale } from "../words/language.svelte.ts";
import type { Commands } from "./bindings.ts";
import { failureOf } from "./failure.ts";
import type { Host } from "./host.ts";

/** The name of a command. */
export type CommandName = keyof Commands;
/** What a command is asked with. */
export type RequestOf<N extends CommandName> = Commands[N]["request"];
/** What a command answers. */
export type ResponseOf<N extends CommandName> = Commands[N]["response"];

let current: Host | undefined;

/** Says what the window runs on; once, before anything else. */
export function setHost(host: Host): void {
  current = host;
}

/** What the window runs on. */
export function host(): Host {
  if (!current) throw new Error("the window has no host yet");
  return current;
}

/**
 * Calls a command of the engine.
 *
 * Throws a `Failure`.
 */
export async function call<N extends CommandName>(name: N, request: RequestOf<N>): Promise<ResponseOf<N>> {
  try {
    return (await host().call(name, request, locale.language)) as ResponseOf<N>;
  } catch (thrown) {
    throw failureOf(thrown);
  }
}
