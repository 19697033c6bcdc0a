/** Where somebody types: there the keys of editing are the browser's own. */

const typed = ["text", "search", "date", "time", "datetime-local", "email", "password", "url", "number", "tel"];

/** Whether a key was pressed in a field of text. */
export function isText(target: EventTarget | null): boolean {
  return target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && typed.includes(target.type));
}
