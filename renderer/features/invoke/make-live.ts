/** Sees to it that what is on the screen is what will run. Owns the words for where it is not; the editor and the engine do the work. */
import type { Problem, SaveResult, StorletSummary } from "../../../engine/contract/index.ts";
import { api } from "../../api/client.ts";
import { queryClient, queryKeys } from "../../api/queries.ts";
import { runCommand } from "../../commands/registry.ts";
import { useDocumentStore } from "../editor/index.ts";
import { useSession } from "./session.ts";

/**
 * Makes what is on the screen what will run: saves what is unsaved of the storlet, deploys what is not live. Answers why that could
 * not be done, or null.
 */
export async function makeLive(storlet: StorletSummary): Promise<Problem | null> {
  const isUnsaved = unsavedFiles(storlet).length > 0;
  if (!isUnsaved && storlet.state === "live") return null;
  useSession.setState({ activity: { phase: "saving", startedAt: Date.now() } });
  if (!isUnsaved) return deploy(storlet.name);
  // What it throws may be about another storlet's file: the state of this one's decides.
  await runCommand("editor.saveIfDirty").catch(() => false);
  return whyNotLive(storlet);
}

/** Deploys what is on disk; answers why it is not live then, or null. */
export async function deploy(storlet: string): Promise<Problem | null> {
  const result = await api.workspace.deploy.mutate({ storlet });
  void queryClient.invalidateQueries({ queryKey: queryKeys.storlets });
  return result.state === "live" ? null : problemOfSave(result);
}

function unsavedFiles(storlet: StorletSummary) {
  const { documents } = useDocumentStore.getState();
  return storlet.files
    .flatMap(({ path }) => documents.get(path) ?? [])
    .filter((document) => document.dirty || document.save.kind === "saving");
}

const notLive = "Not run: the storlet did not go live";

/** The failure of a save or deployment, as the reason why nothing ran. */
function problemOfSave({ path, diagnostics, problem }: SaveResult): Problem {
  const finding = diagnostics.find(({ severity }) => severity === "error");
  const detail = finding === undefined ? problem?.message : `${finding.path || path}, line ${finding.line}: ${finding.message}`;
  return { ...problem, code: problem?.code ?? "CHECK_FAILED", message: notLive, detail };
}

function whyNotLive(storlet: StorletSummary): Problem | null {
  const { documents } = useDocumentStore.getState();
  for (const { path } of storlet.files) {
    const save = documents.get(path)?.save;
    if (save?.kind === "failed") return { ...save.problem, message: notLive, detail: save.problem.message };
    if (save?.kind === "done" && save.result.state !== "live" && save.result.state !== "saved") return problemOfSave(save.result);
  }
  const [left] = unsavedFiles(storlet);
  return left === undefined
    ? null
    : { code: "CONFLICT", message: notLive, detail: `${left.path} is not saved.`, hint: "Open it, save it with Ctrl+S, then run again." };
}
