/** A button that opens a small form beside it. Focus goes in, stays, and returns on Escape. */
import type { ReactNode } from "react";
import { Button, DialogTrigger, Popover } from "react-aria-components";
import "./menu.css";

export interface PopoverButtonProps {
  /** Accessible name of the button, and of the form. */
  label: string;
  className?: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** What the button shows. */
  face: ReactNode;
  children: ReactNode;
}

export function PopoverButton({
  label,
  className = "button button-quiet button-small",
  open,
  onOpenChange,
  face,
  children,
}: PopoverButtonProps) {
  return (
    <DialogTrigger isOpen={open} onOpenChange={onOpenChange}>
      <Button className={className} aria-label={label}>
        {face}
      </Button>
      {/* Without a dialog inside, the popover is one itself, named by the button, with its hidden buttons to leave it. */}
      <Popover className="menu-popover popover-form" placement="top start" offset={4}>
        {children}
      </Popover>
    </DialogTrigger>
  );
}
