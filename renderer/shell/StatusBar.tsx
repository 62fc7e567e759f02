/** One line about everything: engine, sandbox, address, problems; and where the cursor is. */
import { useConnection, useEngineStatus } from "../api/queries.ts";
import type { Connection } from "../api/connection.ts";
import { runCommand } from "../commands/registry.ts";
import { allProblems, countProblems, languageOf, useCursorStore, useProblemStore } from "../features/editor/index.ts";
import { useLogRate } from "../features/logs/index.ts";
import type { EngineStatus } from "../../engine/contract/index.ts";
import { formatCount, formatCounted } from "../ui/format.ts";
import { Icon } from "../ui/Icon.tsx";
import { StatusHint } from "./StatusHint.tsx";

const engineWords: Record<Connection["state"], { word: string; tone: "success" | "warn" | "error" }> = {
  connecting: { word: "Connecting to the engine", tone: "warn" },
  connected: { word: "Engine running", tone: "success" },
  reconnecting: { word: "Connecting again", tone: "warn" },
  down: { word: "Engine not running", tone: "error" },
  "no-session": { word: "No session", tone: "error" },
};

export function StatusBar() {
  const connection = useConnection();
  const { data: status } = useEngineStatus();
  const engine = engineWords[connection.state];
  return (
    <footer className="status-bar" data-region="status" data-help="status">
      <span className={engine.tone === "success" ? "status-item" : `status-item tone-${engine.tone}`} role="status">
        <Icon name="circle-filled" size={12} tone={engine.tone} />
        {engine.word}
      </span>
      {status !== undefined && connection.state === "connected" && <SandboxItem sandbox={status.sandbox} />}
      {status !== undefined && <span className="status-item status-wide">{new URL(status.swiftUrl).host}</span>}
      <ProblemsItem />
      <StatusHint />
      <span className="grow" />
      <CursorItem />
      <RateItem />
    </footer>
  );
}

function SandboxItem({ sandbox }: { sandbox: EngineStatus["sandbox"] }) {
  const word = sandbox.kind === "docker" ? "Docker ready" : "Process sandbox";
  return sandbox.isolated ? (
    <span className="status-item" title={sandbox.reason}>
      <Icon name="pass" size={14} />
      {word}
    </span>
  ) : (
    <span className="status-item tone-warn" title={sandbox.reason}>
      <Icon name="warning" size={14} />
      {word}, not isolated
    </span>
  );
}

function ProblemsItem() {
  const { errors, warnings } = countProblems(allProblems(useProblemStore()));
  return (
    <button
      type="button"
      className={errors > 0 ? "status-item status-button tone-error" : "status-item status-button"}
      onClick={() => void runCommand("problems.show")}
    >
      <Icon name="error" size={14} />
      {formatCounted(errors, "error")}, {formatCounted(warnings, "warning")}
    </button>
  );
}

function CursorItem() {
  const cursor = useCursorStore((state) => state.cursor);
  if (cursor === null) return null;
  return (
    <>
      <span className="status-item status-wide">
        Ln {cursor.line}, Col {cursor.column}
        {cursor.selected > 0 && ` (${formatCount(cursor.selected)} selected)`}
      </span>
      <span className="status-item">{languageOf(cursor.path).name}</span>
    </>
  );
}

function RateItem() {
  return <span className="status-item">{formatCounted(useLogRate(), "line")}/s</span>;
}
