/** Whether there is little room across: a small window, or one that shows everything larger. What rows show then stands in two lines. */
import { MediaQuery } from "svelte/reactivity";

const query = typeof matchMedia === "undefined" ? undefined : new MediaQuery("max-width: 720px");

/** The width of the window, as far as rows follow it. */
export const width = {
  get isNarrow(): boolean {
    return query?.current ?? false;
  },
};
