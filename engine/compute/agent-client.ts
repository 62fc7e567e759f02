/** Talks to the agent of a sandbox: one question per connection, and the watch that stays open. */
import type { Duplex } from "node:stream";
import type { z } from "zod";
import { StudioError } from "../support/errors.ts";
import { receiveJsonLines } from "./channel.ts";
import { agentEventSchema } from "./protocol.ts";

export const agentSocketName = "agent.sock";

type Connect = (socketName: string) => Promise<Duplex>;

/**
 * Sends one request and returns the agent's one answer. Rejects with SANDBOX_GONE where the agent closes without an answer, and
 * with `onExpiry()` after `timeoutMs`; the connection is closed then, which gives the request up.
 */
export async function askAgent<T>(
  connect: Connect,
  request: object,
  schema: z.ZodType<T>,
  timeout: { ms: number; onExpiry: () => Error },
): Promise<T> {
  const connection = await connect(agentSocketName);
  let timer: NodeJS.Timeout | undefined;
  try {
    const answer = await new Promise<unknown>((resolve, reject) => {
      timer = setTimeout(() => reject(timeout.onExpiry()), timeout.ms);
      receiveJsonLines(connection, resolve, (error) => {
        reject(
          new StudioError("SANDBOX_GONE", "The sandbox ended before it answered.", { detail: error?.message ?? "The agent hung up." }),
        );
      });
      connection.write(`${JSON.stringify(request)}\n`);
    });
    const parsed = schema.safeParse(answer);
    if (parsed.success) return parsed.data;
    throw new StudioError("INTERNAL", "The agent's answer is not understood.", { detail: JSON.stringify(answer).slice(0, 500) });
  } finally {
    clearTimeout(timer);
    connection.destroy();
  }
}

export type AgentEvent = Extract<z.infer<typeof agentEventSchema>, { event: string }>;

/**
 * Opens the watch: resolves once the agent has taken it, calls back for every event, and once when it ends. An agent that nobody
 * watches ends itself, so this connection is also what keeps the sandbox alive.
 */
export async function watchAgent(connect: Connect, onEvent: (event: AgentEvent) => void, onEnd: () => void): Promise<Duplex> {
  const connection = await connect(agentSocketName);
  let watching = false;
  await new Promise<void>((resolve, reject) => {
    receiveJsonLines(
      connection,
      (message) => {
        const event = agentEventSchema.parse(message);
        if ("event" in event) onEvent(event);
        else {
          watching = true;
          resolve();
        }
      },
      (error) => {
        connection.destroy();
        if (watching) onEnd();
        reject(
          new StudioError("SANDBOX_GONE", "The sandbox ended before it could be watched.", {
            detail: error?.message ?? "The agent hung up.",
          }),
        );
      },
    );
    connection.write(`${JSON.stringify({ op: "watch" })}\n`);
  });
  return connection;
}
