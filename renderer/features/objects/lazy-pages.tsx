/** The large parts of the object browser, loaded when they are first shown. */
import { Suspense } from "react";
import { Loading } from "../../ui/Loading.tsx";
import { useObjectDialog } from "./dialog-store.ts";
import type { ObjectPlace } from "./swift-requests.ts";
import { lazyPart } from "../../ui/lazy.ts";

const ContainerPageView = lazyPart(async () => (await import("./ContainerPage.tsx")).ContainerPage);
const ObjectPageView = lazyPart(async () => (await import("./ObjectPage.tsx")).ObjectPage);
const PreviewPanelView = lazyPart(async () => (await import("./ObjectPage.tsx")).PreviewPanel);
const ObjectDetailsView = lazyPart(async () => (await import("./ObjectDetails.tsx")).ObjectDetails);
const DialogView = lazyPart(async () => (await import("./ObjectDialogs.tsx")).ObjectDialogView);

const loading = <Loading label="Loading the object browser" rows={4} />;

export function ContainerPage({ container }: { container: string }) {
  return (
    <Suspense fallback={loading}>
      <ContainerPageView container={container} />
    </Suspense>
  );
}

export function ObjectPage({ container, object }: ObjectPlace) {
  return (
    <Suspense fallback={loading}>
      <ObjectPageView container={container} object={object} />
    </Suspense>
  );
}

export function PreviewPanel() {
  return (
    <Suspense fallback={loading}>
      <PreviewPanelView />
    </Suspense>
  );
}

export function ObjectDetails() {
  return (
    <Suspense fallback={loading}>
      <ObjectDetailsView />
    </Suspense>
  );
}

export function ObjectDialogs() {
  const dialog = useObjectDialog((state) => state.dialog);
  return dialog === null ? null : (
    <Suspense>
      <DialogView dialog={dialog} />
    </Suspense>
  );
}
