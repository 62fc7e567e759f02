/** The public face of comparing. */
import { lazy, Suspense } from "react";
import { Loading } from "../../ui/Loading.tsx";

const Page = lazy(async () => ({ default: (await import("./ComparePage.tsx")).ComparePage }));

export function CompareTab({ a, b }: { a: string; b: string }) {
  return (
    <Suspense fallback={<Loading label="Opening the comparison" rows={6} />}>
      <Page a={a} b={b} />
    </Suspense>
  );
}
