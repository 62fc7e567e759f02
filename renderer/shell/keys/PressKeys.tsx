/** Asks for the new keys of a command: they are pressed, not typed. Says what has them already. */
import { useEffect, useState, type KeyboardEvent } from "react";
import { suspendKeys } from "../../commands/dispatcher.ts";
import { useKeyBindings } from "../../commands/key-bindings.ts";
import { clashingCommands } from "../../commands/key-sequences.ts";
import { keysOfEvent } from "../../commands/keys.ts";
import { commandOf } from "../../commands/table.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { isMac, keyText } from "../../ui/KeyHint.tsx";
import { addPress, refuseKeys, type KeyRow } from "./key-rows.ts";

interface PressKeysProps {
  row: KeyRow;
  onClose: () => void;
  /** Called with the keys that the command shall have. */
  onKeep: (keys: readonly string[]) => void;
}

export function PressKeys({ row, onClose, onKeep }: PressKeysProps) {
  const all = useKeyBindings((state) => state.all);
  const [keys, setKeys] = useState<string | null>(null);
  useEffect(() => suspendKeys(), []);
  const refused = keys === null ? null : refuseKeys(keys);
  const clashes = keys === null ? [] : clashingCommands(all, keys, row.command.id);
  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    const pressed = keysOfEvent(event, isMac);
    // Without a modifier these leave the field, the dialog, or keep what was pressed.
    if (pressed === null || ["Tab", "Shift+Tab", "Escape"].includes(pressed)) return;
    event.preventDefault();
    if (pressed === "Enter") {
      if (keys !== null && refused === null) onKeep([keys]);
      return;
    }
    if (pressed === "Backspace") return setKeys(null);
    setKeys(addPress(keys, pressed));
  };
  return (
    <Dialog
      title={`Keys for “${row.command.title}”`}
      onClose={onClose}
      footer={
        <>
          <Button
            variant="primary"
            disabledReason={keys === null ? "Press keys first." : refused}
            onPress={() => keys !== null && onKeep([keys])}
          >
            Use these keys
          </Button>
          <Button disabledReason={row.keys.length === 0 ? "It has none." : null} onPress={() => onKeep([])}>
            No keys
          </Button>
          <Button onPress={onClose}>Cancel</Button>
        </>
      }
    >
      <div className="press-keys">
        <input
          autoFocus
          readOnly
          className="press-keys-field"
          aria-label="Press the new keys"
          aria-describedby="press-keys-words"
          value={keys === null ? "" : keyText(keys)}
          placeholder={row.keys.length === 0 ? "Press keys" : `Press keys, now ${row.keys.map(keyText).join(" or ")}`}
          onKeyDown={press}
        />
        <p id="press-keys-words" className="tone-2">
          One press such as Ctrl+Alt+R, or two in a row such as Ctrl+K R. Enter keeps them, Backspace clears, Escape leaves.
        </p>
        <p role="status" className={refused === null ? "tone-warn" : "tone-error"}>
          {refused ??
            (clashes.length > 0
              ? `${clashes.map(({ id, keys: theirs }) => `${keyText(theirs)} is “${commandOf(id).title}”`).join("; ")}. Yours will win.`
              : "")}
        </p>
      </div>
    </Dialog>
  );
}
