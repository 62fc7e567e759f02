/** Messages for things whose cause is out of sight: bottom right, at most three. Errors stay until closed. */
import { useEffect } from "react";
import { create } from "zustand";
import { IconButton, LinkButton } from "./Button.tsx";
import { Icon, type IconName } from "./Icon.tsx";
import "./toasts.css";

export interface Toast {
  tone: "info" | "success" | "warn" | "error";
  title: string;
  detail?: string | undefined;
  action?: { label: string; onPress: () => void } | undefined;
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

function ToastView({ toast }: { toast: ShownToast }) {
  const close = () => useToastStore.setState(({ toasts }) => ({ toasts: toasts.filter((other) => other.id !== toast.id) }));
  useEffect(() => {
    if (toast.tone === "error") return;
    const timer = setTimeout(close, keepMs);
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
        </LinkButton>
      )}
      <IconButton icon="close" label="Close notification" onPress={close} />
    </div>
  );
}
