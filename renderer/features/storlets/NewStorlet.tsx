/** Connects the command that makes a storlet; the dialog is loaded when it is first wanted. Mounted once. */
import { Suspense, useState } from "react";
import { useEngineAwayReason } from "../../api/queries.ts";
import { useCommandHandler } from "../../commands/registry.ts";
import { lazyPart } from "../../ui/lazy.ts";

const NewStorletDialog = lazyPart(async () => (await import("./NewStorletDialog.tsx")).NewStorletDialog);

export function NewStorlet() {
  const away = useEngineAwayReason();
  const [open, setOpen] = useState(false);
  useCommandHandler("storlet.new", () => setOpen(true), away);
  if (!open) return null;
  return (
    <Suspense fallback={null}>
      <NewStorletDialog onClose={() => setOpen(false)} />
    </Suspense>
  );
}
