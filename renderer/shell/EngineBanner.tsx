/** Says that the engine is away, why, and what happens next. Everything on screen is kept. */
import { retryConnection } from "../api/connection.ts";
import { useConnection } from "../api/queries.ts";
import { Button } from "../ui/Button.tsx";
import { formatSeconds } from "../ui/format.ts";
import { Icon } from "../ui/Icon.tsx";
import { useElapsed } from "../ui/use-elapsed.ts";

export function EngineBanner() {
  const connection = useConnection();
  if (connection.state !== "down") return null;
  return (
    <div className="engine-banner" role="alert">
      <Icon name="debug-disconnect" tone="error" />
      <div className="grow">
        <p className="strong">The engine stopped answering</p>
        <p>
          <span className="tone-2">Why</span> {connection.reason}
        </p>
        <p>
          <span className="tone-2">Do</span> Wait: your text is kept, and the screen connects by itself. Where the engine does not come
          back, start Storlet Studio again.
        </p>
      </div>
      <Away since={connection.since} />
      <Button size="small" onPress={retryConnection}>
        Try now
      </Button>
    </div>
  );
}

function Away({ since }: { since: number }) {
  const elapsedMs = useElapsed(since);
  return (
    <span className="engine-banner-away" aria-hidden="true">
      <Icon name="loading" size={14} spin />
      connecting, away {formatSeconds(elapsedMs)}
    </span>
  );
}
