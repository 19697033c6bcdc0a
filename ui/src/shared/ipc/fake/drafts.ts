/** What is wrong with a draft, by the rules of the real engine, and the same as the error that saving ends with. */
import { clock } from "../../clock.ts";
import type { DraftProblem, EngineError, Kind, PlanDraft, Schedule, Told } from "../bindings.ts";
import { duesBetween } from "./due.ts";
import { told, type Both } from "./handlers.ts";
import type { World } from "./world.ts";

/** Folders and files that are not there, for tests of what is said then. */
const ABSENT = "/no-";
const YEAR = 366 * 86_400_000;
const SMALLEST_PART = 4 * 1024 * 1024;

type Found = { field: string; index?: number; kind?: Kind; value: string; why: Both };

/** Every mistake. */
export function problemsOf(world: World, draft: PlanDraft, plan: string | null): DraftProblem[] {
  const found = [
    ...nameProblems(world, draft.name ?? "", plan),
    ...sourceProblems(draft),
    ...placeProblems(world, draft),
    ...(draft.schedules ?? []).flatMap(scheduleProblems),
    ...ruleProblems(draft),
    ...patternProblems("exclude", draft.exclude ?? []),
    ...patternProblems("include", draft.include ?? []),
  ];
  return found.map(({ field, index, kind = "invalid_input", value, why }) => ({
    field,
    index: index ?? null,
    kind,
    error: errorOf(kind, field, index, value, why),
  }));
}

/** The first mistake as the error of saving; `undefined` when there is none. */
export function firstMistake(world: World, draft: PlanDraft, plan: string | null): Told | undefined {
  const [problem] = problemsOf(world, draft, plan);
  return problem && tell(problem.error);
}

/** An error of the engine in words, as `errors.tell` answers. */
export function tell(error: EngineError): Told {
  const facts = Object.fromEntries(error.facts.map((fact) => [fact.name, fact.value]));
  const title = { es: facts["es"] ?? error.doing, en: facts["en"] ?? error.doing };
  delete facts["es"];
  delete facts["en"];
  return told(error.kind, title, { es: "Corrígelo y vuelve a intentarlo.", en: "Correct it and try again." }, facts);
}

function errorOf(kind: Kind, field: string, index: number | undefined, value: string, why: Both): EngineError {
  const facts = [
    { name: "field", value: field },
    { name: "value", value },
    { name: "es", value: why.es },
    { name: "en", value: why.en },
  ];
  if (index !== undefined) facts.push({ name: "index", value: String(index) });
  return { kind, retry: "after_user", doing: "check the plan", facts, cause: null };
}

function nameProblems(world: World, name: string, plan: string | null): Found[] {
  const bad = (why: Both, kind: Kind = "invalid_input"): Found[] => [{ field: "name", kind, value: name, why }];
  if (name.length === 0 || [...name].length > 64) {
    return bad({ es: "El nombre tiene de 1 a 64 letras.", en: "A name has 1 to 64 characters." });
  }
  if (/[/\\:*?"<>|@]/.test(name) || /^[ .-]|[ .]$/.test(name)) {
    return bad({ es: `El nombre «${name}» no sirve para una carpeta.`, en: `The name “${name}” cannot be a folder.` });
  }
  const taken = world.plans.some((each) => each.name === name && each.name !== plan);
  if (!taken) return [];
  return bad(
    { es: `Ya hay un plan que se llama «${name}».`, en: `There is a plan called “${name}” already.` },
    "already_exists",
  );
}

function sourceProblems(draft: PlanDraft): Found[] {
  const [folders, files] = [draft.folders ?? [], draft.sqlite ?? []];
  if (folders.length + files.length === 0) {
    const why = { es: "Un plan necesita algo que copiar.", en: "A plan needs something to back up." };
    return [{ field: "folders", value: "", why }];
  }
  const absent =
    (field: string) =>
    (path: string, index: number): Found[] => {
      if (!path.startsWith(ABSENT)) return [];
      const why = { es: `No se encuentra «${path}».`, en: `“${path}” cannot be found.` };
      return [{ field, index, kind: "source_missing", value: path, why }];
    };
  return [...folders.flatMap(absent("folders")), ...files.flatMap(absent("sqlite"))];
}

function placeProblems(world: World, draft: PlanDraft): Found[] {
  const to = draft.to ?? [];
  if (to.length === 0) {
    return [{ field: "to", value: "", why: { es: "Un plan necesita un destino.", en: "A plan needs a destination." } }];
  }
  return to.flatMap((name, index): Found[] => {
    const root = world.destinations.find((place) => place.name === name)?.root ?? name;
    const source = (draft.folders ?? []).find(
      (path) => `${root}/`.startsWith(`${path}/`) || `${path}/`.startsWith(`${root}/`),
    );
    if (source === undefined) return [];
    const why = {
      es: `«${name}» está dentro de «${source}», que se copia.`,
      en: `“${name}” lies in “${source}”, which is backed up.`,
    };
    return [{ field: "to", index, kind: "destination_inside_source", value: name, why }];
  });
}

function scheduleProblems(schedule: Schedule, index: number): Found[] {
  const now = clock.now().getTime();
  if (duesBetween([schedule], now + 1, now + YEAR).length > 0) return [];
  const why = {
    es: "Este horario no llegaría nunca: ya ha pasado.",
    en: "This schedule would never come: it has passed.",
  };
  return [{ field: "schedules", index, value: schedule.every, why }];
}

function ruleProblems(draft: PlanDraft): Found[] {
  const found: Found[] = [];
  const rules = draft.retention;
  if (
    rules &&
    !rules.all &&
    [rules.last, rules.days, rules.daily, rules.weekly, rules.monthly].every((rule) => rule === null)
  ) {
    const why = { es: "Con estas reglas no se conservaría ninguna copia.", en: "These rules would keep no backup." };
    found.push({ field: "retention", value: "", why });
  }
  if (draft.part_size != null && draft.part_size < SMALLEST_PART) {
    const why = { es: "Cada parte tiene al menos 4 MiB.", en: "Each part has at least 4 MiB." };
    found.push({ field: "part_size", value: String(draft.part_size), why });
  }
  return found;
}

function patternProblems(field: string, patterns: readonly string[]): Found[] {
  return patterns.flatMap((pattern, index): Found[] => {
    if (!/\[[^\]]*$/.test(pattern)) return [];
    const why = { es: `El patrón «${pattern}» no se entiende.`, en: `The pattern “${pattern}” makes no sense.` };
    return [{ field, index, value: pattern, why }];
  });
}
