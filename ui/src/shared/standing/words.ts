/** How a destination stands, in a word or two. */
import { counted } from "../words/format.ts";
import { spoken } from "../words/language.svelte.ts";

/** The words. */
export const words = spoken(
  {
    ready: "Al día",
    unused: "Sin usar",
    uploading: (share: string) => `Subiendo, ${share}`,
    waiting: "A la espera",
    toCome: (copies: number) => `${counted(copies, "copia", "copias")} por llegar`,
    refused: "No se pudo enviar",
    behind: "Le faltan copias",
    offline: "Sin conexión",
    later: "Se hará al volver",
    absent: "Desconectado",
    since: (day: string) => `Desde ${day}`,
    signedOut: "Sesión caducada",
    spaceLow: "Queda poco sitio",
    free: (share: string) => `${share} libre`,
  },
  {
    ready: "Up to date",
    unused: "Not used",
    uploading: (share) => `Uploading, ${share}`,
    waiting: "Waiting",
    toCome: (copies) => `${counted(copies, "backup", "backups")} to come`,
    refused: "Could not send",
    behind: "Backups missing",
    offline: "Offline",
    later: "Continues when it is back",
    absent: "Disconnected",
    since: (day) => `Since ${day}`,
    signedOut: "Sign-in expired",
    spaceLow: "Little room left",
    free: (share) => `${share} free`,
  },
);
