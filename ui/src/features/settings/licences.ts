/** The licences of what the program is made of, as they are built into it. A file put beside them is shown too. */
const files = import.meta.glob<string>("../../../licenses/*.txt", { eager: true, query: "?raw", import: "default" });

/** A licence: whose, which, and its text. */
export interface Licence {
  readonly name: string;
  readonly kind: string;
  readonly text: string;
}

/** All of them, by name; `named` says what is called how. */
export function licences(named: Readonly<Record<string, string>>): Licence[] {
  const all = Object.entries(files).map(([path, text]) => {
    const file = path.slice(path.lastIndexOf("/") + 1, -".txt".length);
    const dash = file.lastIndexOf("-");
    return { name: named[file] ?? file.slice(0, dash), kind: file.slice(dash + 1), text };
  });
  return all.sort((a, b) => a.name.localeCompare(b.name));
}
