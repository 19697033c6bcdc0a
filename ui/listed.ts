/** A build fails when a package comes into the pages whose licence About does not list. */
import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

/** A part of the pages, as `licenses/web.json` has it. */
interface Listed {
  readonly name: string;
  readonly version: string;
}

/** The package that a module is of; what the tools put in begins with a zero and their name. */
export function packageOf(id: string): string | undefined {
  return id.startsWith("\0")
    ? /^\0(vite|rolldown)\//.exec(id)?.[1]
    : /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(id)?.[1]?.replace("\\", "/");
}

/** Packages of which something is in the pages and which are not listed in this version. */
export function unlisted(
  inside: Iterable<string>,
  versionOf: (name: string) => string,
  list: readonly Listed[],
): string[] {
  const has = (name: string): boolean => list.some((part) => part.name === name && part.version === versionOf(name));
  return [...new Set(inside)].filter((name) => !has(name)).map((name) => `${name} ${versionOf(name)}`);
}

/** The plugin. */
export function listed(): Plugin {
  const file = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
  const versionOf = (name: string): string =>
    (JSON.parse(file(`./node_modules/${name}/package.json`)) as Listed).version;
  return {
    name: "listed",
    apply: "build",
    generateBundle(_options, bundle) {
      const inside = Object.values(bundle).flatMap((output) => {
        if (output.type !== "chunk") return [];
        const kept = Object.entries(output.modules).filter(([, module]) => module.renderedLength > 0);
        return kept.flatMap(([id]) => packageOf(id) ?? []);
      });
      const missing = unlisted(inside, versionOf, JSON.parse(file("./licenses/web.json")) as Listed[]);
      if (missing.length > 0) this.error(`not in licenses/web.json: ${missing.join(", ")}`);
    },
  };
}
