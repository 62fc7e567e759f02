/** Accessibility help and plain text of the view that has the focus: connects their commands. The dialogs are loaded when asked for. */
import { Suspense, useEffect } from "react";
import { guardCommand, registerFallback, useCommandHandler } from "../../commands/registry.ts";
import { fileAsText } from "../../features/editor/index.ts";
import { showToast } from "../../ui/Toasts.tsx";
import { setSilent, topicOf, useHelp, viewOf, type HelpTopic } from "./topics.ts";
import { lazyPart } from "../../ui/lazy.ts";

const HelpDialogs = lazyPart(async () => (await import("./HelpDialogs.tsx")).HelpDialogs);

/** Views whose pages have a twin of their own, which their commands show. */
const ownTwins: ReadonlySet<HelpTopic> = new Set([
  "page:run",
  "page:object",
  "page:sandboxes",
  "panel:preview",
  "panel:logs",
  "panel:terminal",
]);

async function showPlainText(): Promise<void> {
  const view = viewOf(document.activeElement);
  if (view === null) return;
  const topic = topicOf(view);
  const [{ helpTexts }, { plainTextOf }] = await Promise.all([import("./help-texts.ts"), import("./plain-text.ts")]);
  const text = topic === "page:file" ? fileAsText() : plainTextOf(view);
  useHelp.setState({ plain: { title: helpTexts[topic].title, text } });
}

export function HelpHost() {
  const { open, plain, silent } = useHelp();
  useCommandHandler("help.view", () => useHelp.setState({ open: topicOf(viewOf(document.activeElement)) }));
  useCommandHandler("help.toggleHints", () => {
    setSilent(!silent);
    showToast({
      tone: "info",
      title: silent ? "The hint on accessibility help is said again" : "The hint on accessibility help is silent",
    });
  });
  useEffect(() => {
    const stops = [
      registerFallback("view.accessible", showPlainText),
      // A page that is in front has its own twin; while another view has the focus, that one is meant.
      guardCommand("view.accessible", () => {
        const view = viewOf(document.activeElement);
        if (view === null || ownTwins.has(topicOf(view))) return false;
        void showPlainText();
        return true;
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, []);
  if (open === null && plain === null) return null;
  return (
    <Suspense fallback={null}>
      <HelpDialogs />
    </Suspense>
  );
}
