/** The newest runs, kept up to date by the engine's own events: a run costs no further request. */
import { useQuery, useQueryClient, type QueryClient, type UseQueryResult } from "@tanstack/react-query";
import { useEffect } from "react";
import { create } from "zustand";
import type { Run } from "../../../engine/contract/index.ts";
import { api } from "../../api/client.ts";
import { followRuns } from "./run-news.ts";
import { mergeRuns } from "./timing.ts";

/** Runs kept for every list; what is older is in the engine. */
const keptRuns = 200;
const queryKey = ["recent-runs"] as const;

let listeners = 0;
let stopNews: (() => void) | null = null;

/** Adds the runs that events tell of to the list. */
function startNews(client: QueryClient): () => void {
  return followRuns((news) =>
    // Before the first answer there is nothing to add to: that answer has the news in it.
    client.setQueryData<Run[]>(queryKey, (listed) => (listed === undefined ? undefined : mergeRuns(listed, news, keptRuns))),
  );
}

/** The newest runs, newest first. However many lists show them, they are kept up to date once. */
export function useRecentRuns(): UseQueryResult<Run[]> {
  const client = useQueryClient();
  useEffect(() => {
    listeners += 1;
    stopNews ??= startNews(client);
    return () => {
      listeners -= 1;
      if (listeners > 0) return;
      stopNews?.();
      stopNews = null;
      // What happens from now on goes unheard: the next list asks anew.
      void client.invalidateQueries({ queryKey, refetchType: "none" });
    };
  }, [client]);
  return useQuery({ queryKey, queryFn: ({ signal }) => api.runs.list.query({ limit: keptRuns }, { signal }) });
}

/** The run that the screen shows: its row is marked in every list. */
export const useShownRun = create<{ run: string | null }>(() => ({ run: null }));
