/** One run with what was sent and what came back: read once, renewed by the engine's events. */
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { BodySide, KeptBody, Run, RunExchange, RunMark } from "../../../engine/contract/index.ts";
import { decodeBase64 } from "../../api/base64.ts";
import { api } from "../../api/client.ts";
import { queryClient, useEngineEvents } from "../../api/queries.ts";
import { isOpen } from "./timing.ts";

const runKey = (id: string) => ["run", id] as const;
const exchangeKey = (id: string) => ["run-exchange", id] as const;

/** A first answer that is still on its way would be taken for the new one: it is given up. */
async function askAnew(queryKey: readonly string[]): Promise<void> {
  await queryClient.cancelQueries({ queryKey });
  await queryClient.invalidateQueries({ queryKey });
}

/** The run; null where it is not on record any more. */
export function useRun(id: string): UseQueryResult<Run | null> {
  useEngineEvents((events) => {
    for (const event of events) {
      if (event.kind !== "run" || event.run.id !== id) continue;
      queryClient.setQueryData(runKey(id), event.run);
      // The event that comes after the end says that the exchange can be read; an answer still on its way may be from before.
      if ((queryClient.getQueryData(exchangeKey(id)) ?? null) === null) void askAnew(exchangeKey(id));
    }
  });
  return useQuery({
    queryKey: runKey(id),
    async queryFn({ signal }) {
      const run = await api.runs.get.query({ id }, { signal });
      const known = queryClient.getQueryData<Run | null>(runKey(id)) ?? null;
      // An event may have told of the end while this answer, from before it, was on its way.
      return run !== null && known !== null && isOpen(run) && !isOpen(known) ? known : run;
    },
  });
}

/** What was sent and came back; null where it is not kept, or not yet. */
export function useExchange(id: string): UseQueryResult<RunExchange | null> {
  return useQuery({
    queryKey: exchangeKey(id),
    queryFn: ({ signal }) => api.runs.exchange.query({ id }, { signal }),
    // "Not yet" is asked again by every view that opens.
    staleTime: (query) => (query.state.data === null ? 0 : Infinity),
  });
}

export function getExchange(id: string): Promise<RunExchange | null> {
  return queryClient.fetchQuery({ queryKey: exchangeKey(id), queryFn: () => api.runs.exchange.query({ id }) });
}

/** The kept bytes of a body. Empty where nothing was kept, null where they are gone. */
export async function readKeptBody(id: string, side: BodySide, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer> | null> {
  const { base64 } = await api.runs.body.query({ id, side }, signal === undefined ? {} : { signal });
  return base64 === null ? null : decodeBase64(base64);
}

/** The kept bytes of a body, once it is known what is kept. */
export function useKeptBody(id: string, side: BodySide, body: KeptBody | null): UseQueryResult<Uint8Array<ArrayBuffer> | null> {
  return useQuery({
    queryKey: ["run-body", id, side, body?.ref ?? null],
    enabled: body !== null && body.ref !== null,
    queryFn: ({ signal }) => readKeptBody(id, side, signal),
    gcTime: 60_000,
  });
}

/** Pins, names or annotates a run; every list hears of it by event. */
export async function markRun(id: string, changes: Partial<RunMark>): Promise<void> {
  queryClient.setQueryData(runKey(id), await api.runs.mark.mutate({ id, changes }));
}
