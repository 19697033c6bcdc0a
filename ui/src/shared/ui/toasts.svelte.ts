/** Short words at the lower edge: what was done, and the way back while there is one. */
import type { IconName } from "./icons.ts";

/** A toast on screen. */
export interface Toast {
  text: string;
  tone: "ok" | "plain";
  icon: IconName;
  undo?: () => void;
}

const WITH_UNDO = 8000;
const WITHOUT = 4000;

class Toasts {
  now = $state.raw<Toast>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Says that something was done; with a way back it stays longer. */
  done(text: string, undo?: () => void): void {
    this.#show({ text, tone: "ok", icon: "circle-check", ...(undo ? { undo } : {}) });
  }

  /** Says something. */
  say(text: string, icon: IconName = "info"): void {
    this.#show({ text, tone: "plain", icon });
  }

  /** Takes what the toast on screen told of back; false when there is none. */
  undo(): boolean {
    const undo = this.now?.undo;
    this.close();
    undo?.();
    return undo !== undefined;
  }

  /** Stays for as long as somebody is at it. */
  hold(): void {
    clearTimeout(this.#timer);
  }

  /** Goes after its time, from now on. */
  release(): void {
    clearTimeout(this.#timer);
    const { now } = this;
    if (now) this.#timer = setTimeout(() => this.close(), now.undo ? WITH_UNDO : WITHOUT);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.now = undefined;
  }

  #show(toast: Toast): void {
    this.now = toast;
    this.release();
  }
}

/** The one place for toasts. */
export const toasts = new Toasts();
