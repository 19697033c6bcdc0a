/** Translations are whole and used: what is missing in a language does not compile, what nobody says fails here. */
import { expect, test } from "vitest";
import { locale } from "./language.svelte.ts";

type Table = Record<string, unknown>;
const modules = import.meta.glob<Record<string, unknown>>(["../../**/words.ts", "../../**/*.words.ts"], {
  eager: true,
});
const sources = import.meta.glob<string>(["../../**/*.{svelte,ts}"], { eager: true, query: "?raw", import: "default" });

function tables(module: Record<string, unknown>): [string, () => Table][] {
  return Object.entries(module).filter((entry): entry is [string, () => Table] => typeof entry[1] === "function");
}

/** What may say the words of a file: its own folder, or everything for those that are shared. */
function sayers(file: string): string {
  const folder = file.slice(0, file.lastIndexOf("/") + 1);
  const everywhere = file.includes("/shared/") || folder.startsWith("../ui");
  return Object.entries(sources)
    .filter(([path]) => path !== file && !path.endsWith(".test.ts") && (everywhere || path.startsWith(folder)))
    .map(([, text]) => text)
    .join("\n");
}

function spokenIn(language: "es" | "en", table: () => Table): Table {
  locale.language = language;
  return table();
}

test.each(Object.keys(modules))("every text of %s is said somewhere", (file) => {
  const text = sayers(file);
  for (const [name, table] of tables(modules[file] ?? {})) {
    for (const key of Object.keys(spokenIn("es", table))) {
      const said = new RegExp(`\\.${key}\\b`).test(text);
      expect(said, `${name}.${key} is never used`).toBe(true);
    }
  }
});

test.each(Object.keys(modules))("both languages of %s say the same things, each in its own words", (file) => {
  for (const [, table] of tables(modules[file] ?? {})) {
    const [es, en] = [spokenIn("es", table), spokenIn("en", table)];
    expect(Object.keys(en)).toEqual(Object.keys(es));
    for (const text of Object.values({ ...es, ...en })) expect(text).not.toBe("");
  }
});
