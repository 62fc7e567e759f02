/** The Terminal tab of the panel: whose sandbox, how its shell does, and the terminal itself. */
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useEngineStatus, useSandboxes } from "../../api/queries.ts";
import { useCommandHandler } from "../../commands/registry.ts";
import { keysOf } from "../../commands/table.ts";
import { Badge } from "../../ui/Badge.tsx";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { ProblemBlock } from "../../ui/ErrorBlock.tsx";
import { Select } from "../../ui/Select.tsx";
import { Toolbar, ToolbarSpace } from "../../ui/Toolbar.tsx";
import { paneOf, type Pane } from "./pane.ts";
import { endWords, type ShellState } from "./shell.ts";
import { showTerminal, useShownTerminal } from "./shown.ts";
import "./terminal.css";

const own = "(own)";

export function TerminalView() {
  const scope = useShownTerminal((shown) => shown.scope);
  const pane = paneOf(scope);
  const state = useSyncExternalStore(pane.onChange, () => pane.state);
  const [asText, setAsText] = useState<string | null>(null);
  useCommandHandler("view.accessible", () => setAsText(pane.text()));
  return (
    <div className="terminal">
      <Toolbar label="Terminal">
        <SandboxChoice scope={scope} />
        <span className="tone-2 cut" role="status">
          {stateWords(state)}
        </span>
        {state.phase === "open" && !state.isolated && (
          <Badge tone="warn" icon="warning" title="This shell can read and change your files.">
            not isolated
          </Badge>
        )}
        <ToolbarSpace />
        <span className="tone-2 terminal-hint">{keysOf("region.next")} leaves the terminal</span>
        <Button size="small" variant="quiet" icon="list-flat" keys={keysOf("view.accessible")} onPress={() => setAsText(pane.text())}>
          As text
        </Button>
        <Button size="small" variant="quiet" icon="refresh" onPress={() => pane.restart()}>
          New shell
        </Button>
      </Toolbar>
      {state.phase === "failed" && (
        <ProblemBlock problem={state.problem} actions={[{ label: "Try again", onPress: () => pane.restart() }]} />
      )}
      <PaneHost pane={pane} hidden={state.phase === "failed"} />
      {asText !== null && (
        <Dialog
          title="The terminal as text"
          wide
          onClose={() => setAsText(null)}
          footer={
            <Button icon="copy" onPress={() => void navigator.clipboard.writeText(asText)}>
              Copy
            </Button>
          }
        >
          <pre className="terminal-text" tabIndex={0} aria-label="What the terminal shows">
            {asText === "" ? "The terminal is empty." : asText}
          </pre>
        </Dialog>
      )}
    </div>
  );
}

function stateWords(state: ShellState): string {
  if (state.phase === "opening") return "Starting a shell in the sandbox…";
  if (state.phase === "open") return `A shell in the sandbox of account ${state.scope}.`;
  return state.phase === "ended" ? endWords(state.exit) : "No shell could be started.";
}

/** The workspace's own sandbox, which is made where there is none, and every other that runs. */
function SandboxChoice({ scope }: { scope: string | null }) {
  const { data: sandboxes = [] } = useSandboxes();
  const account = useEngineStatus().data?.account ?? "";
  const others = [...new Set([...sandboxes.map((sandbox) => sandbox.scope), ...(scope === null ? [] : [scope])])].filter(
    (other) => !account.replace(/^AUTH_/, "").startsWith(other),
  );
  if (others.length === 0) return null;
  return (
    <Select
      label="Sandbox of the terminal"
      size="small"
      quiet
      value={scope ?? own}
      options={[{ value: own, label: account }, ...others.map((other) => ({ value: other, label: other }))]}
      onChange={(chosen) => showTerminal(chosen === own ? null : chosen)}
    />
  );
}

function PaneHost({ pane, hidden }: { pane: Pane; hidden: boolean }) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const place = element.current;
    if (place === null) return undefined;
    const detach = pane.attach(place);
    // Who asked for it wants to type; who works elsewhere, as after a reload, does not.
    const focused = document.activeElement;
    if (focused === null || focused === document.body || focused.closest('[data-region="panel"]') !== null) pane.focus();
    return detach;
  }, [pane]);
  // Ctrl and a letter belong to the shell in here: see the dispatcher of commands.
  return <div ref={element} className="terminal-pane" data-keys="shell" hidden={hidden} />;
}
