/** Problems with single entries, as every screen says them. */
import { spoken } from "./language.svelte.ts";

/** What is wrong with an entry, by the engine's word for it. */
export const issueWords = spoken(
  {
    kinds: {
      permission_denied: "sin permiso para leerlo",
      unreadable: "no se pudo leer",
      changed_while_read: "cambiaba mientras se leía; se guarda lo leído",
      vanished: "se quitó mientras se hacía la copia",
      database_busy: "base de datos ocupada demasiado tiempo",
      database_damaged: "la base de datos no pasa su comprobación; se guarda como está",
      metadata: "no se pudo conservar su dueño, sus fechas o sus atributos",
      renamed: "recibió otro nombre, porque esta unidad no admite el suyo",
      special: "no es un archivo con contenido; solo se anota",
      other_file_system: "está en otro sistema de archivos; no se copia",
      status_not_written: "no se pudo escribir la página de estado junto a las copias; las copias están",
    },
  },
  {
    kinds: {
      permission_denied: "no permission to read it",
      unreadable: "could not be read",
      changed_while_read: "kept changing while it was read; what was read is kept",
      vanished: "was removed while the backup ran",
      database_busy: "database in use for too long",
      database_damaged: "database fails its own check; kept as it is",
      metadata: "owner, times or attributes could not be kept",
      renamed: "got another name, because this drive can’t hold it",
      special: "not a file with content; only noted",
      other_file_system: "on another file system; left out",
      status_not_written: "the status page beside the backups could not be written; the backups are there",
    },
  },
);
