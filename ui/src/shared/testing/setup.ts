/** What jsdom lacks of a browser, and a fresh start before each test. */
import { beforeEach } from "vitest";

HTMLDialogElement.prototype.showModal = function showModal(): void {
  this.open = true;
};
HTMLDialogElement.prototype.close = function close(): void {
  this.open = false;
};
HTMLElement.prototype.hidePopover = function hidePopover(): void {
  this.removeAttribute("data-open");
  this.dispatchEvent(Object.assign(new Event("toggle"), { newState: "closed" }));
};
globalThis.ResizeObserver = class {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
};

beforeEach(() => {
  sessionStorage.clear();
  location.hash = "";
});
