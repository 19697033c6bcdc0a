/** Words of the way to a restore: its frame, and what several steps say. */
import { counted, dayTime, listed, longDay, moment, nearDay, time } from "./say.ts";
import { spoken } from "../../shared/words/language.svelte.ts";

const esDay = (at: string, whole: boolean): string => {
  const near = nearDay(at);
  const long = longDay(moment(at));
  if (near === undefined) return `del ${long}`;
  return whole ? `de ${near}, ${long}` : `de ${near}`;
};
const enDay = (at: string, whole: boolean): string => {
  const near = nearDay(at);
  const long = longDay(moment(at));
  if (near === undefined) return long;
  return whole ? `${near}, ${long}` : near;
};

export const words = spoken(
  {
    title: "Restaurar",
    steps: "Pasos",
    step: { when: "Cuándo", what: "Qué", where: "Dónde", review: "Revisar" },
    files: (files: number) => counted(files, "archivo", "archivos"),
    databases: (files: number) => counted(files, "base de datos", "bases de datos"),
    things: (files: number, databases: number) =>
      listed([
        ...(files > 0 || databases === 0 ? [counted(files, "archivo", "archivos")] : []),
        ...(databases > 0 ? [counted(databases, "base de datos", "bases de datos")] : []),
      ]),
    thingsAndBytes: (things: string, bytes: string) => `${things}, ${bytes}`,
    copyOf: (at: string) => `Copia ${esDay(at, false)}, ${time(moment(at))}`,
    copyOfDay: (at: string) => `Copia ${esDay(at, true)}, ${time(moment(at))}`,
    leaveTitle: "¿Salir sin restaurar?",
    leaveText: "Se pierde lo que has elegido. No se ha tocado ningún archivo.",
    stay: "Seguir aquí",
    leave: "Salir",
    plan: "Plan",
    another: "Has elegido otra copia: vuelve a marcar qué quieres recuperar",
    gone: "Elige primero una copia",
    goneText: "La copia que estabas mirando ya no está, o todavía no has elegido ninguna.",
    choose: "Elegir una copia",
    emptyTitle: "Todavía no hay copias",
    emptyText: "En cuanto se haga la primera, podrás volver a ella desde aquí.",
    emptyAction: "Ir a Inicio",
    at: (at: string) => `${nearDay(at) ?? `el ${longDay(moment(at))}`} a las ${time(moment(at))}`,
    when: (at: string) => dayTime(moment(at)),
  },
  {
    title: "Restore",
    steps: "Steps",
    step: { when: "When", what: "What", where: "Where", review: "Review" },
    files: (files) => counted(files, "file", "files"),
    databases: (files) => counted(files, "database", "databases"),
    things: (files, databases) =>
      listed([
        ...(files > 0 || databases === 0 ? [counted(files, "file", "files")] : []),
        ...(databases > 0 ? [counted(databases, "database", "databases")] : []),
      ]),
    thingsAndBytes: (things, bytes) => `${things}, ${bytes}`,
    copyOf: (at) => `Backup from ${enDay(at, false)}, ${time(moment(at))}`,
    copyOfDay: (at) => `Backup from ${enDay(at, true)}, ${time(moment(at))}`,
    leaveTitle: "Leave without restoring?",
    leaveText: "What you have chosen will be lost. No file has been touched.",
    stay: "Stay here",
    leave: "Leave",
    plan: "Plan",
    another: "You chose another backup: tick again what you want back",
    gone: "Choose a backup first",
    goneText: "The backup you were looking at is gone, or you have not chosen one yet.",
    choose: "Choose a backup",
    emptyTitle: "There are no backups yet",
    emptyText: "As soon as the first one is made, you can go back to it from here.",
    emptyAction: "Go to Home",
    at: (at) => `${nearDay(at) ?? `on ${longDay(moment(at))}`} at ${time(moment(at))}`,
    when: (at) => dayTime(moment(at)),
  },
);
