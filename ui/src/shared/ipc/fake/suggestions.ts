/** The engine's answers about suggestions. */
import { hoursFromNow, told, type Handlers } from "./handlers.ts";

const GB = 1_000_000_000;
const MB = 1_000_000;
const HOME = "/home/marta";

const measures: Record<string, { files: number; bytes: number }> = {
  [`${HOME}/Documentos`]: { files: 12_480, bytes: 18.4 * GB },
  [`${HOME}/Escritorio`]: { files: 312, bytes: 2.1 * GB },
  [`${HOME}/Imágenes`]: { files: 8_903, bytes: 24.6 * GB },
};

export const suggestions: Handlers = {
  "suggestions.sources": () => [
    { role: "documents", path: `${HOME}/Documentos`, recommended: true },
    { role: "desktop", path: `${HOME}/Escritorio`, recommended: true },
    { role: "pictures", path: `${HOME}/Imágenes`, recommended: true },
    { role: "downloads", path: `${HOME}/Descargas`, recommended: false },
    { role: "music", path: `${HOME}/Música`, recommended: false },
  ],
  "suggestions.measure": (_, { path }) => {
    if (path.includes("/prohibida")) {
      throw told(
        "source_unreadable",
        { es: "No se puede leer la carpeta", en: "The folder cannot be read" },
        { es: "Comprueba que tu usuario puede abrirla.", en: "Check that your user can open it." },
        { field: "path", path },
      );
    }
    return { ...(measures[path] ?? { files: 1_204, bytes: 3.2 * GB }), complete: true };
  },
  "suggestions.databases": () => ({
    databases: [
      { path: `${HOME}/datos/inventario.db`, size: 86 * MB, mtime: hoursFromNow(-15) },
      { path: `${HOME}/Documentos/Facturas/clientes.sqlite`, size: 31 * MB, mtime: hoursFromNow(-40) },
      { path: `${HOME}/pruebas/pruebas.db`, size: 14 * MB, mtime: "2024-05-02T08:00:00Z" },
    ],
    complete: true,
  }),
};
