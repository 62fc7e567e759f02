/** How far somebody is in each tour. Pure: what is kept, and what each move makes of it. */

export interface TourProgress {
  /** Index of the step in front; the number of steps where the tour is done. */
  step: number;
  /** The furthest step that was reached: those before it need no checks any more. */
  reached: number;
  /** Unix milliseconds at which the step in front began. */
  since: number;
  /** Which checks of the step in front have held. Once held, a check stays held. */
  passed: readonly boolean[];
  done: boolean;
}

export interface TourState {
  /** The tour on screen. */
  active: string | null;
  /** The last one that was, to go on with. */
  last: string | null;
  progress: Readonly<Record<string, TourProgress>>;
}

export const noTours: TourState = { active: null, last: null, progress: {} };

const fresh = (now: number): TourProgress => ({ step: 0, reached: 0, since: now, passed: [], done: false });

function withProgress(state: TourState, tour: string, change: (progress: TourProgress) => TourProgress): TourState {
  const known = state.progress[tour];
  return known === undefined ? state : { ...state, progress: { ...state.progress, [tour]: change(known) } };
}

/** Begins a tour, goes on with one that was left, and begins one anew that was done. */
export function beginTour(state: TourState, tour: string, now: number): TourState {
  const known = state.progress[tour];
  const progress = known === undefined || known.done ? fresh(now) : known;
  return { active: tour, last: tour, progress: { ...state.progress, [tour]: progress } };
}

/** Takes the tour off the screen; how far it went stays. */
export function leaveTour(state: TourState): TourState {
  return { ...state, active: null };
}

/** Notes that a check of the step in front has held. */
export function passCheck(state: TourState, tour: string, step: number, check: number): TourState {
  return withProgress(state, tour, (progress) => {
    if (progress.step !== step || progress.passed[check] === true) return progress;
    const passed = Array.from({ length: Math.max(progress.passed.length, check + 1) }, (_, at) => progress.passed[at] ?? false);
    passed[check] = true;
    return { ...progress, passed };
  });
}

/** Puts another step in front; one past the last ends the tour. */
export function goToStep(state: TourState, tour: string, step: number, stepCount: number, now: number): TourState {
  return withProgress(state, tour, (progress) => {
    const next = Math.min(Math.max(step, 0), stepCount);
    return { step: next, reached: Math.max(progress.reached, next), since: now, passed: [], done: next === stepCount };
  });
}

/** Whether the way to the next step is open: every check has held, or the step was done before. */
export function isStepOpen(progress: TourProgress, checkCount: number): boolean {
  return progress.step < progress.reached || Array.from({ length: checkCount }, (_, at) => progress.passed[at] === true).every(Boolean);
}

/** State as stored; where the text is not that, none. */
export function parseTourState(text: string | null): TourState {
  try {
    const stored = JSON.parse(text ?? "null") as Partial<TourState> | null;
    if (typeof stored !== "object" || stored === null) return noTours;
    const entries = Object.entries(stored.progress ?? {}).filter(([, progress]) => isProgress(progress));
    const progress = Object.fromEntries(entries);
    const known = (id: unknown): string | null => (typeof id === "string" && id in progress ? id : null);
    return { active: known(stored.active), last: known(stored.last), progress };
  } catch {
    return noTours;
  }
}

function isProgress(value: unknown): value is TourProgress {
  if (typeof value !== "object" || value === null) return false;
  const { step, reached, since, passed, done } = value as Record<string, unknown>;
  return [step, reached, since].every(Number.isFinite) && typeof done === "boolean" && Array.isArray(passed);
}
