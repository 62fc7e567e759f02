/** Which key presses an audience is shown. Pure. */
import { keysOfEvent } from "../../commands/keys.ts";

/** What an event's target tells of itself. */
export interface KeyTarget {
  tag: string;
  /** Of an input. */
  type: string;
  isEditable: boolean;
}

type KeyEventLike = Parameters<typeof keysOfEvent>[0];

const noText = new Set(["button", "checkbox", "color", "file", "image", "radio", "range", "reset", "submit"]);

/** Whether what is typed there becomes text that is seen where it is typed. */
function takesText({ tag, type, isEditable }: KeyTarget): boolean {
  return isEditable || tag === "TEXTAREA" || (tag === "INPUT" && !noText.has(type));
}

/**
 * The keys to show, like `Ctrl+Enter`; null for none. Nothing at all is shown of a password field, not even its length; letters typed
 * into a text are seen there already.
 */
export function shownKeys(event: KeyEventLike, target: KeyTarget, mac: boolean): string | null {
  if (target.tag === "INPUT" && target.type === "password") return null;
  const keys = keysOfEvent(event, mac);
  if (keys === null) return null;
  const isCharacter = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
  return isCharacter && takesText(target) ? null : keys;
}
