/** Buttons that run a command: off where the command is, and saying why. */
import { Button, IconButton, type ButtonProps, type IconButtonProps } from "../ui/Button.tsx";
import { runCommand, useCommandReason } from "./registry.ts";
import { keysOf, type CommandArgument, type CommandId } from "./table.ts";

/** A command that needs to be told nothing. */
type PlainCommandId = { [Id in CommandId]: CommandArgument<Id> extends void ? Id : never }[CommandId];

type Own = "disabledReason" | "onPress" | "id";

/** Shows the command's keys, unless it is given others or none. */
export function CommandIcon({ id, ...look }: { id: PlainCommandId } & Omit<IconButtonProps, Own>) {
  return <IconButton keys={keysOf(id)} {...look} disabledReason={useCommandReason(id)} onPress={() => void runCommand(id)} />;
}

/** The same with words. */
export function CommandButton({ id, ...look }: { id: PlainCommandId } & Omit<ButtonProps, Own>) {
  return <Button keys={keysOf(id)} {...look} disabledReason={useCommandReason(id)} onPress={() => void runCommand(id)} />;
}
