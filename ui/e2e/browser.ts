/** A Chromium of its own for tests and pictures; it speaks to nobody but this computer. */
import { chromium, type Browser, type Page } from "playwright-core";

const executable = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

/** Starts the browser. */
export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: executable,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** How a page is looked at. */
export interface Look {
  readonly width: number;
  readonly height: number;
  readonly theme: "light" | "dark";
  readonly language: "es" | "en";
  /** How many dots a pixel of the page has: 2 is a window whose text has twice its size. */
  readonly zoom?: number;
  /** The system's colours of high contrast instead of the window's own. */
  readonly contrast?: boolean;
}

/** A fresh page; `troubles` gathers errors of its scripts and violations of the content policy. */
export async function open(browser: Browser, look: Look, troubles: string[]): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: look.width, height: look.height },
    colorScheme: look.theme,
    locale: look.language === "es" ? "es-ES" : "en-US",
    timezoneId: "Europe/Madrid",
    reducedMotion: "reduce",
    deviceScaleFactor: look.zoom ?? 1,
    forcedColors: look.contrast ? "active" : "none",
  });
  const page = await context.newPage();
  page.on("pageerror", (error) => troubles.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") troubles.push(message.text());
  });
  return page;
}
