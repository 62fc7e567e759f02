/** The bar of a presentation, loaded when one begins. */
import { Suspense } from "react";
import { lazyPart } from "../../ui/lazy.ts";

const Bar = lazyPart(async () => (await import("./Bar.tsx")).Bar);

export function PresentationBar() {
  return (
    <Suspense fallback={null}>
      <Bar />
    </Suspense>
  );
}
