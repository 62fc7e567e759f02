/** Opens the sheet of keyboard shortcuts. Mounted once; the sheet itself is loaded when it is asked for. */
import { Suspense, useState } from "react";
import { useCommandHandler } from "../../commands/registry.ts";
import { Loading } from "../../ui/Loading.tsx";
import { lazyPart } from "../../ui/lazy.ts";

const KeysSheet = lazyPart(async () => (await import("./KeysSheet.tsx")).KeysSheet);

export function KeysDialog() {
  const [open, setOpen] = useState<{ command: string | null } | null>(null);
  useCommandHandler("help.keys", () => setOpen({ command: null }));
  useCommandHandler("keys.rebind", ({ command }) => setOpen({ command }));
  if (open === null) return null;
  return (
    <Suspense fallback={<Loading label="Opening the sheet of keys" />}>
      <KeysSheet command={open.command} onClose={() => setOpen(null)} />
    </Suspense>
  );
}
