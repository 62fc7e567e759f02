/** Connects the commands of presentation and demo. Draws nothing; mounted once. */
import { useConnection, useDemo } from "../../api/queries.ts";
import { useCommandHandler } from "../../commands/registry.ts";
import { setPresentation, usePresentation } from "../../theme/presentation.ts";
import { resetDemo, setDemoPoint, undoReset } from "./demo.ts";

export function PresentationCommands() {
  const connected = useConnection().state === "connected";
  const { data } = useDemo(connected);
  useCommandHandler("presentation.toggle", async () => {
    const on = !usePresentation.getState().on;
    setPresentation(on);
    // Whatever happens on stage, the way back is there.
    if (on && connected) await setDemoPoint(true);
  });
  useCommandHandler("demo.set", () => setDemoPoint());
  useCommandHandler("demo.reset", resetDemo, data?.point == null ? "Set a demo point first." : null);
  useCommandHandler("demo.undoReset", undoReset, data?.canUndo === true ? null : "No reset of a demo to undo.");
  return null;
}
