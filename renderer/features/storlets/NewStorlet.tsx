/** Connects the command that makes a storlet; the dialog is loaded when it is first wanted. Mounted once. */
import { lazy, Suspense, useState } from "react";
import { useEngineAwayReason } from "../../api/queries.ts";
import { useCommandHandler } from "../../commands/registry.ts";

const NewStorletDialog = lazy(async () => ({ default: (await import("./NewStorletDialog.tsx")).NewStorletDialog }));

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
