import { expect, it } from "vitest";
import { shownKeys, type KeyTarget } from "./keystroke.ts";

const none = { ctrlKey: false, metaKey: false, shiftKey: false, altKey: false };
const page: KeyTarget = { tag: "BODY", type: "", isEditable: false };
const text: KeyTarget = { tag: "INPUT", type: "text", isEditable: false };
const password: KeyTarget = { tag: "INPUT", type: "password", isEditable: false };
const code: KeyTarget = { tag: "DIV", type: "", isEditable: true };

it.each([
  ["a shortcut", { ...none, key: "Enter", code: "Enter", ctrlKey: true }, code, "Ctrl+Enter"],
  ["a function key", { ...none, key: "F6", code: "F6" }, page, "F6"],
  ["a letter on a button", { ...none, key: "a", code: "KeyA" }, { ...text, type: "checkbox" }, "A"],
  ["a letter in a text", { ...none, key: "a", code: "KeyA" }, text, null],
  ["a letter in code", { ...none, key: "a", code: "KeyA" }, code, null],
  ["Enter in code", { ...none, key: "Enter", code: "Enter" }, code, "Enter"],
  ["a letter of a password", { ...none, key: "a", code: "KeyA" }, password, null],
  ["a shortcut in a password", { ...none, key: "v", code: "KeyV", ctrlKey: true }, password, null],
  ["a lone modifier", { ...none, key: "Control", code: "ControlLeft", ctrlKey: true }, page, null],
])("%s", (_name, event, target, keys) => {
  expect(shownKeys(event, target, false)).toBe(keys);
});
