/** Which tour is under way and how far each is, kept over reloads for each workspace. */
import { create } from "zustand";
import { api } from "../../api/client.ts";
import { getStatus, queryClient, queryKeys } from "../../api/queries.ts";
import { addSamples } from "./add-samples.ts";
import { beginTour, noTours, parseTourState, type TourState } from "./tour-progress.ts";

export const useTourStore = create<TourState>(() => noTours);

let key: string | null = null;

/** Brings back what was kept for the workspace; from then on every change is kept. */
export async function restoreTours(): Promise<void> {
  if (key !== null) return;
  const { workspace } = await getStatus();
  if (key !== null) return;
  key = `studio.tours.${workspace}`;
  useTourStore.setState(parseTourState(read(key)), true);
  useTourStore.subscribe((state) => write(`studio.tours.${workspace}`, JSON.stringify(state)));
}

function read(from: string): string | null {
  try {
    return localStorage.getItem(from);
  } catch {
    return null;
  }
}

function write(to: string, text: string): void {
  try {
    localStorage.setItem(to, text);
  } catch {
    // Without storage a tour begins anew next time.
  }
}

export function changeTours(change: (state: TourState) => TourState): void {
  useTourStore.setState(change(useTourStore.getState()), true);
}

/** Begins a tour or goes on with it; the samples it works on are put into the workspace first. Throws NOT_FOUND's problem. */
export async function startTour(id: string): Promise<void> {
  await restoreTours();
  const { tours } = await queryClient.fetchQuery({ queryKey: queryKeys.tours, queryFn: () => api.learn.tours.query() });
  const tour = tours.find((candidate) => candidate.id === id);
  if (tour === undefined) throw new Error(`There is no tour ${id}.`);
  await addSamples(tour.samples);
  changeTours((state) => beginTour(state, id, Date.now()));
}

/** Whether a tour is on screen. */
export function useTourOn(): boolean {
  return useTourStore(({ active }) => active !== null);
}
