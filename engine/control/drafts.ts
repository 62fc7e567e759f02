/** Storlets of the workspace that are built and deployed when somebody runs them, and not before. Owns which those are; builds nothing. */
import type { LogBus } from "../compute/log-bus.ts";
import type { SaveResult } from "../contract/index.ts";
import { fromProblem, toStudioError } from "../support/errors.ts";

export interface Drafts {
  /** Deploys the draft that a run asks for; null where there is none of that name. Throws what is wrong with it. */
  deploy(account: string, objectName: string): Promise<"deployed" | null>;
  /** Tells which drafts there are, by object name, and how one is deployed. */
  fill(folders: ReadonlyMap<string, string>, deploy: (folder: string) => Promise<SaveResult>): void;
}

/** Drafts of `account`. Several runs that ask for the same one wait for the same build. */
export function createDrafts(account: string, logs: LogBus): Drafts {
  let waiting: Map<string, string> = new Map();
  let deployFolder: ((folder: string) => Promise<SaveResult>) | null = null;
  const underway = new Map<string, Promise<"deployed">>();

  async function build(objectName: string, folder: string): Promise<"deployed"> {
    logs.write({ level: "info", source: "engine", text: `${objectName} is built for its first run.` });
    try {
      const { problem } = await (deployFolder as NonNullable<typeof deployFolder>)(folder);
      if (problem !== null) throw fromProblem(problem);
      waiting.delete(objectName);
      return "deployed";
    } catch (error) {
      const { message, detail } = toStudioError(error);
      logs.write({
        level: "error",
        source: "engine",
        text: `${objectName} cannot be run: ${message}${detail === undefined ? "" : ` ${detail}`}`,
      });
      throw error;
    } finally {
      underway.delete(objectName);
    }
  }

  return {
    async deploy(wantedAccount, objectName) {
      const folder = wantedAccount === account ? waiting.get(objectName) : undefined;
      if (folder === undefined) return null;
      const begun = underway.get(objectName) ?? build(objectName, folder);
      underway.set(objectName, begun);
      return begun;
    },
    fill(folders, deploy) {
      waiting = new Map(folders);
      deployFolder = deploy;
    },
  };
}
