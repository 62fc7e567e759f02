/** Whether a run can be replayed, as the engine sees it now: asked when a run is looked at, and again when an object it read changes. */
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { Run, RunExchange } from "../../../engine/contract/index.ts";
import type { ReplayChoice } from "../../../engine/contract/replays.ts";
import { api } from "../../api/client.ts";
import { queryClient, useEngineEvents } from "../../api/queries.ts";

export function useReplayChoice(run: Run, exchange: RunExchange | null | undefined): UseQueryResult<ReplayChoice> {
  const key = ["run-replay", run.id];
  useEngineEvents((events) => {
    if (events.some((event) => event.kind === "objects")) void queryClient.invalidateQueries({ queryKey: key });
  });
  return useQuery({
    // What is kept is known once the run is over and its exchange is on record.
    queryKey: [...key, run.state, exchange === null || exchange === undefined],
    queryFn: ({ signal }) => api.runs.replayChoice.query({ id: run.id }, { signal }),
    staleTime: 0,
  });
}
