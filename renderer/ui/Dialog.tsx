/** What lies over the page and dims it: dialogs and the frame of the palette. Focus stays inside and returns on close. */
import type { ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { IconButton } from "./Button.tsx";
import { classNames } from "./class-names.ts";
import "./dialog.css";

export interface OverlayProps {
  label: string;
  onClose: () => void;
  className?: string;
  children: ReactNode;
}

/** A bare modal at the top of the window. */
export function Overlay({ label, onClose, className, children }: OverlayProps) {
  return (
    <ModalOverlay
      className="overlay-scrim"
      isOpen
      isDismissable
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Modal className={classNames("overlay", className)}>
        <AriaDialog className="overlay-dialog" aria-label={label}>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

export interface DialogProps {
  title: string;
  onClose: () => void;
  /** Buttons at the bottom; the primary one first. */
  footer?: ReactNode;
  wide?: boolean;
  children: ReactNode;
}

export function Dialog({ title, onClose, footer, wide = false, children }: DialogProps) {
  return (
    <Overlay label={title} onClose={onClose} className={classNames("dialog", wide && "dialog-wide")}>
      <header className="dialog-head">
        <Heading slot="title" level={2}>
          {title}
        </Heading>
        <IconButton icon="close" label="Close" keys="Escape" onPress={onClose} />
      </header>
      <div className="dialog-body">{children}</div>
      {footer !== undefined && <footer className="dialog-foot">{footer}</footer>}
    </Overlay>
  );
}
