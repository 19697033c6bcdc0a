/** Where the focus comes back to when the dialog for a new destination, a place of its own, is left. */

let awaited = false;

/** The focus is to come back to the button. */
export function comeBack(): void {
  awaited = true;
}

/** Takes the focus when it is awaited. */
export function opener(button: HTMLElement): void {
  if (awaited) button.focus();
  awaited = false;
}
