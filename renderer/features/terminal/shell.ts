/** One shell in a sandbox as this page has it: opened, typed into in order, ended. Draws nothing. */
import type { Problem, TerminalEvent, TerminalSize } from "../../../engine/contract/index.ts";
import { decodeBase64 } from "../../api/base64.ts";

export type ShellState =
  | { readonly phase: "opening" }
  | { readonly phase: "open"; readonly scope: string; readonly isolated: boolean }
  | { readonly phase: "ended"; readonly exit: { readonly code: number | null; readonly signal: string | null } | null }
  | { readonly phase: "failed"; readonly problem: Problem };

/** The calls of the control API that a shell needs. */
export interface ShellLink {
  follow(
    input: { scope: string | null; size: TerminalSize },
    listener: { onData(event: TerminalEvent): void; onError(error: unknown): void; onComplete(): void },
  ): { unsubscribe(): void };
  write(input: { id: string; text: string }): Promise<unknown>;
  resize(input: { id: string; size: TerminalSize }): Promise<unknown>;
  problemOf(error: unknown): Problem;
}

export interface Shell extends Disposable {
  type(text: string): void;
  resize(size: TerminalSize): void;
}

/** Keys pressed while a request is under way go with the next one; a paste goes in parts. */
const partLength = 100_000;

/** Opens a shell. `onState` hears every change, `onShow` the bytes. Disposing ends it. */
export function openShell(
  link: ShellLink,
  options: { scope: string | null; size: TerminalSize; onShow(bytes: Uint8Array): void; onState(state: ShellState): void },
): Shell {
  let id: string | null = null;
  let typed = "";
  let sending = false;
  let size = options.size;
  let over = false;

  const end = (state: ShellState): void => {
    if (over) return;
    over = true;
    subscription.unsubscribe();
    options.onState(state);
  };

  async function send(): Promise<void> {
    if (sending || id === null) return;
    sending = true;
    try {
      while (typed !== "" && !over) {
        const part = typed.slice(0, partLength);
        typed = typed.slice(part.length);
        await link.write({ id, text: part });
      }
    } catch {
      // The end of the shell, or of the engine, is told by the stream.
      typed = "";
    } finally {
      sending = false;
    }
  }

  const tellSize = (): void => {
    if (id !== null && !over) link.resize({ id, size }).catch(() => {});
  };

  options.onState({ phase: "opening" });
  const subscription = link.follow(
    { scope: options.scope, size },
    {
      onData(event) {
        if (over) return;
        if (event.kind === "output") {
          options.onShow(decodeBase64(event.base64));
        } else if (event.kind === "ended") {
          end({ phase: "ended", exit: event.exit });
        } else if (id === null) {
          id = event.id;
          options.onState({ phase: "open", scope: event.scope, isolated: event.isolated });
          tellSize();
          void send();
        } else {
          // The stream was cut and opened again by itself: the shell went with the first one.
          end({ phase: "ended", exit: null });
        }
      },
      onError: (error) => end({ phase: "failed", problem: link.problemOf(error) }),
      onComplete: () => end({ phase: "ended", exit: null }),
    },
  );

  return {
    type(text) {
      if (over) return;
      typed += text;
      void send();
    },
    resize(next) {
      if (next.columns === size.columns && next.rows === size.rows) return;
      size = next;
      tellSize();
    },
    [Symbol.dispose]() {
      over = true;
      subscription.unsubscribe();
    },
  };
}

/** How a shell ended, as a sentence. */
export function endWords(exit: { readonly code: number | null; readonly signal: string | null } | null): string {
  if (exit === null) return "The sandbox or the connection ended, and the shell with it.";
  return exit.signal === null ? `The shell ended with exit code ${exit.code ?? 0}.` : `The shell was ended by ${exit.signal}.`;
}
