/** The form and its result, loaded right after the first paint; what a run needs is there before. */
import { Suspense } from "react";
import { Loading } from "../../ui/Loading.tsx";
import { lazyPart } from "../../ui/lazy.ts";

const load = () => import("./InvokeInspector.tsx");
const Inspector = lazyPart(async () => (await load()).InvokeInspector);

/** Starts loading the form. What fails here is asked for again when it is shown. */
export function preloadInvoke(): void {
  load().catch(() => {});
}

export function InvokeInspector() {
  return (
    <Suspense fallback={<Loading label="Opening Invoke" rows={6} />}>
      <Inspector />
    </Suspense>
  );
}
