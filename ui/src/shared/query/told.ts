/** Errors that stand inside answers (of an operation, a channel, a finding), in the owner's words. */
import type { EngineError, Told } from "../ipc/bindings.ts";
import { call } from "../ipc/client.ts";
import { engineLanguage } from "../words/language.svelte.ts";
import { query } from "./query.svelte.ts";

/** The words of an error for as long as the component lives; nothing while there is no error or the words are awaited. */
export function toldOf(error: () => EngineError | null | undefined): { readonly data: Told | undefined } {
  const asked = query("errors.tell", () => {
    const one = error();
    return one ? { errors: [one], language: engineLanguage() } : null;
  });
  return {
    get data() {
      return asked.data?.[0];
    },
  };
}

/** The words of an error, once. Throws a `Failure`. */
export async function tell(error: EngineError): Promise<Told | undefined> {
  const [told] = await call("errors.tell", { errors: [error], language: engineLanguage() });
  return told;
}
