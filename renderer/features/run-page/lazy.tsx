/** The page of a run, loaded when the first one is opened. */
import { Suspense } from "react";
import { Loading } from "../../ui/Loading.tsx";
import { lazyPart } from "../../ui/lazy.ts";

const Page = lazyPart(async () => (await import("./RunPage.tsx")).RunPage);

export function RunTab({ id }: { id: string }) {
  return (
    <Suspense fallback={<Loading label="Opening the run" rows={6} />}>
      <Page id={id} />
    </Suspense>
  );
}
