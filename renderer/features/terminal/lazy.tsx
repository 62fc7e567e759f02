/** The terminal, loaded when it is first shown. */
import { Suspense } from "react";
import { Loading } from "../../ui/Loading.tsx";
import { lazyPart } from "../../ui/lazy.ts";

const View = lazyPart(async () => (await import("./TerminalView.tsx")).TerminalView);

export function TerminalPanel() {
  return (
    <Suspense fallback={<Loading label="Opening the terminal" />}>
      <View />
    </Suspense>
  );
}
