/** The page of a run, loaded when the first one is opened. */
import { lazy, Suspense } from "react";
import { Loading } from "../../ui/Loading.tsx";

const Page = lazy(async () => ({ default: (await import("./RunPage.tsx")).RunPage }));

export function RunTab({ id }: { id: string }) {
  return (
    <Suspense fallback={<Loading label="Opening the run" rows={6} />}>
      <Page id={id} />
    </Suspense>
  );
}
