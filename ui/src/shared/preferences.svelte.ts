/** What the owner chose for the window: language, theme, size of its text. Kept by the engine, applied to the page here. */
import { call, host } from "./ipc/client.ts";
import { locale, systemLanguage } from "./words/language.svelte.ts";
import type { WindowSettings } from "./ipc/bindings.ts";

class Preferences {
  /** What is kept; the compiled-in choices until the engine answered. */
  kept = $state.raw<WindowSettings>({
    language: "auto",
    theme: "system",
    text_size: null,
    stay: true,
    first_run_done: true,
  });

  /** Reads what is kept and applies it. */
  async load(): Promise<void> {
    try {
      this.kept = await call("settings.show", {});
    } catch {
      // The engine can't answer: the first screen says so and tries again; until then the system's language and theme hold.
    }
    this.#apply();
  }

  /** Keeps changes and applies them; throws a `Failure` and changes nothing when they can't be kept. */
  async change(changes: Partial<WindowSettings>): Promise<void> {
    this.kept = await call("settings.save", { ...this.kept, ...changes });
    this.#apply();
  }

  #apply(): void {
    locale.language = this.kept.language === "auto" ? systemLanguage() : this.kept.language;
    const page = document.documentElement;
    page.lang = locale.language;
    if (this.kept.theme === "system") delete page.dataset["theme"];
    else page.dataset["theme"] = this.kept.theme;
    // A host that can't leaves it to the system's own size of text.
    host()
      .zoom((this.kept.text_size ?? 100) / 100)
      .catch(() => undefined);
  }
}

/** The one set of preferences of the window. */
export const preferences = new Preferences();
