/** The keys that work everywhere (Cmd stands for Ctrl on macOS). */
import { router, type Section } from "../shared/route.svelte.ts";
import { isText } from "../shared/typing.ts";
import { toasts } from "../shared/ui/toasts.svelte.ts";
import { backUpNow } from "./back-up-now.ts";

const sections: Record<string, Section> = {
  "1": "home",
  "2": "history",
  "3": "restore",
  "4": "destinations",
  "5": "activity",
  ",": "settings",
};

/** Does what a key stands for; keys that a screen has taken do nothing here. */
export function shortcut(event: KeyboardEvent): void {
  const held = event.ctrlKey || event.metaKey;
  if (!held || event.altKey || event.shiftKey || event.defaultPrevented || document.querySelector("dialog[open]"))
    return;
  if (run(event.key.toLowerCase(), event.target)) event.preventDefault();
}

function run(key: string, target: EventTarget | null): boolean {
  const section = sections[key];
  if (section) router.go(section);
  else if (key === "b") void backUpNow();
  else if (key === "r") router.go("restore", ["latest"]);
  else if (key === "f") return focusSearch();
  else if (key === "z") return !isText(target) && toasts.undo();
  else return false;
  return true;
}

function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>("[data-search]");
  field?.focus();
  field?.select();
  return field !== null;
}
