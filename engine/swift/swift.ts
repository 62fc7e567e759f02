/** The Swift API as one part of the engine. Owns its pipeline, users and timers; the store and the clock are given to it. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Store } from "../store/types.ts";
import type { Clock } from "../support/clock.ts";
import { createBackend } from "./backend/backend.ts";
import { createExpirer, removeSoon } from "./expirer.ts";
import { createAccountQuotas } from "./middleware/account-quotas.ts";
import { createAuth } from "./middleware/auth.ts";
import { createContainerQuotas } from "./middleware/container-quotas.ts";
import { bulkDeleteInfo, bulkUploadInfo, createBulk } from "./middleware/bulk/bulk.ts";
import { containerSyncInfo, createContainerSync } from "./middleware/container-sync.ts";
import { copy } from "./middleware/copy.ts";
import { createCors } from "./middleware/cors.ts";
import { dlo } from "./middleware/dlo.ts";
import { createDomainRemap, domainRemapInfo } from "./middleware/domain-remap.ts";
import { createEtagQuoter, etagQuoterInfo } from "./middleware/etag-quoter.ts";
import { createFormPost, formPostInfo } from "./middleware/formpost.ts";
import { gatekeeper } from "./middleware/gatekeeper.ts";
import { healthcheck } from "./middleware/healthcheck.ts";
import { createInfo, type InfoRegistry } from "./middleware/info.ts";
import { createKeystone } from "./middleware/keystone.ts";
import { createKeystoneTokens } from "./middleware/keystone-tokens.ts";
import { createKeystoneDirectory } from "./middleware/keystone-users.ts";
import { listingFormats } from "./middleware/listing-formats.ts";
import { createObjectVersioning } from "./middleware/object-versioning/object-versioning.ts";
import { createSlo, sloInfo } from "./middleware/slo/slo.ts";
import { createStaticWeb } from "./middleware/staticweb.ts";
import { symlink, symloopMax } from "./middleware/symlink/symlink.ts";
import { createTempUrl, tempUrlInfo } from "./middleware/tempurl.ts";
import { createTokens } from "./middleware/tokens.ts";
import { createTransaction, type OnBug } from "./middleware/transaction.ts";
import { historyHeader, versionsHeader } from "./middleware/versioned-writes/archives.ts";
import { createVersionedWrites } from "./middleware/versioned-writes/versioned-writes.ts";
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
  /** Hosts below it name accounts and containers: `photos.AUTH-test.localhost`. Defaults to `localhost`. */
  readonly storageDomain?: string;
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
  const { store, clock, users = defaultUsers, storageDomain = "localhost", extraMiddleware, onBug = () => {} } = options;
  const info = createInfo();
  const capabilities = {
    tempauth: { account_acls: true },
    domain_remap: domainRemapInfo,
    etag_quoter: etagQuoterInfo,
    container_sync: containerSyncInfo,
    tempurl: tempUrlInfo,
    formpost: formPostInfo,
    staticweb: {},
    container_quotas: {},
    account_quotas: {},
    bulk_upload: bulkUploadInfo,
    bulk_delete: bulkDeleteInfo,
    slo: sloInfo,
    symlink: { symloop_max: symloopMax, static_links: true },
    versioned_writes: { allowed_flags: [versionsHeader, historyHeader] },
    object_versioning: {},
  };
  for (const [name, described] of Object.entries(capabilities)) info.registry.register(name, () => described);
  const keystone = { tokens: createKeystoneTokens(clock), directory: createKeystoneDirectory(users) };
  const accountAcl = (account: string): string | null => store.findAccount(account)?.metadata["x-account-access-control"] ?? null;
  const handle = createPipeline({
    transaction: createTransaction(onBug),
    gatekeeper,
    healthcheck,
    domainRemap: createDomainRemap(storageDomain),
    info: info.middleware,
    keystone: createKeystone(keystone),
    etagQuoter: createEtagQuoter(store),
    listingFormats,
    containerSync: createContainerSync(store),
    bulk: createBulk({ clock, onBug }),
    tempUrl: createTempUrl({ store, clock }),
    formPost: createFormPost({ store, clock }),
    auth: createAuth({ tokens: createTokens(users, clock), keystone, accountAcl }),
    staticWeb: createStaticWeb(store),
    afterAuth: extraMiddleware?.afterAuth ?? [],
    copy,
    containerQuotas: createContainerQuotas(store),
    accountQuotas: createAccountQuotas(store),
    slo: createSlo({ clock, onBug, removeSoon: (objects) => removeSoon(store, clock, objects) }),
    dlo,
    versionedWrites: createVersionedWrites(store),
    objectVersioning: createObjectVersioning(store),
    symlink,
    cors: createCors(store),
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
