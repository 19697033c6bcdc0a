import { beforeEach, describe, expect, test } from "vitest";
import type { StatusReason } from "../../shared/ipc/bindings.ts";
import { fakeHost } from "../../shared/ipc/fake/host.ts";
import { plain } from "../../shared/testing/stage.ts";
import { locale } from "../../shared/words/language.svelte.ts";
import { missingFact } from "./missing.ts";

const names = {
  plans: { p: "Consultorio" },
  destinations: { d: "Servidor" },
  sources: { s: "inventario" },
};

beforeEach(() => {
  fakeHost(new URLSearchParams({ fake: "protected", language: "es" }));
  locale.language = "es";
});

describe("what is missing", () => {
  test.each<[StatusReason, string, string, string]>([
    [
      { reason: "no_copy", plan: "p", sources: ["s"], last: null, failures: 0 },
      "Sin copiar",
      "inventario",
      "Plan «Consultorio»",
    ],
    [
      { reason: "late", plan: "p", sources: ["s", "t", "u"], last: null, failures: 0 },
      "Sin copiar",
      "inventario y 2 más",
      "Plan «Consultorio»",
    ],
    [{ reason: "runs_fail", plan: "p", failures: 3 }, "Copias fallidas", "3 seguidas", "Plan «Consultorio»"],
    [{ reason: "absent", destination: "d", since: "2026-03-06T19:00:00Z" }, "Desconectado", "Servidor", "Desde vie 6"],
    [{ reason: "behind", destination: "d", archives: 6 }, "Por enviar", "6 copias", "Servidor"],
    [{ reason: "space_low", destination: "d", percent: 7 }, "Queda poco sitio", "Servidor", "7 % libre"],
    [
      { reason: "not_away", plan: "p", sources: ["s"], last: "2026-03-06T19:04:00Z" },
      "Última copia lejos",
      "Vie 6, 20:04",
      "Hace 6 días",
    ],
    [
      { reason: "not_near", plan: "p", sources: ["s"], last: null },
      "Última copia cerca",
      "Ninguna todavía",
      "inventario",
    ],
    [
      { reason: "first_copy_pending", plan: "p", due: "2026-03-12T19:00:00Z" },
      "Por empezar",
      "Consultorio",
      "Toca hoy, 20:00",
    ],
  ])("%o", (reason, name, value, more) => {
    const fact = missingFact(reason, "needs_attention", names);
    expect([fact?.name, fact?.value, fact?.more].map((text) => plain(text ?? ""))).toEqual([name, value, more]);
    expect(fact?.tone).toBe("c-warn");
  });

  test("the_proof_has_a_fact_of_its_own", () => {
    expect(missingFact({ reason: "drill_overdue", last: null }, "needs_attention", names)).toBeUndefined();
  });

  test("without_protection_it_is_red", () => {
    expect(missingFact({ reason: "runs_fail", plan: "p", failures: 3 }, "not_protected", names)?.tone).toBe("c-bad");
  });
});
