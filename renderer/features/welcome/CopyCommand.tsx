/** A command for a terminal, and the button that copies it. Needs `welcome.css`. */
import { useState } from "react";
import { Button, type ButtonProps } from "../../ui/Button.tsx";

export function CopyCommand({ command, ...look }: { command: string } & Pick<ButtonProps, "size" | "variant">) {
  const [copied, setCopied] = useState<string | null>(null);
  const isCopied = copied === command;
  return (
    <div className="doctor-command">
      <code className="mono">{command}</code>
      <Button
        {...look}
        icon={isCopied ? "check" : "copy"}
        onPress={() => void navigator.clipboard.writeText(command).then(() => setCopied(command))}
      >
        {isCopied ? "Copied" : "Copy command"}
      </Button>
    </div>
  );
}
