/** What tests of screens expect of elements, in the words that are usual for it. */
import { expect } from "vitest";

type Outcome = { pass: boolean; message: () => string };

function outcome(pass: boolean, found: unknown, wanted: unknown): Outcome {
  return { pass, message: () => `found ${JSON.stringify(found)}, wanted ${JSON.stringify(wanted)}` };
}

const plain = (text: string | null): string => (text ?? "").replaceAll(/\s+/g, " ").trim();

function holds(text: string, wanted: string | RegExp): boolean {
  return typeof wanted === "string" ? text.includes(wanted) : wanted.test(text);
}

expect.extend({
  toBeVisible: (element: Element) =>
    outcome(element.isConnected && !element.closest("[hidden]"), element.tagName, "visible"),
  toBeDisabled: (element: Element) => outcome(element.hasAttribute("disabled"), element.outerHTML, "disabled"),
  toBeEnabled: (element: Element) => outcome(!element.hasAttribute("disabled"), element.outerHTML, "enabled"),
  toBeChecked: (element: HTMLInputElement) => outcome(element.checked, element.checked, true),
  toHaveFocus: (element: Element) =>
    outcome(document.activeElement === element, document.activeElement?.outerHTML, "focus"),
  toHaveValue: (element: HTMLInputElement, value: string) => outcome(element.value === value, element.value, value),
  toHaveAttribute: (element: Element, name: string, value: string) =>
    outcome(element.getAttribute(name) === value, element.getAttribute(name), value),
  toHaveTextContent: (element: Element, wanted: string | RegExp) => {
    const text = plain(element.textContent);
    return outcome(holds(text, wanted), text, String(wanted));
  },
});

declare module "vitest" {
  interface Matchers<T> {
    toBeVisible(): T;
    toBeDisabled(): T;
    toBeEnabled(): T;
    toBeChecked(): T;
    toHaveFocus(): T;
    toHaveValue(value: string): T;
    toHaveAttribute(name: string, value: string): T;
    toHaveTextContent(wanted: string | RegExp): T;
  }
}
