/** What appears here, why it is empty now, and one thing to do. Left-aligned, in place. */
import type { ReactNode } from "react";
import { Button } from "./Button.tsx";
import "./states.css";

export interface EmptyStateProps {
  /** One sentence: what appears here. */
  title: ReactNode;
  /** One sentence: why it is empty now. */
  reason?: ReactNode;
  action?: { label: string; onPress: () => void; disabledReason?: string | null };
}

export function EmptyState({ title, reason, action }: EmptyStateProps) {
  return (
    <div className="empty-state">
      <p className="empty-state-title">{title}</p>
      {reason !== undefined && <p className="empty-state-reason">{reason}</p>}
      {action && (
        <Button disabledReason={action.disabledReason} onPress={action.onPress}>
          {action.label}
        </Button>
      )}
    </div>
  );
}
