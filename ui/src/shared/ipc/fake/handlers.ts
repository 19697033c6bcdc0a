/** How the scripted engine answers: handlers by command, typed as the real ones, and errors as the real ones look. */
import { clock } from "../../clock.ts";
import { locale } from "../../words/language.svelte.ts";
import type { Told } from "../bindings.ts";
import type { CommandName, RequestOf, ResponseOf } from "../client.ts";
import type { World } from "./world.ts";

/** Answers to commands. */
export type Handlers = {
  [N in CommandName]?: (world: World, request: RequestOf<N>) => ResponseOf<N> | Promise<ResponseOf<N>>;
};

/** A text in both languages. */
export interface Both {
  es: string;
  en: string;
}

/** An error as the engine tells it, in the language of the window. */
export function told(kind: string, title: Both, hint: Both, facts: Record<string, string> = {}): Told {
  const language = locale.language;
  const technical = `${kind}: ${Object.entries(facts)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ")}`;
  return { kind, title: title[language], hint: hint[language], action: "correct", label: "", facts, technical } as Told;
}

/** A mistake in a field of a form. */
export function invalid(field: string, value: string, title: Both): Told {
  const hint = { es: "Corrígelo y vuelve a intentarlo.", en: "Correct it and try again." };
  return told("invalid_input", title, hint, { field, value });
}

/** Nothing has that name. */
export function notFound(what: string, name: string): Told {
  return told(
    "not_found",
    { es: `No se encuentra «${name}»`, en: `“${name}” cannot be found` },
    { es: "Puede que se haya borrado.", en: "It may have been removed." },
    { what, name },
  );
}

/** A moment as the engine writes it, so many hours from the fake's now. */
export function hoursFromNow(hours: number): string {
  return new Date(clock.now().getTime() + hours * 3_600_000).toISOString();
}
