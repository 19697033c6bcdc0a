/** What a place is called on the screen. */
import type { IconName } from "../../shared/ui/icons.ts";
import * as format from "../../shared/words/format.ts";
import type { Place } from "./where.ts";
import { words } from "./words.ts";

/** Its name, with what it is. */
export function placeName(place: Place): string {
  const name = format.quoted(place.label);
  if (place.drive?.same_disk) return words().thisDisk(name);
  return place.drive?.removable ? words().drive(name) : place.label;
}

/** Its drawing. */
export function placeIcon({ drive }: Place): IconName {
  if (!drive) return "folder";
  if (drive.same_disk) return "monitor";
  return drive.network ? "server" : "hard-drive";
}
