import { expect, test } from "vitest";
import type { Work } from "../shared/query/live.svelte.ts";
import { Announcer } from "./announce.ts";

const work = (share: number | null, id = "op"): Work =>
  ({ operation: { id }, share, sample: null, paused: false, speed: null, left: null }) as unknown as Work;

function announcer(): Announcer {
  return new Announcer({
    title: () => "Copiando",
    start: (title) => `${title} empieza`,
    share: (title, share) => `${title} ${share.replace(/\D/g, "")}`,
    end: (title) => `${title} termina`,
  });
}

test("only_the_start_each_quarter_and_the_end_are_said", () => {
  const heard = announcer();
  const said = [null, 0.01, 0.2, 0.25, 0.3, 0.49, 0.5, 0.76, 0.9, 1].map((share) => heard.take([work(share)]));
  expect(said.filter((text) => text !== undefined)).toEqual([
    "Copiando empieza",
    "Copiando 25",
    "Copiando 50",
    "Copiando 75",
  ]);
  expect(heard.take([])).toBe("Copiando termina");
  expect(heard.take([])).toBeUndefined();
});

test("a_new_phase_that_begins_again_is_not_said_again", () => {
  const heard = announcer();
  heard.take([work(0.6)]);
  expect(heard.take([work(0.1)])).toBeUndefined();
  expect(heard.take([work(0.55)])).toBeUndefined();
});

test("what_ends_and_what_begins_at_once_are_both_said", () => {
  const heard = announcer();
  heard.take([work(0.1, "one")]);
  expect(heard.take([work(0.1, "two")])).toBe("Copiando empieza. Copiando termina");
});
