/** The language of the window, and how texts are declared in both. */

/** A language that the window speaks. */
export type Language = "es" | "en";

/** The languages, in the order in which they are offered. */
export const languages = ["es", "en"] as const;

/** What the window speaks now. */
class Locale {
  language = $state<Language>("es");
}

/** The one locale of the window; reading it in a template keeps the template in its language. */
export const locale = new Locale();

/** The language that the system speaks: Spanish in all its kinds, English for everybody else. */
export function systemLanguage(): Language {
  return navigator.language.toLowerCase().startsWith("es") ? "es" : "en";
}

/** Texts keep their shape in each language, not their wording. */
type SameShape<T> = {
  readonly [K in keyof T]: T[K] extends (...values: infer V) => string
    ? (...values: V) => string
    : T[K] extends string
      ? string
      : T[K] extends readonly string[]
        ? readonly string[]
        : SameShape<T[K]>;
};

/** Declares texts in both languages; the result gives those of the language in use. A missing text does not compile. */
export function spoken<T extends object>(es: T, en: SameShape<T>): () => SameShape<T> {
  const both: Record<Language, SameShape<T>> = { es: es as SameShape<T>, en };
  return () => both[locale.language];
}

/** The language of the window as the engine names it. */
export function engineLanguage(): "spanish" | "english" {
  return locale.language === "es" ? "spanish" : "english";
}
