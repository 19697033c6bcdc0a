/** Destinations, as the engine answers about them. */
import type { DestinationDraft, DestinationEdit, DestinationView, Told } from "../bindings.ts";
import { invalid, notFound, told, type Both, type Handlers } from "./handlers.ts";
import type { World } from "./world.ts";

/** The place of that name. */
function named(world: World, name: string): DestinationView {
  const place = world.destinations.find((each) => each.name === name);
  if (!place) throw notFound("destination", name);
  return place;
}

function refused(kind: string, es: string, en: string, facts: Record<string, string>): Told {
  const hint: Both = {
    es: "Las copias que tienes están a salvo. No se ha cambiado nada.",
    en: "The backups you have are safe. Nothing was changed.",
  };
  return told(kind, { es, en }, hint, facts);
}

/** What the engine looks at before a folder becomes a destination; parts of its path say what is wrong with it. */
function checkFolder(world: World, folder: string): void {
  const path = folder.trim();
  if (path === "") throw invalid("folder", "", { es: "Elige una carpeta", en: "Choose a folder" });
  if (path.includes("no-existe"))
    throw refused("destination_absent", `No existe la carpeta «${path}»`, `There is no folder “${path}”`, { path });
  if (path.includes("solo-lectura"))
    throw refused("destination_denied", "El destino no da acceso", "The destination refuses access", { path });
  if (path.includes("de-otro"))
    throw refused("destination_foreign", "La carpeta del destino es de otro", "The folder belongs to another one", {
      path,
    });
  const inside = world.plans.flatMap((plan) => plan.sources).find((source) => path.startsWith(`${source.path}/`));
  if (inside)
    throw refused(
      "destination_inside_source",
      `El destino y lo que se copia (${inside.path}) están uno dentro del otro`,
      `The destination and what is backed up (${inside.path}) lie inside each other`,
      { path: inside.path },
    );
}

/** Refuses what the engine takes for no name. */
export function checkWord(name: string): void {
  const good = name.trim() !== "" && name.length <= 64 && !/[/\\:*?"<>|@]/.test(name);
  if (good) return;
  const title = name.trim() === "" ? { es: "El valor no sirve", en: "The value can't be used" } : undefined;
  throw told(
    "invalid_input",
    title ?? { es: `El valor «${name}» no sirve`, en: `The value “${name}” can't be used` },
    {
      es: 'Un nombre tiene de 1 a 64 caracteres, ninguno de / \\ : * ? " < > | @, y no empieza ni acaba con un espacio o un punto.',
      en: 'A name has 1 to 64 characters, none of / \\ : * ? " < > | @, and neither begins nor ends with a space or a dot.',
    },
    { field: "name", value: name },
  );
}

function checkName(world: World, name: string, but?: DestinationView): void {
  const taken = world.destinations.some(
    (place) => place !== but && place.name.toLocaleLowerCase() === name.toLocaleLowerCase(),
  );
  checkWord(name);
  if (!taken) return;
  throw told(
    "already_exists",
    { es: `Ya existe un destino «${name}»`, en: `There is a destination “${name}” already` },
    { es: "No se ha cambiado nada. Elige otro nombre.", en: "Nothing was changed. Choose another name." },
    { what: "destination", name },
  );
}

function add(world: World, draft: DestinationDraft): DestinationView {
  checkFolder(world, draft.folder);
  const name = draft.name ?? draft.folder.split("/").at(-1) ?? draft.folder;
  const same = world.destinations.find((each) => each.root === draft.folder);
  if (same && (draft.name == null || draft.name === same.name)) return same;
  checkName(world, name);
  const place: DestinationView = {
    id: `place-${world.calls.length + 10}`,
    name,
    kind: "local",
    nearness: draft.nearness ?? "near",
    root: draft.folder,
    connected: true,
    space: { free: 480e9, total: 500e9 },
    waiting: 0,
    plans: [],
  };
  world.destinations = [...world.destinations, place];
  world.changed("destinations");
  return place;
}

function edit(world: World, change: DestinationEdit): DestinationView {
  const place = named(world, change.name);
  if (change.new_name != null) checkName(world, change.new_name, place);
  if (change.folder != null) checkFolder(world, change.folder);
  if (change.new_name != null) place.name = change.new_name;
  if (change.folder != null) [place.root, place.connected] = [change.folder, true];
  if (change.nearness != null) place.nearness = change.nearness;
  world.changed("destinations");
  return place;
}

export const destinations: Handlers = {
  "destinations.list": (world) => world.destinations,
  "destinations.add": add,
  "destinations.edit": edit,
  "destinations.test": (world, { name }) => {
    const place = named(world, name);
    if (place.connected && !place.root.includes("falla")) return place;
    throw told(
      "destination_absent",
      { es: `El destino «${name}» está desconectado`, en: `The destination “${name}” is disconnected` },
      {
        es: "Las copias esperan en este equipo y se envían cuando vuelva. Conéctalo.",
        en: "Backups wait on this computer and are sent when it is back. Connect it.",
      },
      { destination: name },
    );
  },
  "destinations.adopt": (world, { name }) => {
    const { root } = named(world, name);
    return world.found.copies[root] ?? { snapshots: 0, found: 0, plans: [], problems: [] };
  },
  "destinations.remove": (world, { name }) => {
    const place = named(world, name);
    const [plan] = place.plans;
    if (plan !== undefined) throw refused("busy", `El plan «${plan}» lo usa`, `Plan “${plan}” uses it`, { plan });
    world.destinations = world.destinations.filter((each) => each !== place);
    world.changed("destinations");
    return null;
  },
  "uploads.list": (world) => world.uploads,
  "computers.list": (world) => world.computers,
  "computers.forget": (world, { name }) => {
    const known = world.computers.find((each) => each.id === name || each.name === name);
    if (!known) throw notFound("computer", name);
    world.computers = world.computers.filter((each) => each !== known);
    world.alerts = world.alerts.filter(({ cause }) => !("computer" in cause && cause.computer === known.id));
    world.changed("computers", "alerts");
    return null;
  },
};
