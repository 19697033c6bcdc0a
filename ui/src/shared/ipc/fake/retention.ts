/** Keep rules of the scripted engine: what stays and why, by the rules of the real one as far as its window shows them. */
import type { ArchiveKind, Class, Keep, Retention } from "../bindings.ts";
import { dateIn } from "./due.ts";

/** A snapshot that is judged. */
export interface Judged {
  id: string;
  at: string;
  class: Class;
  kind: ArchiveKind;
  /** What it needs to be restored. */
  needs: readonly string[];
  pinned?: boolean;
}

const DAY = 86_400_000;

/** Why each of the snapshots (the newest first) stays; what goes has no reason. */
export function decide(rows: readonly Judged[], rules: Retention, now: number, zone: string): Map<string, Keep[]> {
  const kept = new Map<string, Keep[]>(rows.map((row) => [row.id, []]));
  const add = (id: string, keep: Keep): void => void kept.get(id)?.push(keep);
  for (const row of rows) {
    if (row.pinned) add(row.id, { reason: "pinned" });
    if (row.class === "manual") add(row.id, { reason: "manual" });
  }
  for (const [index, row] of rows.entries()) {
    if (rules.all) add(row.id, { reason: "all" });
    if (rules.last !== null && index < rules.last) add(row.id, { reason: "last", number: index + 1 });
    if (rules.days !== null && now - Date.parse(row.at) < rules.days * DAY) add(row.id, { reason: "days" });
  }
  const date = (row: Judged) => dateIn(zone, Date.parse(row.at));
  byPeriod(rows, rules.daily, date, (id, number) => add(id, { reason: "daily", number }));
  byPeriod(
    rows,
    rules.weekly,
    (row) => weekOf(date(row)),
    (id, number) => add(id, { reason: "weekly", number }),
  );
  byPeriod(
    rows,
    rules.monthly,
    (row) => date(row).slice(0, 7),
    (id, number) => add(id, { reason: "monthly", number }),
  );
  for (const row of rows.slice(0, 2)) {
    if (kept.get(row.id)?.length === 0) add(row.id, { reason: "last_restore_point" });
  }
  for (const row of rows) {
    if (kept.get(row.id)?.length === 0) continue;
    for (const id of row.needs) add(id, { reason: "needed_by", id: row.id });
  }
  return kept;
}

function byPeriod(
  rows: readonly Judged[],
  most: number | null,
  period: (row: Judged) => string,
  keep: (id: string, number: number) => void,
): void {
  const seen = new Set<string>();
  for (const row of rows) {
    if (seen.size >= (most ?? 0)) return;
    if (seen.has(period(row))) continue;
    seen.add(period(row));
    keep(row.id, seen.size);
  }
}

/** The Monday of a day's week. */
function weekOf(date: string): string {
  const at = Date.parse(`${date}T00:00:00Z`);
  const back = (new Date(at).getUTCDay() + 6) % 7;
  return new Date(at - back * DAY).toISOString().slice(0, 10);
}
