/** The command that opens a folder, for a terminal. Pure. */
import { quoteForShell } from "../../api/shell-words.ts";

/** Quoted so that a shell takes it as one word; `~/` stays in front, for the shell to read. */
function quote(path: string): string {
  if (/^[\w@%+=:,./~-]+$/.test(path)) return path;
  const home = path.startsWith("~/") ? "~/" : "";
  return home + quoteForShell(path.slice(home.length));
}

/** `desktop`: for the program with its own window. */
export function serveCommand(folder: string, desktop: boolean): string {
  const path = folder.trim() === "" ? "FOLDER" : quote(folder.trim());
  return desktop ? `npm start -- --workspace ${path}` : `npm run studio -- serve --workspace ${path}`;
}
