/** The terminals that screens have open, by id: a screen that goes away takes its shell with it. Owns no bytes. */
import type { Compute, Terminal } from "../compute/types.ts";
import type { TerminalEvent, TerminalSize } from "../contract/index.ts";
import { randomId } from "../support/clock.ts";
import { StudioError } from "../support/errors.ts";

export interface Terminals {
  /** Opens a shell in the scope's sandbox, tells what it shows, and ends it when the iteration does. The scope null is the workspace's own. */
  follow(scope: string | null, size: TerminalSize, signal: AbortSignal): AsyncGenerator<TerminalEvent>;
  /** Types text. Throws NOT_FOUND for a shell that is gone. */
  write(id: string, text: string): Promise<void>;
  resize(id: string, size: TerminalSize): Promise<void>;
}

export function createTerminals(compute: Pick<Compute, "openTerminal" | "isolated">, ownScope: string): Terminals {
  const open = new Map<string, Terminal>();
  const find = (id: string): Terminal => {
    const terminal = open.get(id);
    if (terminal === undefined) throw new StudioError("NOT_FOUND", "This terminal has ended.", { hint: "Open another one." });
    return terminal;
  };
  return {
    async *follow(wanted, size, signal) {
      const scope = wanted ?? ownScope;
      using terminal = await compute.openTerminal(scope, size);
      const id = randomId(8);
      const close = (): void => terminal[Symbol.dispose]();
      signal.addEventListener("abort", close);
      if (signal.aborted) close();
      open.set(id, terminal);
      try {
        yield { kind: "opened", id, scope, isolated: compute.isolated };
        for await (const chunk of terminal.output) yield { kind: "output", base64: chunk.toString("base64") };
        yield { kind: "ended", exit: await terminal.ended };
      } catch (error) {
        // Closing breaks the reading off.
        if (!signal.aborted) throw error;
      } finally {
        open.delete(id);
        signal.removeEventListener("abort", close);
      }
    },
    write: (id, text) => find(id).write(Buffer.from(text)),
    resize: (id, size) => find(id).resize(size),
  };
}
