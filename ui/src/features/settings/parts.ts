/**
 * What the programs and their pages are made of: the parts that `cargo xtask licences` lists, and those of the pages. It is read when
 * somebody wants to see it only.
 */

/** A part: whose, which, under what; `texts` are its licences' texts. */
export interface Part {
  readonly name: string;
  /** Empty where its makers count none, or it goes with the compiler. */
  readonly version: string;
  readonly licence: string;
  /** The part that carries it; only for what is no package of its own. */
  readonly inside?: string;
  readonly texts: readonly string[];
}

/** A text by its place, with the lines that name its makers where it has some. */
type Place = number | readonly [place: number, by: string];

/** The list of the programs as it is kept: each text once. */
interface Kept {
  readonly parts: readonly (Omit<Part, "texts" | "inside"> & {
    readonly in?: string;
    readonly texts: readonly Place[];
  })[];
  readonly texts: readonly string[];
}

/** The list of the pages; each text is a file. */
type Web = readonly (Omit<Part, "texts"> & { readonly text: string })[];

const kept = import.meta.glob<string>("../../../licenses/*", { query: "?raw", import: "default" });

async function file(name: string): Promise<string> {
  const path = Object.keys(kept).find((each) => each.endsWith(`/${name}`));
  return (path === undefined ? undefined : await kept[path]?.()) ?? "";
}

/** All parts, by name. */
export async function parts(): Promise<readonly Part[]> {
  const programs = JSON.parse(await file("rust.json")) as Kept;
  const pages = JSON.parse(await file("web.json")) as Web;
  const textAt = (place: Place): string => {
    if (typeof place === "number") return programs.texts[place] ?? "";
    return `${place[1]}\n\n${programs.texts[place[0]] ?? ""}`;
  };
  const ofPrograms = programs.parts.map(({ in: inside, texts, ...part }) => ({
    ...part,
    ...(inside ? { inside } : {}),
    texts: texts.map(textAt),
  }));
  const ofPages = pages.map(async ({ text, ...part }) => ({ ...part, texts: [await file(`${text}.txt`)] }));
  const all: Part[] = [...ofPrograms, ...(await Promise.all(ofPages))];
  const { compare } = new Intl.Collator("en", { numeric: true });
  return all.sort((one, other) => compare(one.name, other.name) || compare(one.version, other.version));
}

/** Those that a search means: each of its words stands in the name, the version or the licence. */
export function found(all: readonly Part[], search: string): readonly Part[] {
  const wanted = search.toLowerCase().split(/\s+/);
  return all.filter((part) => {
    const said = `${part.name} ${part.version} ${part.licence} ${part.inside ?? ""}`.toLowerCase();
    return wanted.every((word) => said.includes(word));
  });
}

/** Where a key leads in a list of rows; nothing when it is another's. */
export function led(key: string, from: number, rows: number): number | undefined {
  switch (key) {
    case "ArrowDown":
      return Math.min(from + 1, rows - 1);
    case "ArrowUp":
      return Math.max(from - 1, 0);
    case "Home":
      return 0;
    case "End":
      return rows - 1;
    default:
      return undefined;
  }
}
