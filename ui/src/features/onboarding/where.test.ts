import { describe, expect, test } from "vitest";
import { firstPlaces } from "../../shared/ipc/fake/places.ts";
import { freeName, ownFolder, partSize, placesOf, qualityOf, type PlaceChoices } from "./where.ts";

const none: PlaceChoices = { ticks: {}, nearness: {}, folders: [] };
const places = firstPlaces();
const [usb, nas, own] = ["/media/marta/Copias", "/mnt/nas-robles", "/home/marta"];
const quality = (choices: Partial<PlaceChoices>, bytes = 0) =>
  qualityOf(placesOf(places, { ...none, ...choices }), bytes).is;

describe("places", () => {
  test("the_best_one_is_chosen_until_somebody_says_otherwise", () => {
    expect(placesOf(places, none).map((place) => place.on)).toEqual([true, false, false]);
    expect(placesOf(places, { ...none, ticks: { [usb]: false } })[0]?.on).toBe(false);
  });

  test("the_disk_of_the_data_is_never_recommended", () => {
    const alone = places.filter((place) => place.same_disk);
    expect(placesOf(alone, none)).toMatchObject([{ recommended: false, on: false }]);
  });

  test("copies_on_a_drive_lie_in_a_folder_of_their_own_those_in_a_chosen_folder_right_there", () => {
    const all = placesOf(places, { ...none, folders: ["/srv/copias"] });
    expect(all[0]?.folder).toBe("/media/marta/Copias/Resguardo");
    expect(all.at(-1)).toMatchObject({ folder: "/srv/copias", on: true, drive: null });
    expect(ownFolder("E:\\")).toBe("E:\\Resguardo");
  });
});

describe("how good a choice is", () => {
  test("nothing_chosen_is_none", () => expect(quality({ ticks: { [usb]: false } })).toBe("none"));
  test("one_near_lacks_one_away", () => expect(quality({})).toBe("near_only"));
  test("only_the_same_disk_is_no_protection", () =>
    expect(quality({ ticks: { [usb]: false, [own]: true } })).toBe("same_disk"));
  test("one_of_each_is_good", () =>
    expect(quality({ ticks: { [nas]: true }, nearness: { [nas]: "away" } })).toBe("good"));
  test("one_away_alone_lacks_one_near", () =>
    expect(quality({ ticks: { [usb]: false, [nas]: true }, nearness: { [nas]: "away" } })).toBe("away_only"));
  test("what_does_not_fit_is_said_before_anything_else", () => expect(quality({}, 900e9)).toBe("full"));
});

test("archives_are_cut_to_what_the_smallest_of_the_chosen_drives_can_hold", () => {
  const fat = places.map((place) => (place.path === usb ? { ...place, max_file: 4_294_967_295 } : place));
  expect(partSize(placesOf(fat, none))).toBe(4_294_967_295);
  expect(partSize(placesOf(fat, { ...none, ticks: { [usb]: false, [nas]: true } }))).toBeNull();
});

test.each([
  ["Copias", [], "Copias"],
  ["copias", ["Copias", "copias 2"], "copias 3"],
  ["Datos: C/", [], "Datos C"],
  ["..oculto.", [], "oculto"],
  ["", [], "Resguardo"],
] as const)("the name of %s beside %s is %s", (label, taken, name) => expect(freeName(label, taken)).toBe(name));
