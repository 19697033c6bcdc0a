/** Words that many screens share. */
import { spoken } from "../words/language.svelte.ts";

/** The shared words. */
export const common = spoken(
  {
    close: "Cerrar",
    undo: "Deshacer",
    again: "Reintentar",
    cancel: "Cancelar",
    back: "Atrás",
    next: "Continuar",
    loading: "Cargando…",
    technical: "Detalle técnico",
    less: (what: string) => `Menos: ${what}`,
    more: (what: string) => `Más: ${what}`,
  },
  {
    close: "Close",
    undo: "Undo",
    again: "Try again",
    cancel: "Cancel",
    back: "Back",
    next: "Continue",
    loading: "Loading…",
    technical: "Technical detail",
    less: (what) => `Less: ${what}`,
    more: (what) => `More: ${what}`,
  },
);
