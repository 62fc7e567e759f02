/** The runs that the engine's events tell of, handed on once a frame. */
import type { Run } from "../../../engine/contract/index.ts";
import { onEngineEvents } from "../../api/connection.ts";

/** Calls `onNews` with what has come since the last time; returns how to stop. */
export function followRuns(onNews: (news: readonly Run[]) => void): () => void {
  let fresh: Run[] = [];
  let frame: number | null = null;
  const show = () => {
    frame = null;
    const news = fresh;
    fresh = [];
    onNews(news);
  };
  const stop = onEngineEvents((events) => {
    for (const event of events) if (event.kind === "run") fresh.push(event.run);
    if (fresh.length > 0) frame ??= requestAnimationFrame(show);
  });
  return () => {
    stop();
    if (frame !== null) cancelAnimationFrame(frame);
  };
}
