/** Drives and shares of the clinic's computer. */
import type { PlaceSuggestion } from "../bindings.ts";

const GB = 1_000_000_000;

function place(path: string, label: string, free: number, total: number): PlaceSuggestion {
  const usual = { removable: false, network: false, same_disk: false, max_file: null };
  return { path, label, free: free * GB, total: total * GB, ...usual };
}

const nas: PlaceSuggestion = { ...place("/mnt/nas-robles", "nas-robles", 1650, 2000), network: true };
const own: PlaceSuggestion = { ...place("/home/marta", "marta", 212, 512), same_disk: true };

/** What is found once copies are made: a new drive, too. */
export function clinicPlaces(): PlaceSuggestion[] {
  return [
    { ...place("/media/marta/Toshiba", "Toshiba", 480, 500), removable: true },
    { ...place("/media/marta/Copias", "Copias", 612, 1000), removable: true },
    { ...nas },
    { ...own },
  ];
}

/** What is found before anything is set up. */
export function firstPlaces(): PlaceSuggestion[] {
  return [{ ...place("/media/marta/Copias", "Copias", 840, 1000), removable: true }, { ...nas }, { ...own }];
}
