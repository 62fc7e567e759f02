/** How much the versions of a container take up. Owns that question alone: listings, summaries and quotas ask it. */
import type { ContainerRecord, Store } from "../../../store/types.ts";
import { readVersioning } from "./names.ts";

/** Bytes in the hidden container of versions, on top of what the container itself counts. */
export function versionsBytes(store: Pick<Store, "findContainer">, account: string, metadata: ContainerRecord["metadata"]): number {
  const versioning = readVersioning(metadata);
  return versioning === null ? 0 : (store.findContainer(account, versioning.container)?.bytesUsed ?? 0);
}
