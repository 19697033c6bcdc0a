/** The engine's answers about suggestions. */
import { hoursFromNow, type Handlers } from "./handlers.ts";

const GB = 1_000_000_000;
const MB = 1_000_000;

const measures: Record<string, { files: number; bytes: number }> = {
  "/home/marta/Documentos": { files: 12_480, bytes: 18.4 * GB },
  "/home/marta/Escritorio": { files: 312, bytes: 2.1 * GB },
  "/home/marta/Imágenes": { files: 8_120, bytes: 41.3 * GB },
  "/srv/Radiografias": { files: 3_904, bytes: 126 * GB },
};

export const suggestions: Handlers = {
  "suggestions.sources": () => [
    { role: "documents", path: "/home/marta/Documentos", recommended: true },
    { role: "desktop", path: "/home/marta/Escritorio", recommended: true },
    { role: "pictures", path: "/home/marta/Imágenes", recommended: true },
    { role: "downloads", path: "/home/marta/Descargas", recommended: false },
  ],
  "suggestions.measure": (_, { path }) => ({ ...(measures[path] ?? { files: 0, bytes: 0 }), complete: true }),
  "suggestions.databases": () => ({
    databases: [
      { path: "/home/marta/datos/inventario.db", size: 86 * MB, mtime: hoursFromNow(-2) },
      { path: "/home/marta/datos/agenda.sqlite", size: 12 * MB, mtime: hoursFromNow(-20) },
    ],
    complete: true,
  }),
};
