/** `keybindings.json` in the data directory: read, written whole, and watched for a person's own editor. Owns the file, knows no command. */
import { watch } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { keyBindingsSchema, type KeyBinding, type KeyBindings } from "../contract/index.ts";
import { StudioError } from "../support/errors.ts";
import type { ControlServices } from "./services.ts";

const fileName = "keybindings.json";
/** Editors write in several steps; one change is told for all of them. */
const settleMs = 60;

function problemOf(path: string, detail: string): KeyBindings["problem"] {
  return {
    code: "BAD_INPUT",
    message: `${path} cannot be used: every command has its own keys.`,
    detail,
    hint: "Mend the file, or reset all keys in the sheet of keyboard shortcuts.",
  };
}

async function readBindings(path: string): Promise<KeyBindings> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { path, bindings: [], problem: null };
    return { path, bindings: [], problem: problemOf(path, String(error)) };
  }
  let document: unknown;
  try {
    document = text.trim() === "" ? [] : JSON.parse(text);
  } catch (error) {
    return { path, bindings: [], problem: problemOf(path, error instanceof Error ? error.message : String(error)) };
  }
  const parsed = keyBindingsSchema.safeParse(document);
  if (parsed.success) return { path, bindings: parsed.data, problem: null };
  return { path, bindings: [], problem: problemOf(path, z.prettifyError(parsed.error)) };
}

/** Calls `onChange` after the file was written, by us or by others, until it is disposed of. */
export function createKeyBindings(options: { directory: string; onChange: () => void }): ControlServices["keybindings"] & Disposable {
  const { directory, onChange } = options;
  const path = join(directory, fileName);
  let timer: NodeJS.Timeout | null = null;
  const watcher = watch(directory, { persistent: false }, (_kind, name) => {
    if (name !== fileName) return;
    timer ??= setTimeout(() => {
      timer = null;
      onChange();
    }, settleMs);
  });
  // A directory that goes away takes its file along: there is nothing left to tell of.
  watcher.on("error", () => watcher.close());
  return {
    read: () => readBindings(path),
    async write(bindings: readonly KeyBinding[], replace: boolean) {
      const { problem } = await readBindings(path);
      if (problem !== null && !replace)
        throw new StudioError("CONFLICT", problem.message, { detail: problem.detail ?? "", hint: problem.hint ?? "" });
      if (problem !== null) await rename(path, `${path}.bad`);
      const text = bindings.length === 0 ? "[]\n" : `[\n${bindings.map((binding) => `  ${JSON.stringify(binding)}`).join(",\n")}\n]\n`;
      await writeFile(`${path}.new`, text);
      await rename(`${path}.new`, path);
      return { path, bindings: [...bindings], problem: null };
    },
    [Symbol.dispose]() {
      if (timer !== null) clearTimeout(timer);
      watcher.close();
    },
  };
}
