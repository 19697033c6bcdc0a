/** What a screen is for pictures and for the look at its accessibility. */
import type { Page } from "playwright-core";

/** A screen in one of its states. */
export interface Screen {
  /** The name of its picture; as the mockup's where there is one. */
  readonly name: string;
  /** The scenario of the fake engine. */
  readonly scenario: string;
  /** The address in the window, as `router` writes it: `#/history`. */
  readonly route: string;
  /** What a person does before the picture. */
  readonly before?: (page: Page) => Promise<void>;
}
