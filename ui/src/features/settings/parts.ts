/** The parts that the programs are linked with, as `cargo xtask licences` lists them. Read when somebody wants to see them only. */

/** A part: whose, which, under what; `texts` are its licences' texts. */
export interface Part {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly texts: readonly string[];
}

/** The list as it is kept: each text once. */
interface Kept {
  readonly parts: readonly (Omit<Part, "texts"> & { readonly texts: readonly number[] })[];
  readonly texts: readonly string[];
}

const kept = import.meta.glob<string>("../../../licenses/rust.json", { query: "?raw", import: "default" });

/** All parts, by name. */
export async function parts(): Promise<Part[]> {
  const read = await Promise.all(Object.values(kept).map((load) => load()));
  return read.flatMap((text) => {
    const list = JSON.parse(text) as Kept;
    return list.parts.map((part) => ({ ...part, texts: part.texts.map((number) => list.texts[number] ?? "") }));
  });
}

/** Those that a search means: by name or by licence. */
export function found(all: readonly Part[], search: string): readonly Part[] {
  const wanted = search.trim().toLowerCase();
  return all.filter((part) => `${part.name} ${part.licence}`.toLowerCase().includes(wanted));
}
