/** Which workspace this page shows, remembered over reloads, and those that were shown lately. Owns no tabs and no text. */

const workspaceKey = "studio.workspace";
const recentKey = "studio.recentWorkspaces";
const maxRecent = 6;

/** The paths of workspaces that were opened by name, the newest first. */
export function recentWorkspaces(): string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(recentKey) ?? "[]");
    return Array.isArray(stored) ? stored.filter((path) => typeof path === "string") : [];
  } catch {
    return [];
  }
}

/** Takes note of the workspace the engine is on; returns the one this page showed before where that was another. */
export function enterWorkspace({ workspace, workspaceName }: { workspace: string; workspaceName: string }): string | null {
  try {
    // A page that stayed open was on its own one; a new page continues the last.
    const before = sessionStorage.getItem(workspaceKey) ?? localStorage.getItem(workspaceKey);
    for (const storage of [sessionStorage, localStorage]) storage.setItem(workspaceKey, workspace);
    const others = recentWorkspaces().filter((path) => path !== workspace);
    if (workspaceName !== "samples") localStorage.setItem(recentKey, JSON.stringify([workspace, ...others].slice(0, maxRecent)));
    return before === workspace ? null : before;
  } catch {
    // Without storage there is nothing of another workspace to be shown.
    return null;
  }
}
