/** The window's clock: the computer's, or one that stands still where pictures and tests need it. */

let fixed: Date | null = null;
let zone: string | undefined;

/** Tells the time and the zone. */
export const clock = {
  now: (): Date => (fixed ? new Date(fixed) : new Date()),
  zone: (): string | undefined => zone,
  /** Stops the clock at a moment, in a zone. */
  stop(at: Date, inZone?: string): void {
    fixed = at;
    zone = inZone;
  },
  /** The computer's clock again. */
  start(): void {
    fixed = null;
    zone = undefined;
  },
};
