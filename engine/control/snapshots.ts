/** Snapshots over the control API: the store's own, and the word to every screen that everything may have changed. */
import type { EngineEvent } from "../contract/index.ts";
import type { Emitter } from "../support/lifecycle.ts";
import type { ControlServices } from "./services.ts";

interface SnapshotServiceOptions {
  readonly snapshots: ControlServices["snapshots"];
  readonly objects: ControlServices["objects"];
  readonly events: Emitter<EngineEvent>;
}

export function createSnapshotService({ snapshots, objects, events }: SnapshotServiceOptions): ControlServices["snapshots"] {
  return {
    list: () => snapshots.list(),
    save: (name) => snapshots.save(name),
    remove: (name) => snapshots.remove(name),
    async restore(name) {
      const restored = await snapshots.restore(name);
      for (const { name: container } of await objects.containers()) events.emit({ kind: "objects", container });
      events.emit({ kind: "objects", container: "" });
      events.emit({ kind: "workspace" });
      return restored;
    },
  };
}
