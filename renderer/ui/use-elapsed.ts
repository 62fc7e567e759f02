/** How long something has been going on, counted in steps while it is on screen. */
import { useEffect, useState } from "react";

/** Milliseconds since `startedAt` (Unix milliseconds), renewed every `stepMs`. */
export function useElapsed(startedAt: number, stepMs = 1000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), stepMs);
    return () => clearInterval(timer);
  }, [stepMs]);
  return Math.max(0, now - startedAt);
}
