import { beforeEach, describe, expect, test } from "vitest";
import { locale } from "../../shared/words/language.svelte.ts";
import { pieces, sentenceOf } from "./sentence.ts";
import { chosenMode, firstCopySeconds, schedulesOf, timesOfDay, usual, weekOf, type When } from "./when.ts";

const zone = "Europe/Madrid";
const off: Partial<When> = { quick: false, weekly: false, monthly: false };
const told = (when: When) => schedulesOf(when, zone).map((each) => [each.every, each.class, each.kind]);
const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, " ");

describe("what the engine is told", () => {
  test("the_recommended_way_is_a_quick_copy_each_day_and_a_whole_one_each_week_and_month", () => {
    expect(schedulesOf(usual, zone)).toEqual([
      { every: "day", at: "20:00:00", zone, kind: "incremental", class: "daily" },
      { every: "week", day: "sunday", at: "20:00:00", zone, kind: "full", class: "weekly" },
      { every: "month", day: 1, at: "20:00:00", zone, kind: "full", class: "monthly" },
    ]);
  });

  test("every_six_hours_counts_from_the_morning", () => {
    const [first] = schedulesOf(chosenMode("hours", usual), zone);
    expect(first).toMatchObject({ every: "hours", hours: 6, from: "08:00:00" });
  });

  test("weekdays_are_five_schedules_and_the_whole_copy_comes_on_friday", () => {
    const all = schedulesOf(chosenMode("weekdays", usual), zone);
    const days = all.flatMap((each) => (each.every === "week" && each.class === "daily" ? [each.day] : []));
    expect(days).toEqual(["monday", "tuesday", "wednesday", "thursday", "friday"]);
    expect(all.find((each) => each.class === "weekly")).toMatchObject({ day: "friday" });
  });

  test("what_is_switched_off_is_not_told", () => {
    expect(told({ ...usual, weekly: false })).toEqual([
      ["day", "daily", "incremental"],
      ["month", "monthly", "full"],
    ]);
    expect(told({ ...usual, ...off })).toEqual([]);
  });

  test("ones_own_way_begins_with_what_is_there", () => {
    const own = chosenMode("own", chosenMode("hours", usual));
    expect(own).toMatchObject({ mode: "own", rhythm: "hours6" });
  });
});

describe("the picture of a week", () => {
  test("sunday_is_whole_and_has_its_hour", () => {
    const days = weekOf(usual);
    expect(days.filter((day) => day.full).map((day) => day.number)).toEqual([7]);
    expect(days.every((day) => day.at === "20:00")).toBe(true);
  });

  test("a_weekend_without_copies_is_empty", () => {
    const days = weekOf({ ...chosenMode("weekdays", usual), weekly: false });
    expect(days.map((day) => day.quick)).toEqual([true, true, true, true, true, false, false]);
    expect(days[6]?.at).toBeNull();
  });
});

describe("the sentence", () => {
  beforeEach(() => {
    locale.language = "es";
  });

  test.each<[string, When, string]>([
    [
      "recommended",
      usual,
      "Cada día a las 20:00 copiaremos *lo que haya cambiado* a «Copias» y «nas»; los domingos, *todo completo*. " +
        "Podrás volver a cualquiera de los últimos 14 días, 8 semanas o 12 meses.",
    ],
    [
      "weekdays",
      chosenMode("weekdays", usual),
      "De lunes a viernes a las 20:00 copiaremos *lo que haya cambiado* a «Copias» y «nas»; los viernes, *todo completo*. " +
        "Podrás volver a cualquiera de los últimos 14 días, 8 semanas o 12 meses.",
    ],
    [
      "weekly only",
      { ...usual, quick: false },
      "Los domingos a las 20:00 copiaremos *todo* a «Copias» y «nas». " +
        "Guardaremos las últimas 14, y una de cada mes durante un año.",
    ],
    [
      "monthly only",
      { ...usual, quick: false, weekly: false },
      "Una vez al mes, a las 20:00, copiaremos *todo* a «Copias» y «nas». Guardaremos las últimas 14.",
    ],
    [
      "nothing",
      { ...usual, ...off },
      "Solo copiaremos cuando lo pidas tú. *Así es fácil que se olvide*: activa al menos una de las tres.",
    ],
  ])("%s", (_, when, text) => expect(plain(sentenceOf(when, ["Copias", "nas"]))).toBe(text));

  test("in_english_with_its_customs", () => {
    locale.language = "en";
    expect(plain(sentenceOf(chosenMode("hours", usual), ["Copias"]))).toMatch(
      /^Every 6 hours we back up \*what has changed\* to “Copias”; on Sundays, \*everything\*\./,
    );
  });

  test("weight_lies_between_asterisks_and_a_name_brings_none", () => {
    expect(pieces("a *b* c")).toEqual([
      { text: "a ", strong: false },
      { text: "b", strong: true },
      { text: " c", strong: false },
    ]);
    expect(sentenceOf(usual, ["a*b"])).toContain("«a b»");
  });
});

test("an_odd_time_of_day_is_offered_beside_the_half_hours", () => {
  expect(timesOfDay("20:00")).toHaveLength(48);
  expect(timesOfDay("20:17")).toContain("20:17");
});

test("a_guess_of_more_than_ten_minutes_is_rounded_to_five", () => {
  expect(firstCopySeconds(45.2e9)).toBe(2400);
  expect(firstCopySeconds(1e9)).toBe(50);
});
