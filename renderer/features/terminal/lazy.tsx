/** The terminal, loaded when it is first shown. */
import { lazy, Suspense } from "react";
import { Loading } from "../../ui/Loading.tsx";

const View = lazy(async () => ({ default: (await import("./TerminalView.tsx")).TerminalView }));

export function TerminalPanel() {
  return (
    <Suspense fallback={<Loading label="Opening the terminal" />}>
      <View />
    </Suspense>
  );
}
