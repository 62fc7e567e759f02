/** Learn's parts, loaded when they are first shown. */
import { Suspense } from "react";
import { Loading } from "../../ui/Loading.tsx";
import { useTourOn } from "./tour-store.ts";
import { lazyPart } from "../../ui/lazy.ts";

const View = lazyPart(async () => (await import("./LearnSide.tsx")).LearnSide);
const Page = lazyPart(async () => (await import("./SamplesPage.tsx")).SamplesPage);
const Pane = lazyPart(async () => (await import("./TourPane.tsx")).TourPane);

export function LearnView() {
  return (
    <Suspense fallback={<Loading label="Reading the tours" rows={6} />}>
      <View />
    </Suspense>
  );
}

export function SamplesTab() {
  return (
    <Suspense fallback={<Loading label="Reading the samples" rows={6} />}>
      <Page />
    </Suspense>
  );
}

/** The tour that is under way, as a column or a strip; nothing where there is none. `view`: what the side bar shows, null where closed. */
export function TourRegion({ view, below }: { view: string | null; below: boolean }) {
  const on = useTourOn();
  if (!on) return null;
  return (
    <Suspense fallback={null}>
      <Pane view={view} below={below} />
    </Suspense>
  );
}
