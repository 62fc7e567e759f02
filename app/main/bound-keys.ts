/** The keys that a person has bound to commands, as the page tells them: the native menu shows them. Owns no key. */
import type { ElectronModule } from "./electron-module.ts";
import type { MenuCommand } from "./menu.ts";

type BoundKeys = ReadonlyMap<string, readonly string[]>;

/** Answers `desktop:set-keys` of the engine's page; any other sender, and any other form, is refused. */
export function followBoundKeys(options: { electron: ElectronModule; engineOrigin(): string | null; onKeys(keys: BoundKeys): void }): void {
  const { electron, engineOrigin, onKeys } = options;
  electron.ipcMain.handle("desktop:set-keys", (event: { senderFrame: { url: string } | null }, keys: unknown) => {
    const url = event.senderFrame?.url ?? "";
    if (!URL.canParse(url) || new URL(url).origin !== engineOrigin()) throw new Error("This page may not change the menu.");
    onKeys(parseBoundKeys(keys));
  });
}

/** Throws a TypeError where the value is not commands with lists of keys. */
function parseBoundKeys(value: unknown): BoundKeys {
  if (typeof value !== "object" || value === null) throw new TypeError("Keys come by command.");
  return new Map(
    Object.entries(value).map(([id, keys]: [string, unknown]) => {
      if (!Array.isArray(keys) || !keys.every((each): each is string => typeof each === "string"))
        throw new TypeError(`The keys of ${id} are no list.`);
      return [id, keys];
    }),
  );
}

/** The commands with the keys that were bound in place of their own. */
export function withBoundKeys(commands: readonly MenuCommand[], bound: BoundKeys): MenuCommand[] {
  return commands.map((command) => {
    const keys = bound.get(command.id);
    return keys === undefined ? command : { ...command, keys };
  });
}
