/** Where a form was not understood: the focus goes to the first field that says so. */
import { tick } from "svelte";

/** Brings the first mistake of a form into sight, with the focus in its field. Answers whether there is one. */
export async function toFirstMistake(form: ParentNode | null | undefined): Promise<boolean> {
  await tick();
  const field = form?.querySelector<HTMLElement>('[aria-invalid="true"]');
  field?.focus();
  // The words below the field are part of it.
  field?.closest(".field")?.scrollIntoView?.({ block: "nearest" });
  return field != null;
}
