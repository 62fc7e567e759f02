/** The public face of comparing. */
import { Suspense } from "react";
import { Loading } from "../../ui/Loading.tsx";
import { lazyPart } from "../../ui/lazy.ts";

const Page = lazyPart(async () => (await import("./ComparePage.tsx")).ComparePage);

export function CompareTab({ a, b }: { a: string; b: string }) {
  return (
    <Suspense fallback={<Loading label="Opening the comparison" rows={6} />}>
      <Page a={a} b={b} />
    </Suspense>
  );
}
