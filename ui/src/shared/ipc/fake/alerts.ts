/** What is wrong, and what was lately. */
import type { AlertTold, AlertView, Cause, Names } from "../bindings.ts";
import { type Handlers } from "./handlers.ts";
import type { World } from "./world.ts";

/** The owner's names. */
export function names(world: World): Names {
  return {
    plans: Object.fromEntries(world.plans.map((plan) => [plan.id, plan.name])),
    destinations: Object.fromEntries(world.destinations.map((place) => [place.id, place.name])),
    sources: Object.fromEntries(world.plans.flatMap((plan) => plan.sources.map((source) => [source.id, source.label]))),
  };
}

/** Title and body, in Spanish and in English, of the causes that the scenarios have. */
const texts: Partial<Record<Cause["cause"], readonly [readonly [string, string], readonly [string, string]]>> = {
  runs_fail: [
    [
      "La copia de {plan} no pudo terminar",
      "Han fallado las últimas {n}. Las copias anteriores siguen a salvo. Abre Resguardo para ver por qué.",
    ],
    [
      "The backup of {plan} could not finish",
      "The last {n} failed. Earlier backups are still safe. Open Resguardo to see why.",
    ],
  ],
  late: [
    ["La copia de {plan} se retrasa", "Deja el equipo encendido a la hora de la copia, o cópialo ahora."],
    ["The backup of {plan} is late", "Leave the computer on when the backup is due, or back up now."],
  ],
  space_low: [
    ["Queda poco sitio en {destination}", "Solo queda libre el {n} %. Haz sitio, o conserva menos copias allí."],
    ["Little room is left in {destination}", "Only {n}% is free. Make room, or keep fewer backups there."],
  ],
  flagged: [
    [
      "{source} ha cambiado más de lo normal",
      "La copia del plan {plan} se guardó y no se borra ninguna anterior hasta que digas si el cambio es tuyo.",
    ],
    [
      "{source} changed more than usual",
      "The backup of plan {plan} was kept, and no earlier one is removed until you say whether the change is yours.",
    ],
  ],
  drill_overdue: [
    ["Hace tiempo que no se prueba a restaurar", "Pruébalo ahora: solo una copia que se restaura es una copia."],
    ["No restore has been tested for a while", "Test one now: only a backup that restores is a backup."],
  ],
  silent: [
    ["{computer} no ha hecho una copia desde hace {n} días", "Mira si ese equipo está encendido y conectado."],
    ["{computer} has not made a backup for {n} days", "See whether that computer is on and connected."],
  ],
};

function tell(world: World, alert: AlertView, language: 0 | 1): AlertTold {
  const { cause } = alert;
  const [title, body] = texts[cause.cause]?.[language] ?? [cause.cause, ""];
  const known = names(world);
  const quoted = (name: string | undefined) => (language === 0 ? `«${name ?? ""}»` : `“${name ?? ""}”`);
  const values: Record<string, string> = {
    plan: quoted("plan" in cause ? known.plans[cause.plan] : ""),
    destination: quoted("destination" in cause ? known.destinations[cause.destination] : ""),
    source: quoted("source" in cause ? known.sources[cause.source] : ""),
    computer: quoted("name" in cause ? cause.name : ""),
    n: String(
      "failures" in cause ? cause.failures : "percent" in cause ? cause.percent : "days" in cause ? cause.days : "",
    ),
  };
  const filled = (text: string) => text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "");
  return { ...alert, title: filled(title), body: filled(body) };
}

export const alerts: Handlers = {
  "alerts.list": (world) => ({ alerts: world.alerts, names: names(world) }),
  "alerts.tell": (world, { language }) =>
    world.alerts.map((alert) => tell(world, alert, language === "spanish" ? 0 : 1)),
};
