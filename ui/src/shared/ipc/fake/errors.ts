/** What `errors.tell` says of the kinds of errors that the scenarios have, as the engine does. */
import { locale } from "../../words/language.svelte.ts";
import type { EngineError, Told } from "../bindings.ts";
import type { Both } from "./handlers.ts";

interface Text {
  title: Both;
  hint: Both;
  action: string;
}

const texts: Partial<Record<EngineError["kind"], Text>> = {
  database_busy: {
    title: {
      es: "Otro programa lleva demasiado tiempo usando una base de datos: {path}",
      en: "A database is in use by another program for too long: {path}",
    },
    hint: {
      es: "Las copias que tienes están a salvo. Inténtalo cuando el otro programa descanse.",
      en: "The backups you have are safe. Try again when the other program rests.",
    },
    action: "try_again",
  },
  destination_absent: {
    title: {
      es: "El destino «{destination}» está desconectado",
      en: "The destination “{destination}” is disconnected",
    },
    hint: {
      es: "Las copias esperan en este equipo y se envían cuando vuelva. Conéctalo.",
      en: "Backups wait on this computer and are sent when it is back. Connect it.",
    },
    action: "connect",
  },
  source_missing: {
    title: { es: "No está lo que hay que copiar: {path}", en: "What should be backed up is not there: {path}" },
    hint: {
      es: "Las copias que tienes están a salvo. Conecta la unidad o corrige la ruta en el plan.",
      en: "The backups you have are safe. Connect the drive or correct the path in the plan.",
    },
    action: "review_plan",
  },
  confirmation_needed: {
    title: {
      es: "Esto necesita que lo confirmes: se irían {deleted} de {all} copias",
      en: "This needs your confirmation: {deleted} of {all} backups would go",
    },
    hint: {
      es: "No se ha cambiado nada. Confírmalo cuando estés seguro.",
      en: "Nothing was changed. Confirm it when you are sure.",
    },
    action: "confirm",
  },
  cannot_undo: {
    title: { es: "Esto ya no se puede deshacer", en: "This can't be undone any more" },
    hint: {
      es: "Tus archivos están como están ahora. Puedes restaurarlos de una copia anterior.",
      en: "Your files are as they are now. You can restore them from an earlier backup.",
    },
    action: "use_another",
  },
};

const internal: Text = {
  title: { es: "Esto es un fallo de Resguardo", en: "This is a mistake in Resguardo" },
  hint: {
    es: "Tus copias no se ven afectadas. Inténtalo otra vez; si se repite, envíanos el detalle técnico.",
    en: "Your backups are not affected. Try again; if it happens again, send us the technical detail.",
  },
  action: "examine",
};

/** An error as an operation keeps it. */
export function engineError(
  kind: EngineError["kind"],
  doing: string,
  facts: Record<string, string>,
  cause: string | null,
): EngineError {
  const rows = Object.entries(facts).map(([name, value]) => ({ name, value }));
  return { kind, retry: "after_user", doing, facts: rows, cause };
}

/** An error in words. */
export function tellError(error: EngineError): Told {
  const text = texts[error.kind] ?? internal;
  const facts = Object.fromEntries(error.facts.map((fact) => [fact.name, fact.value]));
  const filled = (template: string) => template.replace(/\{(\w+)\}/g, (_, name: string) => facts[name] ?? "");
  const named = error.facts.map((fact) => `${fact.name}=${fact.value}`).join(" ");
  return {
    kind: error.kind,
    title: filled(text.title[locale.language]),
    hint: text.hint[locale.language],
    action: text.action,
    facts,
    technical: `${error.doing}: ${error.kind} ${named}${error.cause ? `\n${error.cause}` : ""}`,
  };
}
