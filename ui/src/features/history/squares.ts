/** The squares of the strip as outlines, all of one kind in one: each kind has a shape of its own, so that it reads without colour too. */
import type { Mark } from "./heat.ts";

/** A square with round corners, in the units of the picture. */
function round(x: number, y: number, side: number, radius: number): string {
  const [straight, arc] = [side - 2 * radius, `a${radius} ${radius} 0 0 1`];
  return (
    `M${x + radius} ${y}h${straight}${arc} ${radius} ${radius}v${straight}${arc} ${-radius} ${radius}` +
    `h${-straight}${arc} ${-radius} ${-radius}v${-straight}${arc} ${radius} ${-radius}z`
  );
}

/** The outline of a day whose corner stands at a point. */
export function outline(mark: Mark, x: number, y: number): string {
  switch (mark) {
    case "quick":
    case "failed":
      return round(x, y, 15, 4);
    case "full":
      return round(x, y, 15, 2);
    case "partial":
      return round(x + 1, y + 1, 13, 3.5);
    case "none":
      return round(x + 5, y + 5, 5, 2.5);
  }
}

/** The cross over a day that failed. */
export function cross(x: number, y: number): string {
  return `M${x + 5} ${y + 5}l5 5m0-5l-5 5`;
}

/** The class of a kind. */
export const looks: Record<Mark, string> = { quick: "h-q", full: "h-f", partial: "h-w", failed: "h-b", none: "h-n" };
