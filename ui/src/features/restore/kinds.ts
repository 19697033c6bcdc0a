/** The drawing for a file, by its ending. */
import type { IconName } from "../../shared/ui/icons.ts";

const endings: Record<string, IconName> = {
  xlsx: "sheet",
  xls: "sheet",
  ods: "sheet",
  csv: "sheet",
  jpg: "image",
  jpeg: "image",
  png: "image",
  gif: "image",
  webp: "image",
  psd: "image",
  tif: "image",
  zip: "archive",
  rar: "archive",
  "7z": "archive",
  db: "database",
  sqlite: "database",
  sqlite3: "database",
};

/** The drawing for an entry. */
export function iconOf(path: string, type: string, open = false): IconName {
  if (path.startsWith("databases/")) return "database";
  if (type === "folder") return open ? "folder-open" : "folder";
  if (type === "symlink") return "link";
  const ending = path.slice(path.lastIndexOf(".") + 1).toLowerCase();
  return endings[ending] ?? "file-text";
}
