/** The page without a session: the engine runs, but this address does not say who we are. */
import { Button } from "../ui/Button.tsx";
import { StudioMark } from "../ui/Icon.tsx";

export function NoSession() {
  return (
    <main className="no-session">
      <div className="no-session-body">
        <StudioMark size={40} />
        <h1>This address has no session</h1>
        <p>
          <span className="tone-2">Why</span> The engine runs, but it answers only to the address with the token it printed when it started.
        </p>
        <p>
          <span className="tone-2">Do</span> Open the address that the terminal shows after{" "}
          <code className="mono">Storlet Studio is at</code>: it ends in <code className="mono">?token=…</code> In the desktop app, close
          the window and open it again.
        </p>
        <Button icon="refresh" onPress={() => location.reload()}>
          Try this address again
        </Button>
        <p className="tone-3 text-sm">{location.origin}</p>
      </div>
    </main>
  );
}
