/**
 * Hands for a journey. With `keyboard`, nothing but keys moves anything: whatever points, clicks, fills or focuses throws. With
 * `mouse`, no key is a command: text may be typed where a click has put the caret, keys may not be pressed.
 */
import type { Page } from "@playwright/test";
import { expect, test as base, type Studio } from "../studio.ts";

export type HandsKind = "keyboard" | "mouse";
export const bothHands: readonly HandsKind[] = ["keyboard", "mouse"];

const pointing = [
  "check",
  "clear",
  "click",
  "dblclick",
  "dispatchEvent",
  "dragTo",
  "evaluate",
  "evaluateAll",
  "evaluateHandle",
  "fill",
  "focus",
];
const alsoPointing = [
  "hover",
  "press",
  "pressSequentially",
  "scrollIntoViewIfNeeded",
  "selectOption",
  "setChecked",
  "tap",
  "type",
  "uncheck",
];
const ofMouse = ["click", "dblclick", "down", "move", "up", "wheel"];
const ofPage = ["check", "click", "dblclick", "dispatchEvent", "dragAndDrop", "fill", "focus", "hover", "press", "tap", "type", "uncheck"];
const ofKeyboard = ["down", "press", "up"];

/** Makes the named methods of an object throw; returns how to give them back. */
function forbid(owner: object, methods: readonly string[], why: string): () => void {
  const target = owner as Record<string, unknown>;
  const saved = methods.map((method) => [method, Object.getOwnPropertyDescriptor(target, method), target[method]] as const);
  for (const [method] of saved) {
    target[method] = () => {
      throw new Error(`${method} was used by a journey ${why}.`);
    };
  }
  return () => {
    for (const [method, own, value] of saved) {
      if (own === undefined) delete target[method];
      else target[method] = value;
    }
  };
}

/** Runs in the page: the name of what has the focus, or of the row that is active in it. */
function nameOfFocus(): string {
  const focused = document.activeElement;
  const active = focused?.getAttribute("aria-activedescendant");
  const element = active ? document.getElementById(active) : focused;
  if (element === null || element === undefined || element === document.body) return "";
  const labels = (element.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent ?? "");
  const label = element.getAttribute("aria-label") ?? (labels.join(" ").trim() || null);
  return (label ?? element.textContent ?? "").replaceAll(/\s+/g, " ").trim();
}

export class Hands {
  readonly page: Page;
  readonly studio: Studio;

  constructor(studio: Studio) {
    this.page = studio.page;
    this.studio = studio;
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Opens the screen; the first act of every journey, by whatever hand. */
  async open(): Promise<void> {
    await this.studio.open();
  }

  /** Tab by Tab to a control of this name; fails where a hundred do not lead there. */
  async tabTo(name: RegExp | string, key = "Tab"): Promise<void> {
    const wanted = (text: string): boolean => (typeof name === "string" ? text === name : name.test(text));
    for (let step = 0; step < 100; step++) {
      if (wanted(await this.page.evaluate(nameOfFocus))) return;
      await this.page.keyboard.press(key);
    }
    throw new Error(`No control named ${String(name)} is reached by ${key}.`);
  }

  /** F6 by F6 until what has the focus matches a selector. */
  async walkTo(selector: string): Promise<void> {
    for (let step = 0; step < 8; step++) {
      if (await this.page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
      await this.page.keyboard.press("F6");
    }
    throw new Error(`F6 does not lead to ${selector}.`);
  }

  /** Opens a file from the palette. */
  async goTo(name: string): Promise<void> {
    await this.press("ControlOrMeta+P");
    await expect(this.page.getByRole("combobox", { name: /^Name of a file/ })).toBeFocused();
    await this.page.keyboard.type(name);
    await expect(this.page.getByRole("listbox", { name: "Matches" }).getByRole("option", { selected: true })).toContainText(name);
    await this.press("Enter");
    await expect(this.studio.editorText(name)).toBeFocused();
  }

  /** Runs a command from the palette, opened and chosen with the mouse. */
  async clickCommand(title: string): Promise<void> {
    await this.page.getByRole("button", { name: /^Go to file, object or run/ }).click();
    await expect(this.page.getByRole("combobox", { name: /^Name of a file/ })).toBeFocused();
    await this.page.keyboard.type(`>${title}`);
    await this.page.getByRole("option", { name: new RegExp(`^${title}`) }).click();
  }
}

interface JourneyFixtures {
  hand: HandsKind;
  hands: Hands;
}

export const test = base.extend<JourneyFixtures>({
  hand: ["keyboard", { option: true }],
  hands: async ({ studio, page, hand }, use) => {
    const locators = Object.getPrototypeOf(page.locator("body")) as object;
    const give =
      hand === "keyboard"
        ? [
            forbid(locators, [...pointing, ...alsoPointing], "by keyboard alone"),
            forbid(page.mouse, ofMouse, "by keyboard alone"),
            forbid(page, ofPage, "by keyboard alone"),
          ]
        : [forbid(page.keyboard, ofKeyboard, "by mouse"), forbid(locators, ["press", "dispatchEvent"], "by mouse")];
    try {
      await use(new Hands(studio));
    } finally {
      for (const back of give) back();
    }
  },
});

export { expect };
