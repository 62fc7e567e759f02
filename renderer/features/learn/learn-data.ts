/** What there is to learn from: tours and samples as the engine tells them, and what a sample lacks on this computer. */
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { DoctorReport, EngineStatus, Problem, SampleInfo, Tour, TourList } from "../../../engine/contract/index.ts";
import { api } from "../../api/client.ts";
import { queryKeys } from "../../api/queries.ts";
import { faultOfTour } from "./tour-actions.ts";

export interface KnownTours {
  tours: readonly Tour[];
  faults: readonly { path: string; problem: Problem }[];
}

/** Tours that run no command there is not, and what is wrong with the rest. */
export function sortTours(list: TourList): KnownTours {
  const tours: Tour[] = [];
  const faults = [...list.faults];
  for (const tour of list.tours) {
    const fault = faultOfTour(tour);
    const { path } = tour;
    if (fault === null) tours.push(tour);
    else faults.push({ path, problem: { code: "BAD_INPUT", message: `${path} cannot be taken.`, detail: fault } });
  }
  return { tours, faults };
}

export function useTours(): UseQueryResult<KnownTours> {
  return useQuery({
    queryKey: queryKeys.tours,
    queryFn: ({ signal }) => api.learn.tours.query(undefined, { signal }),
    select: sortTours,
  });
}

export function useSamples(): UseQueryResult<SampleInfo[]> {
  return useQuery({ queryKey: queryKeys.samples, queryFn: ({ signal }) => api.learn.samples.query(undefined, { signal }) });
}

/** What a sample lacks here: one sentence, and what to do about it. */
export interface Lack {
  reason: string;
  todo: string;
  command: string | null;
}

/** Java needs a JDK where storlets run as processes; the sandbox image brings its own. Null where nothing is missing, or not known yet. */
export function lackOf(sample: SampleInfo, status: EngineStatus | undefined, doctor: DoctorReport | undefined): Lack | null {
  if (sample.language !== "java" || status?.sandbox.kind !== "process") return null;
  const java = doctor?.items.find(({ id }) => id === "java");
  if (java === undefined || java.state === "ok") return null;
  return {
    reason: "It needs a JDK, and the doctor found none.",
    todo: java.fix?.text ?? java.why,
    command: java.fix?.command ?? null,
  };
}

/** Samples that match the language and every word. */
export function filterSamples(samples: readonly SampleInfo[], language: string, text: string): SampleInfo[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return samples.filter((sample) => {
    const all = [sample.name, sample.title, sample.lesson, sample.language, sample.door, ...sample.tags].join(" ").toLowerCase();
    return (language === "all" || sample.language === language) && words.every((word) => all.includes(word));
  });
}
