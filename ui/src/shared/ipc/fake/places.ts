/** Drives and shares of the clinic's computer. */
import type { PlaceSuggestion } from "../bindings.ts";

const GB = 1_000_000_000;

/** What the engine finds to write below. */
export function clinicPlaces(): PlaceSuggestion[] {
  const place = (path: string, label: string, free: number, total: number): PlaceSuggestion => ({
    path,
    label,
    free: free * GB,
    total: total * GB,
    removable: false,
    network: false,
    same_disk: false,
    max_file: null,
  });
  return [
    { ...place("/media/marta/Toshiba", "Toshiba", 480, 500), removable: true },
    { ...place("/media/marta/Copias", "Copias", 612, 1000), removable: true },
    { ...place("/mnt/nas-robles", "nas-robles", 1650, 2000), network: true },
    { ...place("/home/marta", "Carpeta personal", 88, 256), same_disk: true },
  ];
}
