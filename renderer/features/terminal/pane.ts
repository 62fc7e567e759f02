/** Terminals on the screen, one per sandbox, kept while the page lives: the panel may show something else meanwhile. Owns xterm. */
import { FitAddon } from "@xterm/addon-fit";
import { Terminal, type ITheme } from "@xterm/xterm";
import "@xterm/xterm/css/xterm.css";
import { api } from "../../api/client.ts";
import { problemOf } from "../../api/problems.ts";
import { useThemeStore } from "../../theme/theme.ts";
import { endWords, openShell, type Shell, type ShellLink, type ShellState } from "./shell.ts";

export interface Pane {
  readonly state: ShellState;
  onChange(listener: () => void): () => void;
  /** Shows it in an element, as big as that is; returns how to take it out again. */
  attach(element: HTMLElement): () => void;
  focus(): void;
  /** Everything it shows and has scrolled away, as plain text. */
  text(): string;
  /** Ends the shell, where it runs, and opens another. */
  restart(): void;
}

/** Lines that can be scrolled back to. */
const scrollback = 5000;

const link: ShellLink = {
  follow: (input, listener) => api.terminals.follow.subscribe(input, listener),
  write: (input) => api.terminals.write.mutate(input),
  resize: (input) => api.terminals.resize.mutate(input),
  problemOf,
};

const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** Which token is which colour of a terminal: background and text, then the eight colours, bright ones alike. */
const colourTokens: Readonly<Record<string, string>> = {
  background: "surface-side",
  foreground: "text",
  cursor: "focus",
  cursorAccent: "surface-side",
  selectionBackground: "row-selected",
  black: "text-3",
  red: "error",
  green: "success",
  yellow: "warn",
  blue: "accent",
  magenta: "code-keyword",
  cyan: "code-type",
  white: "text-2",
  brightBlack: "text-3",
  brightRed: "error",
  brightGreen: "success",
  brightYellow: "warn",
  brightBlue: "accent",
  brightMagenta: "code-keyword",
  brightCyan: "code-type",
  brightWhite: "text",
};

/** How a terminal looks in the theme of the page. */
function looksOfTheme(): { theme: ITheme; minimumContrastRatio: number } {
  return {
    theme: Object.fromEntries(Object.entries(colourTokens).map(([colour, name]) => [colour, token(name)])),
    minimumContrastRatio: useThemeStore.getState().theme.startsWith("hc") ? 7 : 4.5,
  };
}

function createPane(scope: string | null): Pane {
  const listeners = new Set<() => void>();
  const host = document.createElement("div");
  host.className = "terminal-host";
  const terminal = new Terminal({
    scrollback,
    fontFamily: token("font-mono"),
    fontSize: 13,
    lineHeight: 1.25,
    cursorBlink: false,
    screenReaderMode: true,
    ...looksOfTheme(),
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  useThemeStore.subscribe(() => {
    terminal.options = looksOfTheme();
  });

  let state: ShellState = { phase: "opening" };
  let shell: Shell | null = null;
  const setState = (next: ShellState): void => {
    state = next;
    if (next.phase === "ended") terminal.write(`\r\n\u001b[2m${endWords(next.exit)}\u001b[0m\r\n`);
    for (const listener of listeners) listener();
  };
  const size = () => ({ columns: terminal.cols, rows: terminal.rows });
  const open = (): void => {
    shell = openShell(link, { scope, size: size(), onShow: (bytes) => terminal.write(bytes), onState: setState });
  };
  terminal.onData((text) => shell?.type(text));
  terminal.onResize(() => shell?.resize(size()));

  return {
    get state() {
      return state;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    attach(element) {
      element.append(host);
      if (terminal.element === undefined) terminal.open(host);
      const observer = new ResizeObserver(() => fit.fit());
      observer.observe(element);
      fit.fit();
      if (shell === null) open();
      return () => {
        observer.disconnect();
        host.remove();
      };
    },
    focus: () => terminal.focus(),
    text() {
      const { active } = terminal.buffer;
      const lines = Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true) ?? "");
      return lines.join("\n").trimEnd();
    },
    restart() {
      shell?.[Symbol.dispose]();
      terminal.reset();
      open();
      terminal.focus();
    },
  };
}

const panes = new Map<string | null, Pane>();

/** The terminal of a sandbox; made when it is first asked for. */
export function paneOf(scope: string | null): Pane {
  const pane = panes.get(scope) ?? createPane(scope);
  panes.set(scope, pane);
  return pane;
}
