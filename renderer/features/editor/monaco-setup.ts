/** Monaco, set up once: workers, languages, and themes made of our tokens. Loaded after the first paint. */
import { editor, languages } from "monaco-editor/editor";
import "monaco-editor/features/register.all";
import "monaco-editor/languages/definitions/java/register";
import "monaco-editor/languages/definitions/markdown/register";
import "monaco-editor/languages/definitions/python/register";
import "monaco-editor/languages/definitions/yaml/register";
import "monaco-editor/languages/features/json/register";
// oxlint-disable-next-line import/default -- the bundler makes it
import editorWorkerUrl from "monaco-editor/editor/editor.worker?worker&url";
// oxlint-disable-next-line import/default -- the bundler makes it
import jsonWorkerUrl from "monaco-editor/languages/features/json/json.worker?worker&url";
import { useThemeStore, type ThemeName } from "../../theme/theme.ts";
import { markOnce } from "../../api/marks.ts";
import { keepTrying } from "../../ui/lazy.ts";
import { pythonTokens } from "./python-tokens.ts";
import { provideStorletHelp } from "./storlet-providers.ts";

const bases: Record<ThemeName, editor.BuiltinTheme> = { dark: "vs-dark", light: "vs", "hc-dark": "hc-black", "hc-light": "hc-light" };
const themeId = "studio";

/** Editor colours by token. Monaco takes hex only, so the tokens are read as they are now. */
const colorTokens: Record<string, string> = {
  "editor.background": "--surface-editor",
  "editor.foreground": "--text",
  "editorCursor.foreground": "--accent",
  "editor.lineHighlightBackground": "--code-line",
  "editor.selectionBackground": "--row-selected",
  "editor.inactiveSelectionBackground": "--row-selected-idle",
  "editor.wordHighlightBackground": "--row-selected-idle",
  "editor.wordHighlightStrongBackground": "--row-selected-idle",
  "editor.wordHighlightTextBackground": "--row-selected-idle",
  "editor.findMatchBackground": "--diff-add-word",
  "editor.findMatchHighlightBackground": "--warn-weak",
  "editorLineNumber.foreground": "--code-lineno",
  "editorLineNumber.activeForeground": "--text",
  "editorIndentGuide.background1": "--border-subtle",
  "editorIndentGuide.activeBackground1": "--border",
  "editorBracketMatch.border": "--border-control",
  "editorBracketMatch.background": "--surface-raised",
  "editorWidget.background": "--surface-overlay",
  "editorWidget.foreground": "--text",
  "editorWidget.border": "--border",
  "editorSuggestWidget.selectedBackground": "--row-selected",
  "editorHoverWidget.background": "--surface-overlay",
  "editorHoverWidget.border": "--border",
  "editorError.foreground": "--error",
  "editorWarning.foreground": "--warn",
  "editorInfo.foreground": "--info",
  "editorGutter.background": "--surface-editor",
  "editorStickyScroll.background": "--surface-editor",
  "editorOverviewRuler.border": "--surface-editor",
  "input.background": "--surface-inset",
  "input.foreground": "--text",
  "input.border": "--border-control",
  "input.placeholderForeground": "--text-3",
  focusBorder: "--focus",
  "list.hoverBackground": "--row-hover",
  "list.activeSelectionBackground": "--row-selected",
  "list.activeSelectionForeground": "--text",
  "scrollbarSlider.background": "--row-selected-idle",
  "scrollbarSlider.hoverBackground": "--scroll-thumb",
  "scrollbarSlider.activeBackground": "--scroll-thumb",
  "menu.background": "--surface-overlay",
  "menu.foreground": "--text",
  "menu.selectionBackground": "--row-selected",
  "menu.selectionForeground": "--text",
  "diffEditor.insertedLineBackground": "--diff-add-line",
  "diffEditor.removedLineBackground": "--diff-del-line",
  "diffEditor.insertedTextBackground": "--diff-add-word",
  "diffEditor.removedTextBackground": "--diff-del-word",
};

const codeTokens: Record<string, string> = {
  "": "--text",
  keyword: "--code-keyword",
  string: "--code-string",
  "string.escape": "--code-string",
  number: "--code-number",
  comment: "--code-comment",
  function: "--code-fn",
  type: "--code-type",
  "type.identifier": "--code-type",
  tag: "--code-fn",
  "variable.self": "--code-self",
  "string.key.json": "--code-fn",
  "string.value.json": "--code-string",
  "type.yaml": "--code-fn",
  delimiter: "--text",
  annotation: "--code-fn",
};

/** Six hex digits of a token; three-digit forms are widened. */
function hexOf(style: CSSStyleDeclaration, token: string): string {
  const value = style.getPropertyValue(token).trim().replace("#", "");
  return value.length === 3 ? [...value].map((digit) => digit + digit).join("") : value;
}

function applyTheme(theme: ThemeName): void {
  const style = getComputedStyle(document.documentElement);
  editor.defineTheme(themeId, {
    base: bases[theme],
    inherit: true,
    colors: Object.fromEntries(Object.entries(colorTokens).map(([name, token]) => [name, `#${hexOf(style, token)}`])),
    rules: Object.entries(codeTokens).map(([token, name]) => ({ token, foreground: hexOf(style, name) })),
  });
  editor.setTheme(themeId);
}

let done = false;

/** A worker whose script cannot be loaded is lost for good, so it is brought into the browser's cache first, however long that takes. */
async function startWorker(url: string): Promise<Worker> {
  await keepTrying(async () => {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    await answer.arrayBuffer();
  });
  return new Worker(url, { type: "module" });
}

/** Sets Monaco up; a second call does nothing. */
export function setUpMonaco(): void {
  if (done) return;
  done = true;
  globalThis.MonacoEnvironment = {
    getWorker: (_workerId, label) => startWorker(label === "json" ? jsonWorkerUrl : editorWorkerUrl),
  };
  // Before the first model: a grammar that is there keeps Monaco from fetching its own.
  languages.setMonarchTokensProvider("python", pythonTokens());
  provideStorletHelp();
  applyTheme(useThemeStore.getState().theme);
  useThemeStore.subscribe(({ theme }) => applyTheme(theme));
  markOnce("didLoadEditor");
}
