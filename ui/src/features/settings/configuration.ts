/** A configuration as a text: what it holds is for the engine to say; here only what a person wants to see before. */
import type { JsonValue } from "../../shared/ipc/bindings.ts";

/** What stands in the text; a text that is no JSON goes to the engine as it is, which says what is wrong with it. */
export function parsed(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

/** The names of the plans in it. */
export function plansIn(config: JsonValue): string[] {
  if (typeof config !== "object" || config === null || Array.isArray(config)) return [];
  const plans = config["plans"];
  if (!Array.isArray(plans)) return [];
  return plans.flatMap((plan) => {
    const name = typeof plan === "object" && plan !== null && !Array.isArray(plan) ? plan["name"] : undefined;
    return typeof name === "string" ? [name] : [];
  });
}
