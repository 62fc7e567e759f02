/** A shell in a sandbox, on a connection of its own to the agent. Bytes both ways with back-pressure; knows no screen. */
import { Readable, type Duplex } from "node:stream";
import type { TerminalSize } from "../contract/index.ts";
import { StudioError } from "../support/errors.ts";
import { withDeadline } from "../support/lifecycle.ts";
import { agentSocketName } from "./agent-client.ts";
import { receiveJsonLines, writeBytes } from "./channel.ts";
import { terminalLineSchema, type ProcessExit } from "./protocol.ts";
import type { Terminal } from "./types.ts";

/** Milliseconds until the shell runs. */
const startMs = 10_000;
/** Bytes that wait for whoever reads; the shell waits once there are more. */
const waitingBytes = 256 * 1024;

/** Starts a shell by a connection to the agent. Rejects with SANDBOX_GONE, or with RUNTIME_MISSING where none can be started. */
export async function startTerminal(connect: (socketName: string) => Promise<Duplex>, size: TerminalSize): Promise<Terminal> {
  const connection = await connect(agentSocketName);
  const started = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<ProcessExit | null>();
  const output = new Readable({ read: () => resume(), highWaterMark: waitingBytes });
  let exit: ProcessExit | null = null;
  const resume = receiveJsonLines(
    connection,
    (line) => {
      const message = terminalLineSchema.parse(line);
      if ("event" in message) {
        if (message.event === "output") return output.push(Buffer.from(message.output, "base64"));
        exit = { code: message.code, signal: message.signal };
      } else if (message.ok) started.resolve();
      else started.reject(new StudioError("RUNTIME_MISSING", "The sandbox started no shell.", { detail: message.message }));
      return true;
    },
    () => {
      started.reject(new StudioError("SANDBOX_GONE", "The sandbox ended before its shell began."));
      if (!output.destroyed) output.push(null);
      connection.destroy();
      ended.resolve(exit);
    },
  );
  try {
    await writeBytes(connection, `${JSON.stringify({ op: "terminal", ...size })}\n`);
    const expiry = (): Error => new StudioError("SANDBOX_GONE", `The sandbox started no shell within ${startMs / 1000} s.`);
    await withDeadline(started.promise, startMs, expiry);
  } catch (error) {
    connection.destroy();
    throw error;
  }

  const send = async (message: object): Promise<void> => {
    try {
      await writeBytes(connection, `${JSON.stringify(message)}\n`);
    } catch (cause) {
      throw new StudioError("SANDBOX_GONE", "The shell has ended.", { cause });
    }
  };
  return {
    output,
    ended: ended.promise,
    write: (bytes) => send({ input: Buffer.from(bytes).toString("base64") }),
    resize: ({ columns, rows }) => send({ columns, rows }),
    [Symbol.dispose]() {
      connection.destroy();
      output.destroy();
    },
  };
}
