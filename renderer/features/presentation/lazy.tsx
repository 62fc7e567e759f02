/** The bar of a presentation, loaded when one begins. */
import { lazy, Suspense } from "react";

const Bar = lazy(async () => ({ default: (await import("./Bar.tsx")).Bar }));

export function PresentationBar() {
  return (
    <Suspense fallback={null}>
      <Bar />
    </Suspense>
  );
}
