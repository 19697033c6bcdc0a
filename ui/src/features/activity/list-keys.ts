/** The keys of the list: arrows, Home and End go from line to line, letters to the next one that begins with them. */
import { clock } from "../../shared/clock.ts";

/** How long letters typed one after another count as one word. */
const WORD = 700;

/** Where somebody was when they opened a line; coming back leads there. */
export const cameFrom: { line: string | undefined } = { line: undefined };

/** Makes the lines below an element one list for the keyboard. */
export function listKeys(list: HTMLElement): () => void {
  let [typed, typedAt] = ["", 0];
  const links = (): HTMLElement[] => [...list.querySelectorAll<HTMLElement>(".act__link")];

  function found(key: string, all: readonly HTMLElement[], at: number): HTMLElement | undefined {
    const now = clock.now().getTime();
    typed = (now - typedAt < WORD && typed !== key ? typed : "") + key.toLocaleLowerCase();
    typedAt = now;
    const first = typed.length === 1 ? at + 1 : at;
    const turned = [...all.slice(first), ...all.slice(0, first)];
    return turned.find((link) => link.textContent.trim().toLocaleLowerCase().startsWith(typed));
  }

  function keyed(event: KeyboardEvent): void {
    const all = links();
    const at = all.findIndex((link) => link === document.activeElement);
    if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const places: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 };
    const place = places[event.key];
    const isLetter = event.key.length === 1 && event.key !== " ";
    if (place === undefined && !isLetter) return;
    event.preventDefault();
    (place === undefined ? found(event.key, all, at) : all[place])?.focus();
  }

  list.addEventListener("keydown", keyed);
  return () => list.removeEventListener("keydown", keyed);
}
