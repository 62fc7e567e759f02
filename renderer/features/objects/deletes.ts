/** Deleting on the screen: expands folders, counts down in a toast, and says what came of it. */
import { create } from "zustand";
import { problemOf } from "../../api/problems.ts";
import { closeToast, showToast } from "../../ui/Toasts.tsx";
import { formatCounted } from "../../ui/format.ts";
import { registerCommand } from "../../commands/registry.ts";
import { createPendingDeletes, type DeleteBatch, type DeleteReport } from "./pending-deletes.ts";
import type { Picked } from "./selection.ts";
import { deleteContainer, deleteObject, headListed, listBelow } from "./swift-requests.ts";

export const useDeletes = create<{ batches: readonly DeleteBatch[] }>(() => ({ batches: [] }));

const titleOf = ({ objects, container, id }: Pick<DeleteBatch, "objects" | "container" | "id">): string => {
  const [only] = objects;
  const what = objects.length === 1 && only !== undefined ? only.name : formatCounted(objects.length, "object");
  return `${what} of ${container} will be deleted${id > 1 ? ` (${id})` : ""}`;
};

function report(batch: DeleteBatch, { deleted, changed, failed }: DeleteReport): void {
  closeToast(titleOf(batch));
  if (failed.length > 0) {
    const [first] = failed;
    showToast({
      tone: "error",
      title: `${formatCounted(failed.length, "object was", "objects were")} not deleted`,
      detail: `${first?.name ?? ""}: ${first?.reason ?? ""}`,
    });
  }
  if (changed.length > 0) {
    const names = changed.slice(0, 3).join(", ");
    showToast({
      tone: "warn",
      title: `${formatCounted(changed.length, "object was", "objects were")} kept`,
      detail: `Changed since: ${names}`,
    });
  }
  if (deleted > 0 && batch.objects.length > 1) {
    showToast({ tone: "info", title: `${formatCounted(deleted, "object")} of ${batch.container} deleted` });
  }
}

const pending = createPendingDeletes({
  async lastModifiedMs(container, object) {
    const headers = await headListed({ container, object });
    return headers === null ? null : Math.floor(Number(headers.get("x-timestamp")) * 1000);
  },
  remove: (container, object) => deleteObject({ container, object }),
  now: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
  describeError: (error) => problemOf(error).message,
  onChange(batches) {
    useDeletes.setState({ batches });
    offerUndo(batches);
  },
  onEnd: report,
});

let stopOffer: (() => void) | null = null;

/** The command that undoes the last delete is there as long as there is one. */
function offerUndo(batches: readonly DeleteBatch[]): void {
  const last = batches.findLast(({ state }) => state === "waiting");
  stopOffer?.();
  stopOffer = last === undefined ? null : registerCommand("objects.undoDelete", () => undo(last));
}

function undo(batch: DeleteBatch): void {
  if (pending.undo(batch.id)) closeToast(titleOf(batch));
  else showToast({ tone: "warn", title: "The delete has begun and cannot be undone" });
}

/** The objects that are meant: a folder stands for everything below it now. */
async function expand(container: string, picked: readonly Picked[]): Promise<Picked[]> {
  const objects = picked.filter(({ folder }) => !folder);
  for (const { name } of picked.filter(({ folder }) => folder)) {
    for await (const rows of listBelow(container, name, new AbortController().signal)) {
      objects.push(...rows.map(({ name: object, bytes, lastModified }) => ({ name: object, folder: false, bytes, lastModified })));
    }
  }
  return objects;
}

/** Asks for a delete that can be undone for eight seconds. */
export async function deletePicked(container: string, picked: readonly Picked[]): Promise<void> {
  const waiting = new Set(
    useDeletes.getState().batches.flatMap((batch) => (batch.container === container ? batch.objects.map(({ name }) => name) : [])),
  );
  const objects = (await expand(container, picked)).filter(({ name }) => !waiting.has(name));
  if (objects.length === 0) return;
  const batch = pending.ask(container, objects);
  showToast({
    tone: "warn",
    title: titleOf(batch),
    detail: "Until then they stay in Swift as they are; closing the page keeps them.",
    action: { label: "Undo", onPress: () => undo(batch) },
    until: batch.endsAt,
  });
}

/** An object that was just written is not deleted by an older wish. */
export function keepWritten(container: string, object: string): void {
  pending.keep(container, object);
}

/** True for rows that wait for their delete. */
export function useIsLeaving(container: string): (name: string, folder: boolean) => boolean {
  const batches = useDeletes((state) => state.batches);
  const names = new Set(batches.flatMap((batch) => (batch.container === container ? batch.objects.map(({ name }) => name) : [])));
  return (name, folder) => !folder && names.has(name);
}

/** Deletes an empty container; what Swift says against it is shown. */
export async function removeContainer(container: string): Promise<void> {
  await deleteContainer(container);
  showToast({ tone: "info", title: `Container ${container} deleted` });
}
