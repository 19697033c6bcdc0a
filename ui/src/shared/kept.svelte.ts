/** State that outlives a reload of the window's page, for as long as the window is open: choices of a wizard, drafts. */

/** A value under a name; what was kept before a reload comes back. */
export class Kept<T> {
  readonly #name: string;
  #value = $state.raw() as T;

  constructor(name: string, initial: T) {
    this.#name = name;
    this.#value = read(name, initial);
  }

  get value(): T {
    return this.#value;
  }

  set value(value: T) {
    this.#value = value;
    sessionStorage.setItem(this.#name, JSON.stringify(value));
  }

  /** Forgets it; the next window begins anew. */
  forget(initial: T): void {
    this.#value = initial;
    sessionStorage.removeItem(this.#name);
  }
}

function read<T>(name: string, initial: T): T {
  const text = sessionStorage.getItem(name);
  if (text === null) return initial;
  try {
    return JSON.parse(text) as T;
  } catch {
    return initial;
  }
}
