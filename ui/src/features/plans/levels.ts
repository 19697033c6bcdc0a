/** How hard copies are packed, and sizes to choose from. */
import type { Level } from "../../shared/ipc/bindings.ts";
import * as format from "../../shared/words/format.ts";
import { advanced } from "./where.words.ts";

/** A level as a choice: `0` to `9` are those with a number. */
export type LevelName = "fast" | "normal" | "small" | `${number}`;

/** The name of a level. */
export function levelName(level: Level): LevelName {
  return typeof level === "string" ? level : `${level.number}`;
}

/** The level of a name. */
export function levelOf(name: LevelName): Level {
  switch (name) {
    case "fast":
    case "normal":
    case "small":
      return name;
    default:
      return { number: Number(name) };
  }
}

/** The levels to choose from; one that somebody chose elsewhere is among them while it stands. */
export function levelChoices(standing: Level): { value: LevelName; label: string }[] {
  const usual: { value: LevelName; label: string }[] = [
    { value: "0", label: advanced().levelNone },
    { value: "fast", label: advanced().levelFast },
    { value: "normal", label: advanced().levelNormal },
    { value: "small", label: advanced().levelSmall },
  ];
  const name = levelName(standing);
  return usual.some((choice) => choice.value === name)
    ? usual
    : [...usual, { value: name, label: advanced().levelNumber(name) }];
}

/** What a level is good for. */
export function levelText(level: Level): string {
  switch (levelName(level)) {
    case "0":
      return advanced().levelNoneText;
    case "fast":
      return advanced().levelFastText;
    case "normal":
      return advanced().levelNormalText;
    case "small":
      return advanced().levelSmallText;
    default:
      return advanced().levelNumberText;
  }
}

/** Sizes to choose from, and the one that stands there. */
export function sizes(
  usual: readonly number[],
  standing: number,
  name: (size: string) => string,
): { value: string; label: string }[] {
  const all = [...new Set([...usual, standing])].sort((a, b) => a - b);
  return all.map((size) => ({ value: String(size), label: name(format.bytes(size)) }));
}
