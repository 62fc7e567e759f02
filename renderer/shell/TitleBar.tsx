/** Workspace, the way to anything, the target, and Run. */
import { useConnection, useEngineStatus } from "../api/queries.ts";
import { runCommand, useCommandReason } from "../commands/registry.ts";
import { keysOf } from "../commands/table.ts";
import { IconButton } from "../ui/Button.tsx";
import { Icon, StudioMark } from "../ui/Icon.tsx";
import { KeyHint } from "../ui/KeyHint.tsx";

export function TitleBar() {
  const { data: status } = useEngineStatus();
  const connection = useConnection();
  const runReason = useCommandReason("invoke.run");
  const goToKeys = keysOf("palette.goTo");
  const connected = connection.state === "connected";
  return (
    <header className="title-bar" data-help="title">
      <div className="title-zone">
        <StudioMark />
        <h1 className="title-workspace cut" title={status?.workspace}>
          {status?.workspaceName ?? "Storlet Studio"}
        </h1>
      </div>
      <button type="button" className="title-search" onClick={() => void runCommand("palette.goTo")}>
        <Icon name="search" size={14} />
        <span className="grow cut">Go to file, object or run</span>
        {goToKeys !== undefined && <KeyHint keys={goToKeys} joined />}
      </button>
      <div className="title-zone title-zone-end">
        <span
          className="title-target cut"
          title={status === undefined ? undefined : `Swift at ${status.swiftUrl}, account ${status.account}`}
        >
          <span className={connected ? "dot tone-success" : "dot tone-error"} />
          <span className="cut">
            Local emulator <span className="tone-3 title-account">{status?.account}</span>
          </span>
          <span className="hidden-visually">{connected ? "connected" : "not connected"}</span>
        </span>
        <span className="title-separator" aria-hidden="true" />
        <IconButton
          icon="play"
          label="Run"
          data-tour="run"
          size="normal"
          tone="accent"
          keys={keysOf("invoke.run")}
          disabledReason={runReason}
          onPress={() => void runCommand("invoke.run")}
        />
      </div>
    </header>
  );
}
