/** The one thing that objects are here for, as a button. */
import { CommandButton } from "../../commands/CommandButton.tsx";

export function RunStorletButton() {
  return (
    <CommandButton id="objects.runStorlet" size="small" variant="primary" icon="play">
      Run storlet
    </CommandButton>
  );
}
