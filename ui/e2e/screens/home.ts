/** Screens of this section. */
import type { Screen } from "./screen.ts";

export const home: readonly Screen[] = [{ name: "02-inicio-protegido", scenario: "protected", route: "#/home" }];
