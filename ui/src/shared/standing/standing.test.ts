import { beforeEach, expect, test } from "vitest";
import { clock } from "../clock.ts";
import type { DestinationView, EngineError, UploadView } from "../ipc/bindings.ts";
import { plain } from "../testing/stage.ts";
import { locale } from "../words/language.svelte.ts";
import { standing } from "./standing.ts";

const place: DestinationView = {
  id: "place-1",
  name: "Disco",
  kind: "local",
  nearness: "near",
  root: "/media/disco",
  connected: true,
  space: { free: 1, total: 2 },
  waiting: 0,
  plans: ["Consultorio"],
};
const upload: UploadView = { snapshot: "s", name: "n", destination: "Disco", sent: 64.9, size: 100, error: null };
const nothing = { reasons: [], uploads: [] };

beforeEach(() => {
  clock.stop(new Date("2026-03-12T09:48:00Z"), "Europe/Madrid");
  locale.language = "es";
});

test("a_destination_that_has_everything_is_up_to_date", () => {
  expect(standing(place, nothing)).toEqual({ tone: "ok", text: "Al día" });
});

test("a_destination_that_nobody_uses_is_not_called_up_to_date", () => {
  expect(standing({ ...place, plans: [] }, nothing)).toMatchObject({ tone: "off", text: "Sin usar" });
});

test("a_drive_that_is_away_is_waited_for", () => {
  expect(standing({ ...place, connected: false }, nothing)).toMatchObject({ tone: "wait", text: "Sin conexión" });
});

test("a_drive_that_the_engine_calls_absent_is_a_problem_with_its_day", () => {
  const reasons = [{ reason: "absent" as const, destination: "place-1", since: "2026-03-06T19:00:00Z" }];
  const stands = standing({ ...place, connected: false }, { reasons, uploads: [] });
  expect(stands).toMatchObject({ tone: "warn", text: "Desconectado", more: "Desde vie 6" });
});

test("a_reason_about_another_destination_does_not_matter", () => {
  const reasons = [{ reason: "signed_out" as const, destination: "place-2" }];
  expect(standing(place, { reasons, uploads: [] }).tone).toBe("ok");
});

test("what_is_on_its_way_is_told_with_its_share_never_rounded_up", () => {
  const stands = standing({ ...place, waiting: 1 }, { reasons: [], uploads: [upload] });
  expect(stands.tone).toBe("busy");
  expect(plain(stands.text)).toBe("Subiendo, 64 %");
  expect(plain(stands.more ?? "")).toBe("1 copia por llegar");
});

test("an_upload_that_failed_is_a_problem", () => {
  const error: EngineError = { kind: "destination_full", retry: "after_user", doing: "send", facts: [], cause: null };
  const stands = standing(place, { reasons: [], uploads: [{ ...upload, error }] });
  expect(stands).toMatchObject({ tone: "warn", text: "No se pudo enviar" });
});

test("what_waits_is_no_failure_until_the_engine_says_that_it_is_behind", () => {
  expect(standing({ ...place, waiting: 3 }, nothing).tone).toBe("wait");
  const reasons = [{ reason: "behind" as const, destination: "place-1", archives: 3 }];
  expect(standing({ ...place, waiting: 3 }, { reasons, uploads: [] })).toMatchObject({
    tone: "warn",
    text: "Le faltan copias",
  });
});

test("little_room_is_told_with_what_is_left", () => {
  locale.language = "en";
  const reasons = [{ reason: "space_low" as const, destination: "place-1", percent: 7 }];
  expect(standing(place, { reasons, uploads: [] })).toMatchObject({ text: "Little room left", more: "7% free" });
});
