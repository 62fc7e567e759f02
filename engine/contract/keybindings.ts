/** Keys that a person has bound to commands: the form of `keybindings.json`. Knows no command: the screen's table does. */
import { z } from "zod";
import type { Problem } from "./errors.ts";

/** One press (`Ctrl+Shift+P`), or two in a row (`Ctrl+K Ctrl+S`). */
const press = String.raw`(?:(?:Ctrl|Alt|Shift)\+)*(?:[A-Z][A-Za-z0-9]*|[^\sA-Za-z])`;

export const keySequenceSchema = z
  .string()
  .regex(new RegExp(`^${press}(?: ${press})?$`), "is not keys such as Ctrl+Shift+P or Ctrl+K Ctrl+S");

export const keyBindingSchema = z.strictObject({
  command: z.string().min(1),
  /** Null: the command has no keys. */
  keys: keySequenceSchema.nullable(),
});
export type KeyBinding = z.infer<typeof keyBindingSchema>;

/** The whole file. A command that is named in it has the keys that are given there and no others; the rest keep theirs. */
export const keyBindingsSchema = z.array(keyBindingSchema).max(2000);

export interface KeyBindings {
  /** Where the file is, or would be. Absolute. */
  path: string;
  bindings: KeyBinding[];
  /** Why the file cannot be used; every command then has its own keys. */
  problem: Problem | null;
}
