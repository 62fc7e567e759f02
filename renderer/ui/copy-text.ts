/** Puts a text on the clipboard and says so. */
import { showToast } from "./Toasts.tsx";

const shownLength = 80;

export async function copyText(text: string): Promise<void> {
  await navigator.clipboard.writeText(text);
  const shown = text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
  showToast({ tone: "success", title: "Copied", detail: shown });
}
