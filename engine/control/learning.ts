/** What teaches, put together: samples, tours and the demo point. Owns where their files lie. */
import { join } from "node:path";
import type { Clock } from "../support/clock.ts";
import type { AccountClient } from "../swift/account-client.ts";
import { readTours } from "../workspace/tours.ts";
import { createDemo } from "./demo.ts";
import { createGallery } from "./samples-gallery.ts";
import type { ControlServices } from "./services.ts";

interface LearningOptions {
  /** Holds samples/ and tours/. */
  readonly resourcesDirectory: string;
  readonly dataDirectory: string;
  readonly workspaceDirectory: string;
  readonly client: AccountClient;
  readonly snapshots: ControlServices["snapshots"];
  readonly clock: Clock;
  /** Told after a reset of a demo changed the author's files. */
  onReset(): void;
}

export function createLearning(options: LearningOptions): Pick<ControlServices, "gallery" | "tours" | "demo"> {
  const { resourcesDirectory, workspaceDirectory, client, snapshots, clock, onReset } = options;
  return {
    gallery: createGallery({ samplesDirectory: join(resourcesDirectory, "samples"), workspaceDirectory, client }),
    tours: () =>
      readTours([
        { origin: "built-in", directory: join(resourcesDirectory, "tours") },
        { origin: "workspace", directory: join(workspaceDirectory, "tours") },
      ]),
    demo: createDemo({ workspaceDirectory, directory: join(options.dataDirectory, "demo"), snapshots, clock, onReset }),
  };
}
