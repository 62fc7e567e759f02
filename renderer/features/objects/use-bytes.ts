/** Bytes of a source as React sees them: asked for while they are looked at. */
import { useEffect, useMemo, useSyncExternalStore } from "react";
import type { ByteSource } from "./byte-source.ts";

/** Bytes `start` to `end` (not included); null until they are here. `who` names the part that looks. */
export function useBytes(source: ByteSource, who: string, start: number, end: number): Uint8Array | null {
  const version = useSyncExternalStore(source.subscribe, () => source.version);
  useEffect(() => source.want(who, start, end), [source, who, start, end, version]);
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- the version stands for what has arrived
  return useMemo(() => source.peek(start, end), [source, start, end, version]);
}

export function useSourceProblem(source: ByteSource): string | null {
  return useSyncExternalStore(source.subscribe, () => source.problem);
}
