/** Where in the window a person is. It stands in the address, so that a reload comes back to it. */

/** The sections of the window. */
export type Section =
  "home" | "plan" | "history" | "restore" | "destinations" | "activity" | "alerts" | "settings" | "welcome";

/** A place: a section, what is looked at in it, and choices. */
export interface Route {
  readonly section: Section;
  /** What follows the section, decoded. */
  readonly path: readonly string[];
  readonly choices: Readonly<Record<string, string>>;
}

const sections: readonly string[] = [
  "home",
  "plan",
  "history",
  "restore",
  "destinations",
  "activity",
  "alerts",
  "settings",
  "welcome",
];

/** Reads “history/Consultorio?day=2026-03-11”; what is no place is home. */
export function parseRoute(text: string): Route {
  const [place = "", query = ""] = text.replace(/^#?\/?/, "").split("?");
  const [section = "", ...path] = place.split("/").map(decode);
  if (!sections.includes(section)) return { section: "home", path: [], choices: {} };
  const choices = Object.fromEntries(new URLSearchParams(query));
  return { section: section as Section, path: path.filter((part) => part !== ""), choices };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The address of a place. */
export function address(section: Section, path: readonly string[] = [], choices: Record<string, string> = {}): string {
  const query = new URLSearchParams(choices).toString();
  return `#/${[section, ...path.map(encodeURIComponent)].join("/")}${query ? `?${query}` : ""}`;
}

class Router {
  now = $state.raw<Route>(parseRoute(location.hash));
  #guard: (() => boolean) | undefined;

  constructor() {
    addEventListener("hashchange", () => (this.now = parseRoute(location.hash)));
  }

  /** Goes to a place, unless whoever is asked first keeps the person here. */
  go(section: Section, path: readonly string[] = [], choices: Record<string, string> = {}): void {
    this.follow(address(section, path, choices));
  }

  /** Goes to an address. */
  follow(to: string): void {
    const wanted = to.startsWith("#") ? to : `#/${to.replace(/^\//, "")}`;
    if (this.#guard && !this.#guard()) {
      this.#held = wanted;
      return;
    }
    this.#guard = undefined;
    location.hash = wanted;
    this.now = parseRoute(wanted);
  }

  /** Where somebody wanted to go while a guard held them. */
  #held: string | undefined;

  /** Asks `leave` before the place is left; it answers whether that may be. Returns what takes the guard away. */
  guard(leave: () => boolean): () => void {
    this.#guard = leave;
    return () => {
      if (this.#guard === leave) this.#guard = undefined;
    };
  }

  /** Leaves in spite of the guard, to where the person wanted to go. */
  leave(otherwise: string): void {
    const to = this.#held ?? otherwise;
    this.#guard = undefined;
    this.#held = undefined;
    this.follow(to);
  }

  /** Stays after all. */
  stay(): void {
    this.#held = undefined;
  }
}

/** The one router of the window. */
export const router = new Router();
