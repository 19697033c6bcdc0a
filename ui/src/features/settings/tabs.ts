/** The tabs of the settings. Each is a place of its own; the focus stays on the tabs when somebody moves between them with the keys. */

/** The tabs, in their order. */
export const tabs = ["general", "notices", "technician", "about"] as const;

/** A tab. */
export type Tab = (typeof tabs)[number];

/** The tab that an address names. */
export function tabOf(path: readonly string[]): Tab {
  return tabs.find((tab) => tab === path[0]) ?? "general";
}

/** The tab that a key leads to. */
export function tabAfter(tab: Tab, key: string): Tab | undefined {
  const at = tabs.indexOf(tab);
  if (key === "ArrowRight") return tabs[(at + 1) % tabs.length];
  if (key === "ArrowLeft") return tabs.at(at - 1);
  if (key === "Home") return tabs[0];
  return key === "End" ? tabs.at(-1) : undefined;
}

let awaited = false;

/** The focus is to be on the tab that comes. */
export function focusNext(): void {
  awaited = true;
}

/** Takes the focus when it is awaited; the screen is made anew in each place. */
export function takeFocus(button: HTMLElement): void {
  if (!awaited || button.getAttribute("aria-selected") !== "true") return;
  button.focus();
  awaited = false;
}
