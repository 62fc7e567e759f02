/** The command that opens a folder, for a terminal. Pure. */

/** Quoted so that a shell takes it as one word; `~/` stays in front, for the shell to read. */
function quote(path: string): string {
  if (/^[\w@%+=:,./~-]+$/.test(path)) return path;
  const home = path.startsWith("~/") ? "~/" : "";
  return `${home}'${path.slice(home.length).replaceAll("'", String.raw`'\''`)}'`;
}

/** `desktop`: for the program with its own window. */
export function serveCommand(folder: string, desktop: boolean): string {
  const path = folder.trim() === "" ? "FOLDER" : quote(folder.trim());
  return desktop ? `npm start -- --workspace ${path}` : `npm run studio -- serve --workspace ${path}`;
}
