/** A browser and the pages on the scripted engine, there while the tests of a file run. */
import { afterAll, beforeAll } from "vitest";
import type { Browser } from "playwright-core";
import { launch } from "./browser.ts";
import { serve, type Served } from "./serve.ts";

/** What is there once the tests run. */
export interface Stand {
  browser: Browser;
  served: Served;
}

/** Sets it up before all tests of the file, and takes it away after them. */
export function stand(): Stand {
  const here = {} as Stand;
  beforeAll(async () => {
    here.served = await serve(new URL("../dist-fake", import.meta.url).pathname);
    here.browser = await launch();
  });
  afterAll(async () => {
    await here.browser.close();
    await here.served.close();
  });
  return here;
}
