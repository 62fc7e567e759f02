/** The page of sandboxes, loaded when it is first opened. */
import { lazy, Suspense } from "react";
import { Loading } from "../../ui/Loading.tsx";

const Page = lazy(async () => ({ default: (await import("./SandboxesPage.tsx")).SandboxesPage }));

export function SandboxesTab() {
  return (
    <Suspense fallback={<Loading label="Opening the sandboxes" rows={6} />}>
      <Page />
    </Suspense>
  );
}
