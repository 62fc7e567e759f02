/** What the screen knows of sandboxes: lists renewed by events, use while somebody looks, and a build that goes on while the page is open. */
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { useEffect, useState, useSyncExternalStore } from "react";
import { create } from "zustand";
import type { ImageList, ImageProgress, Problem, SandboxEvent, UsageSample } from "../../../engine/contract/index.ts";
import { api } from "../../api/client.ts";
import { useConnectionStore } from "../../api/connection.ts";
import { problemOf } from "../../api/problems.ts";
import { queryClient, queryKeys } from "../../api/queries.ts";

/** What began and ended, the oldest first. */
export function useSandboxHistory(): UseQueryResult<SandboxEvent[]> {
  return useQuery({
    queryKey: [...queryKeys.sandboxes, "history"],
    queryFn: ({ signal }) => api.sandboxes.history.query(undefined, { signal }),
  });
}

const imagesKey = ["images"] as const;

export function useImages(): UseQueryResult<ImageList> {
  return useQuery({ queryKey: imagesKey, queryFn: ({ signal }) => api.image.list.query(undefined, { signal }) });
}

/** The row that is looked at: a sandbox, or a daemon in it. */
export const useSandboxSelection = create<{ sandbox: string | null; daemon: string | null }>(() => ({ sandbox: null, daemon: null }));

/** Looks that are kept: a minute, and the one before it. */
const keptSamples = 61;

const isHidden = (): boolean => document.visibilityState === "hidden";
function onVisibility(listener: () => void): () => void {
  document.addEventListener("visibilitychange", listener);
  return () => document.removeEventListener("visibilitychange", listener);
}

/** What sandboxes use, once a second while this is on screen: the engine looks only as long as somebody does. */
export function useUsage(): readonly UsageSample[] {
  const [samples, setSamples] = useState<readonly UsageSample[]>([]);
  const epoch = useConnectionStore((state) => state.epoch);
  const hidden = useSyncExternalStore(onVisibility, isHidden);
  useEffect(() => {
    if (hidden || epoch === 0) return;
    const subscription = api.sandboxes.usage.subscribe(undefined, {
      onData: (news) => setSamples((known) => mergeSamples(known, news)),
      // The connection says that the engine is gone; the charts keep what they have.
      onError: () => {},
    });
    return () => subscription.unsubscribe();
  }, [epoch, hidden]);
  return samples;
}

/** News after what is known, each look once, cut to what is kept. */
export function mergeSamples(known: readonly UsageSample[], news: readonly UsageSample[]): readonly UsageSample[] {
  const last = known.at(-1)?.time ?? 0;
  const fresh = news.filter(({ time }) => time > last);
  return fresh.length === 0 ? known : [...known, ...fresh].slice(-keptSamples);
}

export interface ImageBuild {
  state: "idle" | "running" | "done" | "failed" | "cancelled";
  startedAt: number;
  endedAt: number;
  /** Steps in their order, each with its last words. */
  steps: readonly { step: string; startedAt: number; endedAt: number | null }[];
  lines: readonly string[];
  problem: Problem | null;
}

const idleBuild: ImageBuild = { state: "idle", startedAt: 0, endedAt: 0, steps: [], lines: [], problem: null };
const keptLines = 2000;

export const useImageBuild = create<ImageBuild>(() => idleBuild);

let subscription: { unsubscribe(): void } | null = null;

/** The build after one more word of progress. */
export function afterProgress(build: ImageBuild, { step, detail, done }: ImageProgress, now: number): ImageBuild {
  const current = build.steps.at(-1);
  const steps =
    current?.step === step
      ? build.steps
      : [
          ...build.steps.slice(0, -1),
          ...(current === undefined ? [] : [{ ...current, endedAt: now }]),
          { step, startedAt: now, endedAt: done ? now : null },
        ];
  const lines = detail === "" ? build.lines : [...build.lines, detail].slice(-keptLines);
  return { ...build, steps, lines };
}

function finish(state: ImageBuild["state"], problem: Problem | null = null): void {
  subscription = null;
  const now = Date.now();
  useImageBuild.setState((build) => ({
    state,
    problem,
    endedAt: now,
    steps: build.steps.map((step) => ({ ...step, endedAt: step.endedAt ?? now })),
  }));
  void queryClient.invalidateQueries({ queryKey: imagesKey });
  void queryClient.invalidateQueries({ queryKey: queryKeys.doctor });
}

/** Builds the sandbox image; goes on while the page is open, whatever it shows. `force`: although the image is there. */
export function buildImage(force: boolean): void {
  if (useImageBuild.getState().state === "running") return;
  useImageBuild.setState({ ...idleBuild, state: "running", startedAt: Date.now() }, true);
  subscription = api.image.build.subscribe(
    { force },
    {
      onData: (progress) => {
        useImageBuild.setState((build) => afterProgress(build, progress, Date.now()));
        // A stream that ends is opened again by the browser: what is done must not begin anew.
        if (progress.done) {
          subscription?.unsubscribe();
          finish("done");
        }
      },
      onError: (error) => {
        subscription?.unsubscribe();
        finish("failed", problemOf(error));
      },
      onConnectionStateChange: (change) => {
        if (change.state !== "connecting" || !change.error) return;
        subscription?.unsubscribe();
        finish("failed", problemOf(change.error));
      },
    },
  );
}

export function cancelBuild(): void {
  subscription?.unsubscribe();
  finish("cancelled");
}
