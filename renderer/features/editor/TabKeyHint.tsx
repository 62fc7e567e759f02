/** Tells people who came by keyboard how to leave the code editor again, until they say that they know. */
import { useEffect, useState } from "react";
import { LinkButton } from "../../ui/Button.tsx";
import { KeyHint } from "../../ui/KeyHint.tsx";

const knownKey = "studio.hints.tabKey";
const shownMs = 8000;

let lastInput: "keyboard" | "pointer" = "pointer";
if (typeof window !== "undefined") {
  window.addEventListener("keydown", () => (lastInput = "keyboard"), { capture: true });
  window.addEventListener("pointerdown", () => (lastInput = "pointer"), { capture: true });
}

function isKnown(): boolean {
  try {
    return localStorage.getItem(knownKey) === "known";
  } catch {
    return false;
  }
}

/** Takes the hint away where it is shown: of two editors, the one with the focus shows it. */
let hideShown: (() => void) | null = null;

/** `entries` grows whenever the focus comes into the editor. */
export function TabKeyHint({ entries }: { entries: number }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (entries === 0 || lastInput !== "keyboard" || isKnown()) return;
    hideShown?.();
    setShown(true);
    const hide = () => setShown(false);
    hideShown = hide;
    const timer = setTimeout(hide, shownMs);
    return () => {
      clearTimeout(timer);
      hide();
      if (hideShown === hide) hideShown = null;
    };
  }, [entries]);
  if (!shown) return null;
  const silence = () => {
    try {
      localStorage.setItem(knownKey, "known");
    } catch {
      // Then it is said again next time.
    }
    setShown(false);
  };
  return (
    <div className="tab-key-hint" role="status">
      <span>
        <KeyHint keys="Tab" /> writes a tab here. <KeyHint keys="Ctrl+M" /> lets it move on, <KeyHint keys="F6" /> goes to the next region.
      </span>
      <LinkButton onPress={silence}>Do not show again</LinkButton>
    </div>
  );
}
