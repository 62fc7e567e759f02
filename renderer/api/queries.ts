/** What the screen asks the engine for, cached until an engine event says that it changed. Never polls. */
import { QueryClient, useQuery, type UseQueryResult } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type {
  ContainerSummary,
  DemoState,
  DoctorReport,
  EngineEvent,
  EngineStatus,
  EnvironmentFile,
  RecipeFile,
  Run,
  SandboxInfo,
  StorletSummary,
} from "../../engine/contract/index.ts";
import { api } from "./client.ts";
import { onEngineEvents, useConnectionStore, type Connection } from "./connection.ts";

export const queryClient = new QueryClient({
  defaultOptions: {
    // The connection store retries; a query that fails says so at once. Data is renewed by events, not by time or focus.
    queries: { retry: false, staleTime: Infinity, refetchOnWindowFocus: false, refetchOnReconnect: false, networkMode: "always" },
    mutations: { retry: false, networkMode: "always" },
  },
});

export const queryKeys = {
  status: ["engine", "status"],
  doctor: ["engine", "doctor"],
  storlets: ["workspace", "storlets"],
  recipes: ["workspace", "recipes"],
  environments: ["workspace", "environments"],
  containers: ["objects", "containers"],
  /** Without the rest: everything that is known of the container and its objects. */
  objects: (container: string, ...rest: readonly unknown[]) => ["objects", "list", container, ...rest],
  runs: ["runs"],
  sandboxes: ["sandboxes"],
  tours: ["workspace", "tours"],
  samples: ["workspace", "samples"],
  demo: ["demo"],
} as const;

/** The engine's facts: address, account, workspace, sandbox. */
export function useEngineStatus(): UseQueryResult<EngineStatus> {
  return useQuery({ queryKey: queryKeys.status, queryFn: ({ signal }) => api.engine.status.query(undefined, { signal }) });
}

export function useDoctor(): UseQueryResult<DoctorReport> {
  return useQuery({ queryKey: queryKeys.doctor, queryFn: ({ signal }) => api.engine.doctor.query(undefined, { signal }) });
}

export function useSandboxes(): UseQueryResult<SandboxInfo[]> {
  return useQuery({ queryKey: queryKeys.sandboxes, queryFn: ({ signal }) => api.sandboxes.list.query(undefined, { signal }) });
}

export function useStorlets(): UseQueryResult<StorletSummary[]> {
  return useQuery({ queryKey: queryKeys.storlets, queryFn: ({ signal }) => api.workspace.storlets.query(undefined, { signal }) });
}

/** The files below `recipes/`, also those that cannot be used. */
export function useRecipes(): UseQueryResult<RecipeFile[]> {
  return useQuery({ queryKey: queryKeys.recipes, queryFn: ({ signal }) => api.recipes.list.query(undefined, { signal }) });
}

export function useEnvironments(): UseQueryResult<EnvironmentFile[]> {
  return useQuery({ queryKey: queryKeys.environments, queryFn: ({ signal }) => api.recipes.environments.query(undefined, { signal }) });
}

export function useContainers(): UseQueryResult<ContainerSummary[]> {
  return useQuery({ queryKey: queryKeys.containers, queryFn: ({ signal }) => api.objects.containers.query(undefined, { signal }) });
}

/** The demo point, and whether its last reset can be undone. */
export function useDemo(enabled = true): UseQueryResult<DemoState> {
  return useQuery({ queryKey: queryKeys.demo, queryFn: ({ signal }) => api.demo.state.query(undefined, { signal }), enabled });
}

/** The newest runs, newest first. */
export function useRuns(limit = 50): UseQueryResult<Run[]> {
  return useQuery({ queryKey: [...queryKeys.runs, limit], queryFn: ({ signal }) => api.runs.list.query({ limit }, { signal }) });
}

/** What is known, for code outside of components; asked for where nothing is yet. */
export function getStatus(): Promise<EngineStatus> {
  return queryClient.ensureQueryData({ queryKey: queryKeys.status, queryFn: () => api.engine.status.query() });
}

export function getStorlets(): Promise<StorletSummary[]> {
  return queryClient.ensureQueryData({ queryKey: queryKeys.storlets, queryFn: () => api.workspace.storlets.query() });
}

export function getRecipes(): Promise<RecipeFile[]> {
  return queryClient.ensureQueryData({ queryKey: queryKeys.recipes, queryFn: () => api.recipes.list.query() });
}

export function useConnection(): Connection {
  return useConnectionStore((state) => state.connection);
}

/** Why nothing that needs the engine works now; null while it answers. For `disabledReason`. */
export function useEngineAwayReason(): string | null {
  return useConnectionStore(({ connection }) => (connection.state === "connected" ? null : "The engine is not running."));
}

/** Calls `listener` with every batch of engine events while mounted. */
export function useEngineEvents(listener: (events: readonly EngineEvent[]) => void): void {
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => onEngineEvents((events) => latest.current(events)), []);
}

/** The query keys that an event makes old. */
export function staleKeys(event: EngineEvent): readonly (readonly unknown[])[] {
  switch (event.kind) {
    case "workspace":
    case "file":
      return [queryKeys.storlets, queryKeys.recipes, queryKeys.environments, queryKeys.tours, queryKeys.samples];
    case "objects":
      return [queryKeys.containers, queryKeys.objects(event.container)];
    case "run":
      return [queryKeys.runs];
    case "sandboxes":
      return [queryKeys.sandboxes];
    case "keybindings":
      return [];
  }
}

/** Lets engine events renew what is shown; returns how to stop. Many events of one batch ask once. */
export function startInvalidation(): () => void {
  return onEngineEvents((events) => {
    const keys = new Map(events.flatMap(staleKeys).map((key) => [JSON.stringify(key), key]));
    for (const queryKey of keys.values()) void queryClient.invalidateQueries({ queryKey });
  });
}
