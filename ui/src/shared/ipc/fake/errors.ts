/** What `errors.tell` says of the kinds of errors that the scenarios have, as the engine does. */
import { locale } from "../../words/language.svelte.ts";
import type { EngineError, ErrorAction, Told } from "../bindings.ts";
import type { Both, Handlers } from "./handlers.ts";

interface Text {
  title: Both;
  hint: Both;
  action: ErrorAction;
}

const texts: Partial<Record<EngineError["kind"], Text>> = {
  invalid_input: {
    title: { es: "El valor[ «{value}»] no sirve", en: "The value[ “{value}”] is no good" },
    hint: {
      es: "No se ha cambiado nada. Corrígelo y vuelve a intentarlo.",
      en: "Nothing was changed. Correct it and try again.",
    },
    action: "correct",
  },
  already_exists: {
    title: { es: "Ya existe un plan[ «{name}»]", en: "There is a plan[ “{name}”] already" },
    hint: { es: "No se ha cambiado nada. Elige otro nombre.", en: "Nothing was changed. Choose another name." },
    action: "choose_folder",
  },
  destination_inside_source: {
    title: {
      es: "El destino {destination} y lo que se copia ({path}) están uno dentro del otro",
      en: "The destination {destination} and what is backed up ({path}) lie inside each other",
    },
    hint: {
      es: "No se ha cambiado nada. Elige una carpeta de fuera, mejor en otra unidad.",
      en: "Nothing was changed. Choose a folder outside of it, best on another drive.",
    },
    action: "choose_folder",
  },
  destination_full: {
    title: { es: "No queda sitio en «Copias»", en: "There is no room left in “Copias”" },
    hint: {
      es: "Libera espacio en ese disco o elige otro.",
      en: "Make room on that drive or choose another one.",
    },
    action: "make_room",
  },
  disk_full: {
    title: { es: "No hay sitio en el disco", en: "There is no room on the disk" },
    hint: { es: "Libera espacio y vuelve a restaurar.", en: "Make room and restore again." },
    action: "free_disk",
  },
  verify_failed: {
    title: { es: "El archivo no volvió como se guardó", en: "The file did not come back as it was saved" },
    hint: {
      es: "Repite la copia; si vuelve a pasar, cambia de disco.",
      en: "Repeat the backup; if it happens again, change the drive.",
    },
    action: "check_all",
  },
  archive_damaged: {
    title: { es: "Esta copia está dañada.", en: "This backup is damaged." },
    hint: { es: "Las demás no dependen de ella.", en: "The others do not depend on it." },
    action: "check_all",
  },
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

/** What a field of a form expects, where more can be said than the kind's hint does. */
const expected: Record<string, Both> = {
  name: {
    es: 'Un nombre tiene de 1 a 64 caracteres, ninguno de / \\ : * ? " < > | @, y no empieza ni acaba con un espacio o un punto.',
    en: 'A name has 1 to 64 characters, none of / \\ : * ? " < > | @, and neither starts nor ends with a space or a dot.',
  },
  retention: {
    es: "Con estas reglas no se conservaría nada. Elige al menos una.",
    en: "These rules would keep nothing. Choose at least one.",
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

/** What a button says that does it. */
const labels: Partial<Record<ErrorAction, Both>> = {
  connect: { es: "Conectarlo", en: "Connect it" },
  confirm: { es: "Confirmar", en: "Confirm" },
  correct: { es: "Corregirlo", en: "Correct it" },
  try_again: { es: "Reintentar", en: "Try again" },
};

/** An error in words. */
export function tellError(error: EngineError): Told {
  const text = texts[error.kind] ?? internal;
  const facts = Object.fromEntries(error.facts.map((fact) => [fact.name, fact.value]));
  const filled = (template: string) =>
    template
      .replace(/\[([^\]]*\{(\w+)\}[^\]]*)\]/g, (_, part: string, name: string) => (facts[name] ? part : ""))
      .replace(/\{(\w+)\}/g, (_, name: string) => facts[name] ?? "");
  const hint = (error.kind === "invalid_input" && expected[facts["field"] ?? ""]) || text.hint;
  const named = error.facts.map((fact) => `${fact.name}=${fact.value}`).join(" ");
  return {
    kind: error.kind,
    title: filled(text.title[locale.language]),
    hint: hint[locale.language],
    action: text.action,
    label: labels[text.action]?.[locale.language] ?? "",
    facts,
    technical: `${error.doing}: ${error.kind} ${named}${error.cause ? `\n${error.cause}` : ""}`,
  };
}

export const errors: Handlers = {
  "errors.tell": (_, { errors: told }) => told.map(tellError),
};
