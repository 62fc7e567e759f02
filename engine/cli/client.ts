/** The command line's connection to an engine: the control API, and Swift requests as the workspace's account owner. */
import { createTRPCClient, httpLink, httpSubscriptionLink, splitLink, TRPCClientError, type TRPCClient } from "@trpc/client";
import { EventSource } from "eventsource";
import { problemSchema } from "../contract/index.ts";
import type { AppRouter } from "../control/router.ts";
import { findEngine } from "../support/discovery.ts";
import { fromProblem, StudioError } from "../support/errors.ts";
import type { CliHost, ServeOptions } from "./host.ts";

export interface EngineClient extends AsyncDisposable {
  readonly api: TRPCClient<AppRouter>;
  readonly account: string;
  readonly swiftUrl: string;
  /** A Swift request into the workspace's account. `path` is percent-encoded, without the account. */
  swift(
    method: string,
    path: string,
    init?: { headers?: Record<string, string>; body?: ReadableStream | Uint8Array<ArrayBuffer> },
  ): Promise<Response>;
}

/** A tRPC error as the StudioError it was on the other side. */
export function fromClientError(thrown: unknown): unknown {
  if (!(thrown instanceof TRPCClientError)) return thrown;
  const problem = problemSchema.safeParse((thrown.data as { problem?: unknown } | null)?.problem);
  if (!problem.success) {
    const detail = thrown.cause instanceof Error ? thrown.cause.message : thrown.message;
    return new StudioError("ENGINE_NOT_RUNNING", "The engine did not answer.", { detail, hint: "Start it again with `npm start`." });
  }
  return fromProblem(problem.data);
}

function createClient(control: URL, account: string, swiftUrl: string, onDispose: () => Promise<void>): EngineClient {
  const headers = { authorization: `Bearer ${control.searchParams.get("token") ?? ""}` };
  const url = `${control.origin}/trpc`;
  const api = createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (operation) => operation.type === "subscription",
        true: httpSubscriptionLink({
          url,
          EventSource: EventSource as never,
          eventSourceOptions: () =>
            ({
              fetch: (input: string | URL, init?: RequestInit) => fetch(input, { ...init, headers: { ...init?.headers, ...headers } }),
            }) as never,
        }),
        false: httpLink({ url, headers }),
      }),
    ],
  });
  return {
    api,
    account,
    swiftUrl,
    swift: (method, path, init = {}) =>
      fetch(`${control.origin}/swift/v1/${account}${path}`, {
        method,
        headers: { ...init.headers, ...headers },
        ...(init.body === undefined ? {} : { body: init.body, duplex: "half" as const }),
      } as RequestInit),
    [Symbol.asyncDispose]: onDispose,
  };
}

/**
 * The engine of the data directory: the one that runs, or one that lives as long as the returned client. Throws what starting it
 * throws.
 */
export async function connectEngine(host: CliHost, options: ServeOptions): Promise<EngineClient> {
  const found = findEngine(options.dataDirectory);
  if (found !== null) return createClient(new URL(found.control), found.account, found.swift, async () => {});
  const engine = await host.startEngine({ ...options, swiftPort: 0, controlPort: 0 });
  const own = findEngine(options.dataDirectory);
  if (own === null) throw new StudioError("INTERNAL", "The engine started and is not to be found.");
  return createClient(new URL(own.control), own.account, own.swift, async () => engine[Symbol.asyncDispose]());
}
