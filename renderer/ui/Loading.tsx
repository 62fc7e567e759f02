/** Waiting, honestly: nothing for 100 ms, then what is being done, how long it has taken, its deadline and Cancel. */
import { useState, type ReactNode } from "react";
import { Button } from "./Button.tsx";
import { formatSeconds } from "./format.ts";
import { Icon } from "./Icon.tsx";
import { useElapsed } from "./use-elapsed.ts";
import "./states.css";

export interface LoadingProps {
  /** What is being done: "Listing sensors". */
  label: string;
  /** Unix milliseconds; the moment of mounting unless told. */
  startedAt?: number;
  deadlineMs?: number;
  /** 0 to 1 where it is known. */
  progress?: number;
  onCancel?: () => void;
  /** Skeleton rows of real height shown from the first second on. */
  rows?: number;
  children?: ReactNode;
}

export function Loading({ label, startedAt, deadlineMs, progress, onCancel, rows = 0, children }: LoadingProps) {
  const [mountedAt] = useState(() => Date.now());
  const elapsedMs = useElapsed(startedAt ?? mountedAt, 200);
  if (elapsedMs < 100) return <div className="loading" aria-busy="true" />;
  const share = progress ?? (deadlineMs === undefined ? null : Math.min(1, elapsedMs / deadlineMs));
  return (
    <div className="loading" role="status" aria-busy="true">
      {elapsedMs >= 1000 &&
        Array.from({ length: rows }, (_, index) => (
          <span key={index} className="skeleton" style={{ width: `${82 - ((index * 17) % 34)}%` }} />
        ))}
      <div className="loading-line">
        <Icon name="loading" size={14} tone="info" spin />
        <span className="grow cut">{label}</span>
        {elapsedMs >= 1000 && (
          <span className="tone-2" aria-hidden="true">
            {formatSeconds(elapsedMs)}
            {deadlineMs !== undefined && ` of ${formatSeconds(deadlineMs)}`}
          </span>
        )}
        {onCancel && (
          <Button size="small" variant="quiet" onPress={onCancel}>
            Cancel
          </Button>
        )}
      </div>
      {elapsedMs >= 1000 && share !== null && (
        <div className="loading-bar" role="presentation">
          <span style={{ transform: `scaleX(${share})` }} />
        </div>
      )}
      {children}
    </div>
  );
}
