/** What the last save did, in one line at the right of the path. */
import type { SaveResult, StorletSummary } from "../../../engine/contract/index.ts";
import { useStorlets } from "../../api/queries.ts";
import { runCommand } from "../../commands/registry.ts";
import { LinkButton } from "../../ui/Button.tsx";
import { formatDuration, formatSeconds } from "../../ui/format.ts";
import { Icon, type IconName, type Tone } from "../../ui/Icon.tsx";
import { keyText } from "../../ui/KeyHint.tsx";
import { useElapsed } from "../../ui/use-elapsed.ts";
import { saveDocument, useDocumentStore, type OpenDocument } from "./documents.ts";
import { storletOfPath } from "./language.ts";
import { useProblemStore } from "./problems.ts";

interface Line {
  icon: IconName;
  tone: Tone;
  word: string;
  detail?: string;
  action?: { label: string; onPress: () => void };
}

const stepWords = { save: "saved", check: "checked", deploy: "deployed", load: "loaded" } as const;

/** `saved, checked, deployed in 212 ms`: the steps that were done. */
function stepsSentence(result: SaveResult): string {
  return `${result.steps.map((step) => stepWords[step.name]).join(", ")} in ${formatDuration(result.totalMs)}`;
}

const showProblems = { label: "Show problems", onPress: () => void runCommand("problems.show") };

function lineOfResult(result: SaveResult): Line {
  switch (result.state) {
    case "live":
      return { icon: "pass", tone: "success", word: "Live.", detail: stepsSentence(result) };
    case "saved":
      // A recipe or an environment that cannot be used.
      if (result.diagnostics.length > 0)
        return { icon: "error", tone: "error", word: `Saved, but line ${result.diagnostics[0]?.line ?? 1} is wrong`, action: showProblems };
      return { icon: "pass", tone: "success", word: "Saved.", detail: `in ${formatDuration(result.totalMs)}` };
    case "check-failed": {
      const errors = result.diagnostics.filter((diagnostic) => diagnostic.severity === "error").length;
      const count = errors === 1 ? "1 error" : `${errors} errors`;
      return {
        icon: "error",
        tone: "error",
        word: `Saved, not live: ${errors === 0 ? (result.problem?.message ?? "the check failed") : count}`,
        action: showProblems,
      };
    }
    case "deploy-failed":
      return {
        icon: "error",
        tone: "error",
        word: `Saved, not live: ${result.problem?.message ?? "the deploy was refused"}`,
        action: showProblems,
      };
    case "load-failed":
      return { icon: "error", tone: "error", word: result.problem?.message ?? "Deployed, but it does not load.", action: showProblems };
  }
}

function lineOfStorlet(storlet: StorletSummary | undefined): Line | null {
  if (storlet === undefined) return null;
  switch (storlet.state) {
    case "live":
      return { icon: "pass", tone: "success", word: "Live" };
    case "draft":
      return { icon: "circle-large", tone: "neutral", word: "Draft.", detail: `${keyText("Ctrl+S")} deploys it` };
    case "stale":
      return { icon: "warning", tone: "warn", word: "Changed since the last deploy.", detail: `${keyText("Ctrl+S")} deploys it` };
    case "failed":
      return { icon: "error", tone: "error", word: storlet.problem?.message ?? "The last deploy failed." };
  }
}

function useLine(document: OpenDocument): Line | null {
  const storlet = useStorlets().data?.find((candidate) => candidate.name === storletOfPath(document.path));
  const exception = useProblemStore(({ exceptions }) => exceptions.get(document.path));
  const { save, path } = document;
  if (document.conflict !== null) return { icon: "warning", tone: "warn", word: "Changed outside" };
  if (save.kind === "failed") {
    return {
      icon: "error",
      tone: "error",
      word: `Not saved: ${save.problem.message}`,
      action: { label: "Try again", onPress: () => void saveDocument(path) },
    };
  }
  if (document.dirty)
    return {
      icon: "circle-filled",
      tone: "neutral",
      word: document.restored ? "Unsaved, restored." : "Unsaved.",
      detail: `${keyText("Ctrl+S")} makes it live`,
    };
  if (exception !== undefined) return { icon: "error", tone: "error", word: `Last run failed at line ${exception.line}` };
  if (save.kind === "done") return lineOfResult(save.result);
  return lineOfStorlet(storlet);
}

function SavingLine({ startedAt }: { startedAt: number }) {
  const elapsedMs = useElapsed(startedAt);
  return (
    <>
      <Icon name="loading" size={14} tone="info" spin />
      <span className="tone-2">Saving, checking, deploying{elapsedMs >= 1000 && `, ${formatSeconds(elapsedMs)}`}</span>
    </>
  );
}

export function SaveState({ path }: { path: string }) {
  const document = useDocumentStore(({ documents }) => documents.get(path));
  return (
    <div className="save-state" role="status">
      {document?.phase === "ready" &&
        (document.save.kind === "saving" ? <SavingLine startedAt={document.save.startedAt} /> : <StateLine document={document} />)}
    </div>
  );
}

function StateLine({ document }: { document: OpenDocument }) {
  const line = useLine(document);
  if (line === null) return null;
  return (
    <>
      <Icon name={line.icon} size={14} tone={line.tone} className={line.tone === "neutral" ? "tone-3" : undefined} />
      <span className={line.tone === "error" ? "tone-error cut" : "cut"} title={line.word}>
        {line.word}
      </span>
      {line.detail !== undefined && <span className="tone-3 save-detail">{line.detail}</span>}
      {line.action && <LinkButton onPress={line.action.onPress}>{line.action.label}</LinkButton>}
    </>
  );
}
