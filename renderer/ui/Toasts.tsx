/** Messages for things whose cause is out of sight: bottom right, at most three. Errors stay until closed. */
import { useEffect, useState } from "react";
import { create } from "zustand";
import { IconButton, LinkButton } from "./Button.tsx";
import { formatSeconds } from "./format.ts";
import { Icon, type IconName } from "./Icon.tsx";
import { useElapsed } from "./use-elapsed.ts";
import "./toasts.css";

export interface Toast {
  tone: "info" | "success" | "warn" | "error";
  title: string;
  detail?: string | undefined;
  action?: { label: string; onPress: () => void } | undefined;
  /** Unix milliseconds until which the action can be taken: counted down, then the toast leaves. */
  until?: number | undefined;
}
interface ShownToast extends Toast {
  id: number;
}

const keepMs = 8000;
const maxToasts = 3;
let lastId = 0;
const useToastStore = create<{ toasts: ShownToast[] }>(() => ({ toasts: [] }));

/** Shows a toast; a second one with the same title takes the place of the first. */
export function showToast(toast: Toast): void {
  lastId += 1;
  const shown: ShownToast = { ...toast, id: lastId };
  useToastStore.setState(({ toasts }) => ({ toasts: [...toasts.filter((other) => other.title !== toast.title), shown].slice(-maxToasts) }));
}

/** Takes the toast with this title away. */
export function closeToast(title: string): void {
  useToastStore.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.title !== title) }));
}

const icons: Record<Toast["tone"], IconName> = { info: "info", success: "pass", warn: "warning", error: "error" };

/** Mounted once, by the shell. */
export function Toasts() {
  const toasts = useToastStore((state) => state.toasts);
  return (
    <div className="toasts" role="region" aria-label="Notifications" aria-live="polite">
      {toasts.map((toast) => (
        <ToastView key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

/** The seconds that are left. Not announced: a polite region would read each of them. */
function Countdown({ until }: { until: number }) {
  const [startedAt] = useState(() => Date.now());
  const elapsedMs = useElapsed(startedAt, 200);
  return <span aria-hidden="true">, {formatSeconds(Math.max(0, until - startedAt - elapsedMs + 999))}</span>;
}

function ToastView({ toast }: { toast: ShownToast }) {
  const close = () => useToastStore.setState(({ toasts }) => ({ toasts: toasts.filter((other) => other.id !== toast.id) }));
  useEffect(() => {
    if (toast.tone === "error") return;
    const timer = setTimeout(close, toast.until === undefined ? keepMs : Math.max(0, toast.until - Date.now()));
    return () => clearTimeout(timer);
  });
  const { action } = toast;
  return (
    <div className="toast">
      <Icon name={icons[toast.tone]} tone={toast.tone} />
      <div className="grow">
        <p className="strong">{toast.title}</p>
        {toast.detail !== undefined && <p className="tone-2">{toast.detail}</p>}
      </div>
      {action && (
        <LinkButton
          onPress={() => {
            action.onPress();
            close();
          }}
        >
          {action.label}
          {toast.until !== undefined && <Countdown until={toast.until} />}
        </LinkButton>
      )}
      <IconButton icon="close" label="Close notification" onPress={close} />
    </div>
  );
}
