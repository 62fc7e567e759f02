/** New storlets in the workspace, from templates. Deploys nothing: a new storlet is a draft. */
import { join } from "node:path";
import type { StorletSummary } from "../contract/index.ts";
import { createTemplates } from "../workspace/templates.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { ControlServices } from "./services.ts";

interface NewStorletOptions {
  workspace: Workspace;
  /** The folder of the templates. */
  directory: string;
  authoring: { storlet(name: string): Promise<StorletSummary> };
}

/** What the control API offers about new storlets. */
export function createNewStorlets({ workspace, directory, authoring }: NewStorletOptions): ControlServices["storlets"] {
  const templates = createTemplates(directory);
  return {
    templates: () => templates.list(),
    async create(wanted) {
      await templates.create(join(workspace.directory, "storlets"), wanted);
      return authoring.storlet(wanted.name);
    },
  };
}
