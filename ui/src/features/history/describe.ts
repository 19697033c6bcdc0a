/** A copy in a few words and signs: its kind, its proof, where it is, what it brought, why it is kept. */
import type {
  ChangeFinding,
  CopyView,
  DestinationView,
  Keep,
  SnapshotView,
  VerifyLevel,
} from "../../shared/ipc/bindings.ts";
import type { IconName } from "../../shared/ui/icons.ts";
import type { Tone } from "../../shared/ui/StateWord.svelte";
import * as format from "../../shared/words/format.ts";
import { detailWords } from "./detail.words.ts";
import { words } from "./words.ts";

/** A sign with its word. */
export interface Sign {
  readonly text: string;
  readonly icon: IconName;
}

/** Ayer, 20:00. */
export function whenOf(row: { created_at: string }): string {
  return format.dayTime(format.moment(row.created_at));
}

/** miércoles 11 de marzo, 20:00: for sentences and where another day would be a loss. */
export function fullWhenOf(row: { created_at: string }): string {
  const at = format.moment(row.created_at);
  return `${format.longDay(at)}, ${format.time(at)}`;
}

const kindIcons = { full: "archive", incremental: "zap", differential: "layers" } as const;

/** The kind as the list shows it: what was asked for by hand says so first. */
export function kindOf(row: SnapshotView): Sign & { look: string } {
  if (row.class === "manual") return { text: detailWords().manual, icon: "hand", look: "badge--line" };
  if (row.class === "safety") return { text: detailWords().safety, icon: "camera", look: "badge--line" };
  const look = row.kind === "full" ? "badge--accent" : "";
  return { text: detailWords().kinds[row.kind], icon: kindIcons[row.kind], look };
}

/** The badges over the details. */
export function badgesOf(row: SnapshotView): (Sign & { look: string })[] {
  const text = detailWords();
  const badges: (Sign & { look: string })[] = [];
  if (row.class === "manual") badges.push({ text: text.longManual, icon: "hand", look: "badge--line" });
  if (row.class === "safety") badges.push({ text: text.longSafety, icon: "camera", look: "badge--line" });
  badges.push({ text: text.longKinds[row.kind], icon: kindIcons[row.kind], look: "" });
  const level = levelOf(row);
  if (row.state === "damaged") badges.push({ text: text.damaged, icon: "circle-x", look: "badge--bad" });
  else if (level) badges.push({ text: text.levels[level], icon: "badge-check", look: "badge--ok" });
  if (row.flag) {
    const look = row.flag === "open" ? "badge--warn" : "";
    badges.push({ text: text.flags[row.flag], icon: "triangle-alert", look });
  }
  if (row.pinned) badges.push({ text: text.pinned, icon: "lock", look: "" });
  return badges;
}

const levels: readonly VerifyLevel[] = ["checked", "opened", "restored"];

/** Whether any of its copies is proven. */
export function isProven(row: SnapshotView): boolean {
  return row.destinations.some((copy) => copy.state === "present" && Boolean(copy.verified));
}

/** The farthest proof of any of its copies. */
export function levelOf(row: SnapshotView): VerifyLevel | undefined {
  const proven = row.destinations.flatMap((copy) => (copy.state === "present" && copy.verified ? [copy.verified] : []));
  return proven.sort((a, b) => levels.indexOf(b) - levels.indexOf(a))[0];
}

/** How it stands, in the last column of the list. */
export function proofOf(row: SnapshotView): { tone: Tone; text: string } {
  const text = detailWords();
  if (row.state === "damaged") return { tone: "bad", text: text.damaged };
  if (row.flag === "open") return { tone: "warn", text: text.flags.open };
  if (row.flag === "refused") return { tone: "off", text: text.flags.refused };
  const level = levelOf(row);
  if (!level) return { tone: "wait", text: text.unproven };
  return { tone: "ok", text: level === "restored" ? text.tested : text.proven };
}

type PlaceState = "present" | "waiting" | "lost" | "deleted";

/** The engine's word for a copy at a place; what is not known counts as not there. */
function stateOf(copy: CopyView): PlaceState {
  return copy.state === "present" || copy.state === "waiting" || copy.state === "deleted" ? copy.state : "lost";
}

const marks = {
  present: { icon: "check", look: "c-ok" },
  waiting: { icon: "clock", look: "c-warn" },
  lost: { icon: "x", look: "c-bad" },
  deleted: { icon: "minus", look: "c-3" },
} as const;

/** A place with a sign for how the copy stands there. */
export function placeOf(copy: CopyView, places: readonly DestinationView[]) {
  const state = stateOf(copy);
  const text = detailWords().placeIs(copy.destination, detailWords().places[state]);
  return { text, place: placeIcon(copy.destination, places), ...marks[state] };
}

/** Near is a drive, away is another building. */
export function placeIcon(name: string, places: readonly DestinationView[]): IconName {
  return places.find((place) => place.name === name)?.nearness === "away" ? "server" : "hard-drive";
}

const tones: Record<PlaceState, Tone> = { present: "off", waiting: "wait", lost: "bad", deleted: "off" };

/** How a copy stands at a place, with the level of proof and its date. */
export function placeState(copy: CopyView): { tone: Tone; text: string; icon?: IconName } {
  const text = detailWords();
  const state = stateOf(copy);
  if (state === "present" && copy.verified && copy.verified_at) {
    const when = format.dayTime(format.moment(copy.verified_at));
    return { tone: "ok", text: text.provenAt(text.levels[copy.verified], format.inside(when)) };
  }
  const tone = tones[state];
  return state === "present"
    ? { tone, text: text.placeStates.present, icon: "check" }
    : { tone, text: text.placeStates[state] };
}

/** What it brought, in the column of files. */
export function changesOf(row: SnapshotView): string {
  const [added, changed, removed] = row.changes;
  if (row.kind === "full") return words().total(format.count(row.files));
  if (changed === 0 && added > 0) return words().added(format.count(added));
  return added + changed + removed === 0 ? words().noChanges : words().changed(format.count(added + changed));
}

/** Why it stays, each reason in words; the dates of those that need it are in `rows`. */
export function keepsOf(keep: readonly Keep[], rows: readonly SnapshotView[]): string[] {
  return keep.map((reason) => keepOf(reason, rows));
}

function keepOf(keep: Keep, rows: readonly SnapshotView[]): string {
  const text = detailWords();
  switch (keep.reason) {
    case "last":
      return text.keepLast(format.count(keep.number));
    case "daily":
      return text.keepDaily(format.count(keep.number));
    case "weekly":
      return text.keepWeekly(format.count(keep.number));
    case "monthly":
      return text.keepMonthly(format.count(keep.number));
    case "needed_by": {
      const other = rows.find((row) => row.id === keep.id);
      return other ? text.keepNeeded(fullWhenOf(other)) : text.keepNeededUnknown;
    }
    case "all":
    case "days":
    case "pinned":
    case "manual":
    case "safety":
    case "not_verified":
    case "damaged":
    case "refused":
    case "future":
    case "last_restore_point":
      return text.keep[keep.reason];
  }
}

/** A finding of the guard, with its figures. */
export function findingOf(finding: ChangeFinding): string {
  const text = detailWords();
  switch (finding.finding) {
    case "files_gone":
      return text.filesGone(format.count(finding.before), format.count(finding.after));
    case "bytes_gone":
      return text.bytesGone(format.bytes(finding.before), format.bytes(finding.after));
    case "rows_gone":
      return text.rowsGone(finding.table, format.count(finding.before), format.count(finding.after));
    case "unreadable":
      return text.unreadable(
        format.percent(finding.changed_percent / 100),
        format.percent(finding.unreadable_percent / 100),
      );
    case "ransom_names":
      return text.ransomNames(format.count(finding.files));
    case "ransom_note":
      return text.ransomNote(finding.name);
  }
}
