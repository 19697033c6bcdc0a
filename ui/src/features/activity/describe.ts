/** An operation in one line and in full: its title, its sign, and what it did, in words. */
import type { Operation, RestoreReport, Results, Told, Verb, VerifyRow } from "../../shared/ipc/bindings.ts";
import type { IconName } from "../../shared/ui/icons.ts";
import * as format from "../../shared/words/format.ts";
import { reportWords } from "./report.words.ts";
import { doneBy, secondsOf, type Done } from "./results.ts";

const files = (value: number) => format.counted(value, reportWords().fileOne, reportWords().fileMany);
const copies = (value: number) => format.counted(value, reportWords().copyOne, reportWords().copyMany);
const databases = (value: number) => format.counted(value, reportWords().databaseOne, reportWords().databaseMany);

/** What its line and its page are called. */
export function titleOf(operation: Operation, plan: string | null): string {
  const text = reportWords();
  const named = (name: string) => (plan === null ? name : text.ofPlan(name, format.quoted(plan)));
  const name = named(text.names[operation.verb]);
  switch (operation.state) {
    case "failed":
      return text.failed(name);
    case "cancelled":
      return text.cancelled(name);
    case "interrupted":
      return text.interrupted(name);
    case "running":
    case "cancelling":
      return text.running(name);
    case "queued":
      return text.queued(name);
    case "succeeded":
    case "succeeded_with_issues": {
      const done = doneBy(operation);
      return done ? doneTitle(done, named) : name;
    }
  }
}

function doneTitle(done: Done, named: (name: string) => string): string {
  const text = reportWords();
  switch (done.verb) {
    case "back_up":
      return named(text.kinds[done.report.kind]);
    case "restore":
      return text.restored(files(done.report.restored));
    case "export":
      return text.exported(files(done.report.restored));
    case "verify": {
      const count = new Set(done.report.map((row) => row.snapshot)).size;
      return count === 1 ? text.verifiedOne : text.verified(copies(count));
    }
    case "drill":
      return text.drilled;
    case "prune":
      return named(text.pruned);
    case "rebuild":
      return text.rebuilt;
    case "upload":
      return text.sent;
    case "undo":
      return text.undone;
  }
}

/** What stands below the title in the list. */
export function subOf(operation: Operation, told: Told | undefined): string {
  if (operation.error && operation.state !== "cancelled") return told?.title ?? "";
  if (operation.state === "interrupted") return reportWords().interruptedWhy;
  if (operation.state === "cancelled") return reportWords().cancelledWhy;
  const done = doneBy(operation);
  const parts = done ? doneSub(done, secondsOf(operation)) : [];
  if (operation.issue_count > 0) {
    const issues = format.counted(operation.issue_count, reportWords().issueOne, reportWords().issueMany);
    parts.push(reportWords().withIssues(issues));
  }
  return parts.join(" · ");
}

function doneSub(done: Done, seconds: number | undefined): string[] {
  const text = reportWords();
  switch (done.verb) {
    case "back_up": {
      const { report } = done;
      const parts = [text.newBytes(format.bytes(report.bytes_stored))];
      if (seconds !== undefined) parts.push(format.duration(seconds));
      if (report.present.length > 0) parts.push(format.listed(report.present));
      if (report.waiting.length > 0)
        parts.push(text.waits(format.listed(report.waiting.map((each) => each.destination))));
      return parts;
    }
    case "restore":
    case "export":
      return [done.report.target];
    case "verify":
      return [soundness(done.report)];
    case "drill":
      return [
        done.report.databases > 0
          ? text.drillSub(files(done.report.files), databases(done.report.databases))
          : text.compared(files(done.report.files), format.bytes(done.report.bytes)),
      ];
    case "prune":
    case "rebuild":
    case "upload":
    case "undo":
      return sentences(done).slice(0, 1);
  }
}

function soundness(rows: readonly VerifyRow[]): string {
  const bad = rows.filter(isUnsound).length;
  return bad === 0 ? reportWords().allSound : reportWords().unsound(copies(bad));
}

/** Wrong, and not put right since. */
function isUnsound(row: VerifyRow): boolean {
  return row.error !== null && row.healed_from == null;
}

/** What it did, sentence by sentence, the main one first. */
export function sentences(done: Done): string[] {
  switch (done.verb) {
    case "back_up":
      return backedUp(done.report);
    case "restore":
      return restored(done.report, reportWords().cameBack);
    case "export":
      return restored(done.report, reportWords().written);
    case "verify":
      return verified(done.report);
    case "drill":
      return drilled(done.report);
    case "prune":
      return [pruned(done.report)];
    case "rebuild":
      return rebuilt(done.report);
    case "upload":
      return sent(done.report);
    case "undo":
      return undone(done.report);
  }
}

function backedUp(report: Results["back_up"]): string[] {
  const text = reportWords();
  const said = [text.saved(files(report.files), format.bytes(report.bytes_total), format.bytes(report.bytes_stored))];
  const { added, changed, removed } = report;
  const none = added + changed + removed === 0;
  if (none && report.kind !== "full") said.push(text.nothingChanged);
  else if (!none) said.push(text.changes(format.count(added), format.count(changed), format.count(removed)));
  if (report.odd?.length) said.push(text.odd(format.listed(report.odd.map((source) => format.quoted(source.label)))));
  return said;
}

function restored(report: RestoreReport, main: (a: string, b: string, c: string) => string): string[] {
  const text = reportWords();
  const said = [main(format.count(report.restored), files(report.wanted), format.bytes(report.bytes))];
  if (report.databases > 0) {
    const tables = format.counted(report.tables, text.tableOne, text.tableMany);
    const rows = format.counted(report.rows, text.rowOne, text.rowMany);
    said.push(text.databases(databases(report.databases), tables, rows));
  }
  if (report.same > 0) said.push(text.same(files(report.same)));
  if (report.skipped > 0) said.push(text.skipped(files(report.skipped)));
  if (report.renamed > 0) said.push(text.renamed(files(report.renamed)));
  if (report.failed > 0) said.push(text.notBack(files(report.failed)));
  return said;
}

function verified(rows: readonly VerifyRow[]): string[] {
  const text = reportWords();
  const healed = rows.filter((row) => row.healed_from != null).length;
  const bad = rows.filter(isUnsound).map((row) => text.unsoundAt(row.name, row.destination));
  return [soundness(rows), ...(healed > 0 ? [text.healed(copies(healed))] : []), ...bad];
}

function drilled(report: Results["drill"]): string[] {
  const text = reportWords();
  const said = [text.compared(files(report.files), format.bytes(report.bytes))];
  if (report.databases > 0) said.push(text.comparedDatabases(databases(report.databases)));
  return [...said, text.drilledFrom(report.destination)];
}

function pruned(report: Results["prune"]): string {
  const text = reportWords();
  if (report.refusal) return text.refusals[report.refusal];
  return report.deleted === 0 ? text.nothingOld : text.removedOld(copies(report.deleted), format.bytes(report.freed));
}

function rebuilt(report: Results["rebuild"]): string[] {
  const text = reportWords();
  const said = [text.found(copies(report.snapshots), format.count(report.found))];
  if (report.plans.length > 0) said.push(text.plansBack(format.listed(report.plans)));
  if (report.problems.length > 0) said.push(text.problems(format.count(report.problems.length)));
  return said;
}

function sent(report: Results["sync"]): string[] {
  const text = reportWords();
  const said = [report.sent.length === 0 ? text.sentNone : text.sentSome(copies(report.sent.length))];
  if (report.waiting.length > 0) said.push(waitingFor(report.waiting));
  return said;
}

function undone(report: Results["undo"]): string[] {
  const text = reportWords();
  const said = [text.putBack(files(report.put_back), files(report.removed))];
  if (report.kept > 0) said.push(text.keptChanged(files(report.kept)));
  return said;
}

/** The places that something waits for, each once. */
export function waitingFor(waiting: readonly { destination: string }[]): string {
  return reportWords().waiting(format.listed([...new Set(waiting.map((each) => each.destination))]));
}

const verbs: Record<Verb, { icon: IconName; look: string }> = {
  back_up: { icon: "circle-check", look: "c-ok" },
  upload: { icon: "cloud-upload", look: "c-3" },
  verify: { icon: "badge-check", look: "c-ok" },
  drill: { icon: "badge-check", look: "c-ok" },
  restore: { icon: "archive-restore", look: "c-3" },
  undo: { icon: "undo-2", look: "c-3" },
  prune: { icon: "trash-2", look: "c-3" },
  rebuild: { icon: "file-search", look: "c-3" },
  export: { icon: "folder-down", look: "c-3" },
};

/** The sign of a line: how it ended, or what it was. */
export function signOf(operation: Operation): { icon: IconName; look: string } {
  switch (operation.state) {
    case "failed":
    case "interrupted":
      return { icon: "circle-x", look: "c-bad" };
    case "succeeded_with_issues":
      return { icon: "triangle-alert", look: "c-warn" };
    case "cancelled":
      return { icon: "ban", look: "c-3" };
    case "running":
    case "cancelling":
      return { icon: "loader-circle", look: "c-accent" };
    case "queued":
      return { icon: "clock", look: "c-3" };
    case "succeeded":
      return verbs[operation.verb];
  }
}
