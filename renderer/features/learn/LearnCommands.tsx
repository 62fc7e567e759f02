/** Connects the commands that begin tours and run samples of the gallery. Draws nothing; mounted once. */
import { useEffect } from "react";
import { useConnectionStore } from "../../api/connection.ts";
import { runCommand, useCommandHandler } from "../../commands/registry.ts";
import { addSamples } from "./add-samples.ts";
import { leaveTour } from "./tour-progress.ts";
import { changeTours, restoreTours, startTour, useTourOn, useTourStore } from "./tour-store.ts";

/** The tour that Welcome offers. */
const firstTour = "built-in/first-storlet";

export function LearnCommands() {
  const epoch = useConnectionStore((state) => state.epoch);
  const last = useTourStore((state) => state.last);
  const on = useTourOn();
  useEffect(() => {
    if (epoch > 0) void restoreTours();
  }, [epoch]);
  useCommandHandler("tour.startFirst", () => startTour(firstTour));
  useCommandHandler("tour.start", ({ tour }) => startTour(tour));
  useCommandHandler(
    "tour.resume",
    async () => {
      if (last !== null) await startTour(last);
    },
    last === null ? "No tour was begun yet." : on ? "A tour is under way." : null,
  );
  useCommandHandler("tour.leave", () => changeTours(leaveTour), on ? null : "No tour is under way.");
  useCommandHandler("learn.runSample", async ({ name }) => {
    await addSamples([name]);
    await runCommand("sample.run", { storlet: name });
  });
  return null;
}
