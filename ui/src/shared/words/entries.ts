/** How entries of a copy are named to people. */

/** A path without the archive's own first folder, which stands for where it came from. */
export function plainPath(path: string): string {
  return path.replace(/^(files|databases)\//, "");
}
