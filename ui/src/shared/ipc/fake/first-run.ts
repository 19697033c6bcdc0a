/** What other nouns answer in a first run, and what they refuse. */
import type { DestinationView, EngineError, Kind, Plan, PlanDraft, SourceSpec } from "../bindings.ts";
import { invalid, notFound, told, type Both, type Handlers } from "./handlers.ts";
import type { World } from "./world.ts";

/** An error as the engine keeps it with an operation. */
export function engineError(kind: Kind, facts: Record<string, string> = {}): EngineError {
  const rows = Object.entries(facts).map(([name, value]) => ({ name, value }));
  return { kind, retry: "after_user", doing: "run the operation", facts: rows, cause: null };
}

const texts: Partial<Record<Kind, [Both, Both]>> = {
  destination_inside_source: [
    {
      es: "La carpeta de las copias está dentro de lo que se copia",
      en: "The folder for backups lies inside what is backed up",
    },
    {
      es: "Elige un lugar fuera de esa carpeta, mejor en otro disco.",
      en: "Choose a place outside that folder, best on another disk.",
    },
  ],
  destination_full: [
    { es: "No queda sitio en «Copias»", en: "There is no room left in “Copias”" },
    { es: "Libera espacio en ese disco o elige otro.", en: "Make room on that drive or choose another one." },
  ],
  source_missing: [
    { es: "Falta la carpeta «Escritorio»", en: "The folder “Escritorio” is missing" },
    {
      es: "Vuelve a ponerla en su sitio o quítala de la lista.",
      en: "Put it back in its place or take it off the list.",
    },
  ],
  verify_failed: [
    { es: "El archivo no volvió como se guardó", en: "The file did not come back as it was saved" },
    {
      es: "Repite la copia; si vuelve a pasar, cambia de disco.",
      en: "Repeat the backup; if it happens again, change the drive.",
    },
  ],
  archive_damaged: [
    { es: "Esta copia está dañada.", en: "This backup is damaged." },
    { es: "Las demás no dependen de ella.", en: "The others do not depend on it." },
  ],
};

function inside(folder: string, source: string): boolean {
  return `${folder}/`.startsWith(`${source}/`) || `${source}/`.startsWith(`${folder}/`);
}

/** The mistakes of a draft, by the engine's rules. */
function problems(world: World, draft: PlanDraft, plan: string | null): EngineError[] {
  const name = draft.name ?? "";
  const errors: EngineError[] = [];
  if (name.length === 0 || name.length > 64 || /[/\\:*?"<>|@]/.test(name)) {
    errors.push(engineError("invalid_input", { field: "name", value: name }));
  }
  if (name !== plan && world.plans.some((each) => each.name.toLowerCase() === name.toLowerCase())) {
    errors.push(engineError("already_exists", { what: "plan", name, field: "name" }));
  }
  if ((draft.folders ?? []).length + (draft.sqlite ?? []).length === 0) {
    errors.push(engineError("invalid_input", { field: "folders", value: "" }));
  }
  const places = (draft.to ?? []).map((to) => world.destinations.find((each) => each.name === to)?.root ?? to);
  for (const place of places) {
    const source = (draft.folders ?? []).find((folder) => inside(place, folder));
    if (source)
      errors.push(engineError("destination_inside_source", { destination: place, path: source, field: "to" }));
  }
  return errors;
}

function tellOf(error: EngineError) {
  const facts = Object.fromEntries(error.facts.map((fact) => [fact.name, fact.value]));
  const known = texts[error.kind];
  if (known) return told(error.kind, known[0], known[1], facts);
  if (error.kind === "already_exists") {
    return told(
      error.kind,
      { es: "Ya hay un plan con ese nombre", en: "There is a plan of that name already" },
      { es: "Ponle otro.", en: "Give it another one." },
      facts,
    );
  }
  return invalid(facts["field"] ?? "", facts["value"] ?? "", {
    es: "Este nombre no vale: sin signos como / : * ? y hasta 64 letras",
    en: "This name will not do: no signs such as / : * ? and up to 64 letters",
  });
}

function planOf(world: World, draft: PlanDraft, id: string): Plan {
  const source = (path: string, number: number): { id: string; label: string; path: string } => ({
    id: `${id}-source-${number}`,
    label: path.split("/").at(-1) ?? path,
    path,
  });
  const filter = {
    exclude: [],
    include: [],
    default_excludes: true,
    one_file_system: true,
    max_size: null,
    max_age_days: null,
  };
  const folders = (draft.folders ?? []).map((path, at): SourceSpec => ({
    ...source(path, at),
    kind: "folder",
    filter,
  }));
  const files = (draft.sqlite ?? []).map((path, at): SourceSpec => ({ ...source(path, at + 100), kind: "sqlite" }));
  const ids = (draft.to ?? []).map((to) => {
    const place = world.destinations.find((each) => each.name === to);
    if (!place) throw notFound("destination", to);
    return place.id;
  });
  return {
    id,
    name: draft.name ?? "",
    sources: [...folders, ...files],
    destinations: ids,
    schedules: draft.schedules ?? [],
    retention: draft.retention ?? { all: false, last: null, days: null, daily: 14, weekly: 8, monthly: 12 },
    options: { level: draft.level ?? "normal", part_size: draft.part_size ?? null },
  };
}

function checked(world: World, draft: PlanDraft, plan: string | null): void {
  const [first] = problems(world, draft, plan);
  if (first) throw tellOf(first);
}

/** Handlers of other nouns that the first run needs; what those nouns answer themselves goes before. */
export const firstRun: Handlers = {
  "errors.tell": (_, { error }) => tellOf(error),
  "plans.preview": (world, { draft, plan }) => ({
    problems: problems(world, draft, plan ?? null).map((error) => ({
      field: error.facts.find((fact) => fact.name === "field")?.value ?? "",
      index: null,
      kind: error.kind,
      error,
    })),
    schedules: [],
    runs: [],
    retention: null,
    prune: null,
  }),
  "plans.add": (world, draft) => {
    checked(world, draft, null);
    const plan = planOf(world, draft, `plan-new-${world.plans.length + 1}`);
    world.plans = [...world.plans, plan];
    world.changed("plans");
    return plan;
  },
  "plans.replace": (world, { name, draft }) => {
    const known = world.plans.find((each) => each.name === name);
    if (!known) throw notFound("plan", name);
    checked(world, draft, name);
    const plan = planOf(world, draft, known.id);
    world.plans = world.plans.map((each) => (each.id === known.id ? plan : each));
    world.changed("plans");
    return plan;
  },
  "destinations.add": (world, { name, folder, nearness }) => {
    const known = world.destinations.find((each) => each.root === folder);
    if (known && name && known.name !== name)
      throw tellOf(engineError("already_exists", { what: "destination", name }));
    const place: DestinationView = {
      id: `place-new-${world.destinations.length + 1}`,
      name: name ?? "Resguardo",
      kind: "local",
      nearness: nearness ?? "near",
      root: folder,
      connected: true,
      space: { free: 840_000_000_000, total: 1_000_000_000_000 },
      waiting: 0,
      plans: [],
    };
    world.destinations = [...world.destinations, place];
    world.changed("destinations");
    return place;
  },
  "destinations.edit": (world, edit) => {
    const known = world.destinations.find((each) => each.name === edit.name);
    if (!known) throw notFound("destination", edit.name);
    const place = { ...known, nearness: edit.nearness ?? known.nearness };
    world.destinations = world.destinations.map((each) => (each.id === known.id ? place : each));
    return place;
  },
  "destinations.remove": (world, { name }) => {
    world.destinations = world.destinations.filter((each) => each.name !== name);
    world.changed("destinations");
    return null;
  },
  "destinations.adopt": (world, { name }) => {
    const place = world.destinations.find((each) => each.name === name);
    if (!place) throw notFound("destination", name);
    return world.found.copies[place.root] ?? { snapshots: 0, found: 0, plans: [], problems: [] };
  },
};
