import { beforeEach, describe, expect, test } from "vitest";
import type { OperationRow } from "../../shared/ipc/bindings.ts";
import { runRow, type FakeRun } from "../../shared/ipc/fake/runs.ts";
import { plain } from "../../shared/testing/stage.ts";
import { locale } from "../../shared/words/language.svelte.ts";
import { runsOf, stripFigure, stripSentence } from "./runs.ts";

const run = (changes: Partial<FakeRun>): FakeRun => ({
  plan: "p",
  name: "Plan",
  places: ["A", "B"],
  hours: -1,
  ...changes,
});
/** Rows as the engine gives them: the newest first. */
const rows = (...runs: Partial<FakeRun>[]): OperationRow[] => runs.map((each, at) => runRow(run(each), at));

beforeEach(() => {
  locale.language = "es";
});

describe("the strip of the last runs", () => {
  test("goes_from_the_oldest_to_the_newest", () => {
    expect(runsOf(rows({}, { kind: "full" }, { state: "failed" }), 0)).toEqual(["failed", "full", "quick"]);
  });

  test("a_run_that_was_stopped_by_a_person_is_no_run", () => {
    expect(runsOf(rows({ state: "cancelled" }, {}), 0)).toEqual(["quick"]);
  });

  test("an_archive_that_arrived_since_counts_as_good", () => {
    const behind = rows({ waiting: ["B"] }, { waiting: ["B"] }, { waiting: ["B"] });
    expect(runsOf(behind, 0)).toEqual(["quick", "quick", "quick"]);
    expect(runsOf(behind, 2)).toEqual(["quick", "incomplete", "incomplete"]);
  });

  test("a_run_that_was_cut_off_failed_and_one_that_goes_on_is_hollow", () => {
    expect(runsOf(rows({ state: "running" }, { state: "interrupted" }), 0)).toEqual(["failed", "now"]);
  });
});

describe("what the strip says", () => {
  test("all_good", () => {
    expect(stripSentence(["quick", "full"])).toBe("Últimas 2 copias: todas bien");
    expect(plain(stripFigure(["quick", "full"]))).toBe("2 copias, ningún fallo");
  });

  test("failures_and_incomplete_ones_are_counted_apart", () => {
    const sentence = stripSentence(["quick", "failed", "incomplete", "now"]);
    expect(sentence).toBe("Últimas 4 copias: 1 bien, 1 con fallo, 1 sin llegar a todos los destinos y 1 en marcha");
  });

  test("failures_in_a_row_matter_more_than_their_sum", () => {
    expect(plain(stripFigure(["failed", "quick", "failed", "failed"]))).toBe("2 fallos seguidos");
    expect(plain(stripFigure(["failed", "quick", "failed", "quick"]))).toBe("4 copias, 2 fallos");
  });

  test("without_runs_it_says_so", () => {
    locale.language = "en";
    expect(stripFigure([])).toBe("No backups yet");
  });
});
