/** The public face of learn. What is drawn is loaded when it is first shown. */
export { LearnCommands } from "./LearnCommands.tsx";
export { LearnView, SamplesTab, TourRegion } from "./lazy.tsx";
export { useTourOn } from "./tour-store.ts";
