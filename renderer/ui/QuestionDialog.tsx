/** A dialog with one form: Enter does it, the button says what goes on, and what is wrong is said at the field. */
import { useState, type FormEvent, type ReactNode } from "react";
import { Button } from "./Button.tsx";
import { Dialog } from "./Dialog.tsx";

export interface QuestionDialogProps {
  title: string;
  /** The words of the button that does it. */
  verb: string;
  disabledReason?: string | null;
  wide?: boolean;
  /** Answers a sentence where it cannot be done; null closes the dialog. */
  onSubmit: () => Promise<string | null>;
  onClose: () => void;
  children: (problem: string | null) => ReactNode;
}

export function QuestionDialog({ title, verb, disabledReason = null, wide = false, onSubmit, onClose, children }: QuestionDialogProps) {
  const [startedAt, setStartedAt] = useState<number | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const submit = async (): Promise<void> => {
    if (startedAt !== null || disabledReason !== null) return;
    setStartedAt(Date.now());
    const said = await onSubmit();
    setStartedAt(null);
    setProblem(said);
    if (said === null) onClose();
  };
  return (
    <Dialog
      title={title}
      wide={wide}
      onClose={onClose}
      footer={
        <>
          <Button
            variant="primary"
            busy={startedAt === null ? null : { label: verb, startedAt }}
            disabledReason={disabledReason}
            onPress={() => void submit()}
          >
            {verb}
          </Button>
          <Button onPress={onClose}>Cancel</Button>
        </>
      }
    >
      <form
        className="dialog-form"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          void submit();
        }}
      >
        {children(problem)}
        <button type="submit" hidden tabIndex={-1} aria-hidden="true" />
      </form>
    </Dialog>
  );
}
