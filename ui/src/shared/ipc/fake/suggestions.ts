/** What is found on the computer of the clinic, and the engine's answers about it. */
import { clock } from "../../clock.ts";
import type {
  ComputerFacts,
  DatabaseSuggestions,
  FolderMeasure,
  PlaceSuggestion,
  RebuildReport,
  SourceSuggestion,
} from "../bindings.ts";
import { hoursFromNow, invalid, told, type Handlers } from "./handlers.ts";
import { clinicPlaces } from "./places.ts";

const GB = 1_000_000_000;
const MB = 1_000_000;
const HOME = "/home/marta";

/** What is found. */
export interface Found {
  computer: ComputerFacts;
  sources: SourceSuggestion[];
  measures: Record<string, FolderMeasure>;
  databases: DatabaseSuggestions;
  places: PlaceSuggestion[];
  /** What lies in folders that hold copies already. */
  copies: Record<string, RebuildReport>;
}

const measured = (files: number, bytes: number): FolderMeasure => ({ files, bytes, complete: true });

/** The clinic's computer. */
export function clinicFound(): Found {
  return {
    computer: {
      name: "RECEPCION-PC",
      home: `${HOME}/.local/share/resguardo`,
      version: "0.1.0",
      catalog_bytes: 48.2 * MB,
      zone: clock.zone() ?? "Europe/Madrid",
    },
    sources: [
      { role: "documents", path: `${HOME}/Documentos`, recommended: true },
      { role: "desktop", path: `${HOME}/Escritorio`, recommended: true },
      { role: "pictures", path: `${HOME}/Imágenes`, recommended: true },
      { role: "downloads", path: `${HOME}/Descargas`, recommended: false },
      { role: "music", path: `${HOME}/Música`, recommended: false },
    ],
    measures: {
      [`${HOME}/Documentos`]: measured(12_480, 18.4 * GB),
      [`${HOME}/Escritorio`]: measured(312, 2.1 * GB),
      [`${HOME}/Imágenes`]: measured(8_903, 24.6 * GB),
      [`${HOME}/Descargas`]: measured(640, 9.7 * GB),
      [`${HOME}/Música`]: measured(0, 0),
    },
    databases: {
      databases: [
        { path: `${HOME}/datos/inventario.db`, size: 86 * MB, mtime: hoursFromNow(-15) },
        { path: `${HOME}/Documentos/Facturas/clientes.sqlite`, size: 31 * MB, mtime: hoursFromNow(-40) },
        { path: `${HOME}/pruebas/pruebas.db`, size: 14 * MB, mtime: "2024-05-02T08:00:00Z" },
      ],
      complete: true,
    },
    places: clinicPlaces(),
    copies: {
      "/media/marta/Copias/Resguardo": {
        snapshots: 182,
        found: 182,
        plans: ["Consultorio", "Radiografías e imágenes"],
        problems: [],
      },
      "/mnt/nas-robles/copias": { snapshots: 12, found: 12, plans: [], problems: [] },
    },
  };
}

export const suggestions: Handlers = {
  "suggestions.sources": (world) => world.found.sources,
  "suggestions.databases": (world) => world.found.databases,
  "suggestions.places": (world) => world.found.places,
  "suggestions.measure": (world, { path, budget_ms }) => {
    if (budget_ms > 60_000) throw invalid("budget_ms", String(budget_ms), { es: "Es demasiado", en: "It is too long" });
    if (path.includes("/prohibida")) {
      throw told(
        "source_unreadable",
        { es: "No se puede leer la carpeta", en: "The folder cannot be read" },
        { es: "Comprueba que tu usuario puede abrirla.", en: "Check that your user can open it." },
        { field: "path", path },
      );
    }
    return world.found.measures[path] ?? measured(1_204, 3.2 * GB);
  },
  "computer.show": (world) => world.found.computer,
};
