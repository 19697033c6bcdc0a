/** How work that goes on is called, wherever it is told. */
import type { Work } from "../query/live.svelte.ts";
import { quoted } from "./format.ts";
import { spoken } from "./language.svelte.ts";

const words = spoken(
  {
    ofAll: "todos los planes",
    works: {
      back_up: (plan: string) => `Copiando ${plan}`,
      upload: (plan: string) => `Enviando copias de ${plan}`,
      verify: (plan: string) => `Comprobando copias de ${plan}`,
      drill: (plan: string) => `Probando a restaurar ${plan}`,
      restore: (plan: string) => `Restaurando ${plan}`,
      undo: (plan: string) => `Deshaciendo la restauración de ${plan}`,
      prune: (plan: string) => `Borrando copias antiguas de ${plan}`,
      rebuild: (_plan: string) => "Buscando copias en los destinos",
      export: (plan: string) => `Sacando archivos de ${plan}`,
    },
  },
  {
    ofAll: "all plans",
    works: {
      back_up: (plan) => `Backing up ${plan}`,
      upload: (plan) => `Sending backups of ${plan}`,
      verify: (plan) => `Checking backups of ${plan}`,
      drill: (plan) => `Testing a restore of ${plan}`,
      restore: (plan) => `Restoring ${plan}`,
      undo: (plan) => `Undoing the restore of ${plan}`,
      prune: (plan) => `Removing old backups of ${plan}`,
      rebuild: () => "Looking for backups at the destinations",
      export: (plan) => `Taking files out of ${plan}`,
    },
  },
);

/** “Copiando «Consultorio»”. */
export function workTitle(work: Work, plan: string | undefined): string {
  const name = plan === undefined ? words().ofAll : quoted(plan);
  return words().works[work.operation.verb](name);
}
