/** The Swift API as one part of the engine. Owns its pipeline, users and timers; the store and the clock are given to it. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Store } from "../store/types.ts";
import type { Clock } from "../support/clock.ts";
import { createBackend } from "./backend/backend.ts";
import { createExpirer } from "./expirer.ts";
import { createAuth } from "./middleware/auth.ts";
import { copy } from "./middleware/copy.ts";
import { gatekeeper } from "./middleware/gatekeeper.ts";
import { healthcheck } from "./middleware/healthcheck.ts";
import { createInfo, type InfoRegistry } from "./middleware/info.ts";
import { listingFormats } from "./middleware/listing-formats.ts";
import { createTokens } from "./middleware/tokens.ts";
import { createTransaction, type OnBug } from "./middleware/transaction.ts";
import { createPipeline } from "./pipeline.ts";
import { createSystemContext } from "./request.ts";
import { answerMessage, startServer, type InnerRequest, type ListenOptions, type SwiftServer } from "./server.ts";
import type { ServerParts } from "./server-parts.ts";
import type { Handler, Middleware, RequestContext } from "./types.ts";
import { defaultUsers, type SwiftUser } from "./users.ts";

export interface SwiftOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly users?: readonly SwiftUser[];
  /** Middleware of other parts, by the seat it takes. */
  readonly extraMiddleware?: { readonly afterAuth?: readonly Middleware[] };
  /** Told of every error that nobody expected; the client gets a 500. The request is null for errors outside of one. */
  onBug?(error: unknown, request: Parameters<OnBug>[1] | null): void;
}

export interface Swift extends AsyncDisposable {
  /** The whole pipeline, for requests in memory. Bodies of responses must be read or cancelled. */
  readonly handle: Handler;
  /** Adds to `/info`. */
  readonly info: InfoRegistry;
  /** A context for requests of the system itself: pre-authorised, owner of every account. */
  newContext(): RequestContext;
  /** Answers a message that came in by another server's door, as `inner` says. */
  answer(message: IncomingMessage, response: ServerResponse, inner: InnerRequest): void;
  /** Serves HTTP. Throws PORT_IN_USE where the port is taken. */
  listen(options: ListenOptions): Promise<SwiftServer>;
}

export function createSwift(options: SwiftOptions): Swift {
  const { store, clock, users = defaultUsers, extraMiddleware, onBug = () => {} } = options;
  const info = createInfo();
  info.registry.register("tempauth", () => ({ account_acls: true }));
  const accountAcl = (account: string): string | null => store.findAccount(account)?.metadata["x-account-access-control"] ?? null;
  const handle = createPipeline({
    transaction: createTransaction(onBug),
    gatekeeper,
    healthcheck,
    info: info.middleware,
    listingFormats,
    auth: createAuth({ tokens: createTokens(users, clock), accountAcl }),
    afterAuth: extraMiddleware?.afterAuth ?? [],
    copy,
    backend: createBackend({ store, clock }),
  });
  const expirer = createExpirer(store, clock, (error) => onBug(error, null));
  const servers = new Set<SwiftServer>();
  const parts: ServerParts = { handle, clock, onBug };

  return {
    handle,
    info: info.registry,
    newContext: () => createSystemContext(clock),
    answer: (message, response, inner) => answerMessage(parts, message, response, { inner }),
    async listen(listenOptions) {
      const server = await startServer(parts, listenOptions);
      servers.add(server);
      return server;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...servers].map((server) => server.close()));
      await expirer[Symbol.asyncDispose]();
    },
  };
}
