/** Buttons of commands on what is selected or open: off where the command is, and saying why. */
import { runCommand, useCommandReason } from "../../commands/registry.ts";
import { keysOf } from "../../commands/table.ts";
import { Button, IconButton } from "../../ui/Button.tsx";
import type { IconName } from "../../ui/Icon.tsx";

interface CommandIconProps {
  id: "objects.download" | "objects.copy" | "objects.rename" | "objects.delete";
  icon: IconName;
  label: string;
  keys?: string | undefined;
}

export function CommandIcon({ id, ...rest }: CommandIconProps) {
  const reason = useCommandReason(id);
  return <IconButton {...rest} disabledReason={reason} onPress={() => void runCommand(id)} />;
}

export function RunStorletButton() {
  const reason = useCommandReason("objects.runStorlet");
  return (
    <Button
      size="small"
      variant="primary"
      icon="play"
      keys={keysOf("objects.runStorlet")}
      disabledReason={reason}
      onPress={() => void runCommand("objects.runStorlet")}
    >
      Run storlet
    </Button>
  );
}
