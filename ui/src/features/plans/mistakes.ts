/** Mistakes of a draft as the form shows them: at their field, in the engine's words where it has words for them. */
import type { Failure } from "../../shared/ipc/failure.ts";
import type { DraftProblem, Kind, PlanDraft, Told } from "../../shared/ipc/bindings.ts";
import { words } from "./words.ts";
import { tell } from "../../shared/query/told.ts";

/** A mistake and its place: a field, and one element of it when it is a list. */
export interface Mistake {
  readonly field: string;
  readonly index: number | null;
  readonly text: string;
}

/** A mistake that the engine foretells. */
export async function mistakeOf(problem: DraftProblem, draft: PlanDraft): Promise<Mistake> {
  const { field, index } = problem;
  const own = ownText(problem.kind, field, index, draft);
  if (own !== undefined) return { field, index, text: own };
  const told = await tell(problem.error);
  return { field, index, text: told ? sentence(told) : problem.kind };
}

/** The mistake for which saving was refused; `undefined` when no field is at fault. */
export function mistakeOfFailure(failure: Failure, draft: PlanDraft): Mistake | undefined {
  const field = failure.field;
  if (field === undefined) return undefined;
  const number = failure.told.facts["index"];
  const index = number === undefined ? null : Number(number);
  return { field, index, text: ownText(failure.told.kind, field, index, draft) ?? sentence(failure.told) };
}

/** What is missing has no value that could be called wrong, and a date that has passed is not written wrongly: the form says it. */
function ownText(kind: Kind, field: string, index: number | null, draft: PlanDraft): string | undefined {
  if (kind !== "invalid_input") return undefined;
  if (field === "name" && !draft.name) return words().needsName;
  if (field === "folders" && !draft.folders?.length && !draft.sqlite?.length) return words().needsSource;
  if (field === "to" && !draft.to?.length) return words().needsPlace;
  const once = field === "schedules" && index !== null && draft.schedules?.[index]?.every === "once";
  return once ? words().hasPassed : undefined;
}

function sentence({ title, hint }: Told): string {
  return /[.?!]$/.test(title) || hint === "" ? `${title} ${hint}`.trim() : `${title}. ${hint}`;
}
