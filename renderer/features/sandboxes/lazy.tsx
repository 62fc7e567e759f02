/** The page of sandboxes, loaded when it is first opened. */
import { Suspense } from "react";
import { Loading } from "../../ui/Loading.tsx";
import { lazyPart } from "../../ui/lazy.ts";

const Page = lazyPart(async () => (await import("./SandboxesPage.tsx")).SandboxesPage);

export function SandboxesTab() {
  return (
    <Suspense fallback={<Loading label="Opening the sandboxes" rows={6} />}>
      <Page />
    </Suspense>
  );
}
