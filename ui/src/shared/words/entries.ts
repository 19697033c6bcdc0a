/** How entries of a copy, and what is wrong with them, are named to people. */
import type { IssueKind } from "../ipc/bindings.ts";
import { issueWords } from "./issue.words.ts";

/** What is wrong with an entry. */
export function issueText(kind: IssueKind): string {
  return issueWords().kinds[kind];
}

/** A path without the archive's own first folder, which stands for where it came from. */
export function plainPath(path: string): string {
  return path.replace(/^(files|databases)\//, "");
}
