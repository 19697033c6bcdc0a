import { beforeEach, describe, expect, test } from "vitest";
import type { Operation } from "../../shared/ipc/bindings.ts";
import { locale } from "../../shared/words/language.svelte.ts";
import { about } from "../../shared/words/format.ts";
import { sentences, subOf, titleOf } from "./describe.ts";
import { unmended } from "./list.svelte.ts";
import { doneBy, isUndoable } from "./results.ts";
import { words } from "./words.ts";

const NOW = new Date("2026-03-12T09:48:00Z");

function operation(some: Partial<Operation>, result?: unknown): Operation {
  return {
    id: "op",
    run: "run",
    verb: "back_up",
    plan: "plan-1",
    snapshot: null,
    state: "succeeded",
    started_at: "2026-03-11T19:00:00Z",
    ended_at: "2026-03-11T19:02:00Z",
    progress: null,
    error: null,
    issues: [],
    issue_count: 0,
    result: result === undefined ? null : JSON.stringify(result),
    ...some,
  };
}

const plain = (texts: string[]) => texts.map((text) => text.replaceAll("\u00a0", " "));
function said(verb: Operation["verb"], result: unknown): string[] {
  const done = doneBy(operation({ verb }, result));
  return done ? plain(sentences(done)) : [];
}

const restore = {
  target: "/x",
  wanted: 5,
  restored: 3,
  same: 1,
  skipped: 0,
  renamed: 1,
  failed: 1,
  bytes: 1_000_000,
  databases: 1,
  tables: 12,
  rows: 24_310,
  safety: null,
};

beforeEach(() => {
  locale.language = "es";
});

describe("what an operation did", () => {
  test("a restore counts what came back and names what did not", () =>
    expect(said("restore", restore)).toEqual([
      "Volvieron 3 de 5 archivos (1 MB), releídos y comparados.",
      "Entre ellos 1 base de datos: 12 tablas, 24.310 filas.",
      "Ya estaban como en la copia: 1 archivo.",
      "Escritos con otro nombre: 1 archivo.",
      "No se pudieron recuperar: 1 archivo.",
    ]));

  test("a check names what is not sound, and what was put right", () => {
    const row = { snapshot: "a", name: "a", destination: "Disco", level: null, error: { kind: "io" } };
    expect(said("verify", [row, { ...row, snapshot: "b", healed_from: "NAS" }])).toEqual([
      "No están bien: 1 copia.",
      "Reparadas con la de otro destino: 1 copia.",
      "a, en Disco",
    ]);
  });

  test("a cleaning that was refused says why nothing went", () =>
    expect(said("prune", { rows: [], deleted: 0, freed: 0, refusal: "anomaly_open" })[0]).toContain(
      "No se borró nada",
    ));

  test("a cleaning says what went and what is free", () =>
    expect(said("prune", { rows: [], deleted: 3, freed: 1_200_000_000, refusal: null })).toEqual([
      "Borradas 3 copias; quedan libres 1,2 GB.",
    ]));

  test("sending, reading and undoing have their own words", () => {
    expect(said("upload", { sent: [["a", "NAS"]], waiting: [] })).toEqual(["Enviadas 1 copia."]);
    expect(said("rebuild", { snapshots: 9, found: 2, plans: ["Caja"], problems: [] })[1]).toBe(
      "Planes recuperados: Caja.",
    );
    expect(said("undo", { put_back: 2, removed: 1, kept: 1 })).toHaveLength(2);
  });

  test("a text that is no report is no reason to fail", () =>
    expect(doneBy(operation({ result: "{half" }))).toBeUndefined());
});

describe("a line of the list", () => {
  test.each([
    ["failed", "La copia de «Caja» no pudo terminar"],
    ["cancelled", "La copia de «Caja» se detuvo, como pediste"],
    ["interrupted", "La copia de «Caja» se interrumpió"],
    ["running", "La copia de «Caja» está en marcha"],
    ["queued", "La copia de «Caja» espera su turno"],
  ] as const)("%s is %s", (state, title) => expect(titleOf(operation({ state }), "Caja")).toBe(title));

  test("in English the same", () => {
    locale.language = "en";
    expect(titleOf(operation({ state: "failed", verb: "drill" }), null)).toBe("The restore test could not finish");
    expect(subOf(operation({ state: "interrupted" }), undefined)).toContain("The program was closed");
  });
});

describe("taking a restore back", () => {
  test("is offered while its safety snapshot is kept", () => {
    expect(isUndoable(operation({ verb: "restore" }, restore), NOW)).toBe(true);
    const old = operation({ verb: "restore", started_at: "2026-02-01T10:00:00Z" }, restore);
    expect(isUndoable(old, NOW)).toBe(false);
  });
  test("is not offered when nothing was written, nor for other verbs", () => {
    const nothing = { ...restore, restored: 0, renamed: 0 };
    expect(isUndoable(operation({ verb: "restore" }, nothing), NOW)).toBe(false);
    expect(isUndoable(operation({ verb: "drill" }, restore), NOW)).toBe(false);
  });
});

test("a failure that a later success made good needs no remedy", () => {
  const row = (id: string, state: Operation["state"], verb: Operation["verb"] = "back_up") => ({
    ...operation({ id, state, verb }),
    plan_name: "Caja",
  });
  expect([...unmended([row("new", "succeeded"), row("old", "failed")])]).toEqual([]);
  expect([...unmended([row("new", "failed"), row("older", "failed")])]).toEqual(["new"]);
  expect([...unmended([row("check", "succeeded", "verify"), row("old", "failed")])]).toEqual(["old"]);
});

test("the_verb_agrees_with_the_time_that_is_left", () => {
  const left = (seconds: number) => words().left(about(seconds));
  locale.language = "es";
  expect([30, 60, 120].map(left)).toEqual(["Falta menos de un minuto", "Falta un minuto", "Faltan unos 2 minutos"]);
  locale.language = "en";
  expect([30, 60, 120].map(left)).toEqual(["less than a minute left", "a minute left", "about 2 minutes left"]);
});
