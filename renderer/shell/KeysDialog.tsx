/** The sheet of keyboard shortcuts, read from the command table. */
import { create } from "zustand";
import { useCommandHandler } from "../commands/registry.ts";
import { commands, type CommandCategory } from "../commands/table.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { KeyHint } from "../ui/KeyHint.tsx";

const useKeysDialog = create<{ open: boolean }>(() => ({ open: false }));

/** Keys that parts handle themselves, so the table does not hold them. */
const editorKeys = [
  { keys: "Ctrl+M", title: "Let Tab leave the code editor, or write a tab again" },
  { keys: "Ctrl+F", title: "Find in the file" },
  { keys: "Ctrl+Z", title: "Undo" },
];

export function KeysDialog() {
  const open = useKeysDialog((state) => state.open);
  useCommandHandler("help.keys", () => useKeysDialog.setState({ open: true }));
  if (!open) return null;
  const withKeys = commands.filter((command) => !command.internal && command.keys !== undefined);
  const categories = [...new Set(withKeys.map((command) => command.category))];
  return (
    <Dialog title="Keyboard shortcuts" wide onClose={() => useKeysDialog.setState({ open: false })}>
      <div className="keys-sheet" tabIndex={0} role="region" aria-label="Keyboard shortcuts">
        {categories.map((category) => (
          <KeyTable
            key={category}
            title={category}
            rows={withKeys
              .filter((command) => command.category === category)
              .map((command) => ({ title: command.title, keys: command.keys?.[0] ?? "" }))}
          />
        ))}
        <KeyTable title="Code" rows={editorKeys} />
      </div>
    </Dialog>
  );
}

function KeyTable({ title, rows }: { title: CommandCategory | "Code"; rows: readonly { title: string; keys: string }[] }) {
  return (
    <section>
      <h3>{title}</h3>
      <dl>
        {rows.map((row) => (
          <div key={row.title}>
            <dt>{row.title}</dt>
            <dd>
              <KeyHint keys={row.keys} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
