/** What travels through the Swift pipeline. Owns the shapes only: no HTTP, no store. */
import type { Body } from "../support/streams.ts";

/**
 * Header fields by lower-case name. Values are byte strings: each character is one byte (latin1), as they come from and go to the
 * wire. A repeated request header is joined with `,`.
 */
export type HeaderMap = Map<string, string>;

/** The parts of `/v1/account/container/object`, percent-decoded to real strings; the object part may hold any `/`. */
export interface SwiftPath {
  readonly version: string;
  readonly account: string;
  readonly container: string | null;
  readonly object: string | null;
}

/** Who a request acts as. `groups` follow tempauth: account, account:user, extras, and `AUTH_account` for admins. */
export interface Identity {
  readonly account: string;
  readonly user: string;
  readonly groups: readonly string[];
  readonly resellerAdmin: boolean;
  /** What a Keystone token says besides; absent for tokens of tempauth. Keystone's rules hold where it is there. */
  readonly keystone?: KeystoneIdentity;
}

/** Who a Keystone token stands for. Project fields are null for tokens that are scoped to no project. Roles are in lower case. */
export interface KeystoneIdentity {
  readonly userId: string;
  readonly userName: string;
  readonly userDomainId: string;
  readonly projectId: string | null;
  readonly projectName: string | null;
  readonly projectDomainId: string | null;
  readonly roles: readonly string[];
  /** Roles of the token in X-Service-Token. */
  readonly serviceRoles: readonly string[];
}

/**
 * Decides whether a request may proceed, once the backend knows the container's ACL. Returns a 401/403 response, or null to let
 * it pass. Sub-requests made with the system's own rights carry `null` in place of this function.
 */
export type Authorize = (request: SwiftRequest, acl: { read: string; write: string }) => SwiftResponse | null;

/** What belongs to one client request and is shared by its sub-requests. */
export interface RequestContext {
  readonly transactionId: string;
  readonly startedAtMs: number;
  /** Where the client connects from; null for requests in memory. */
  readonly clientAddress: string | null;
  identity: Identity | null;
  authorize: Authorize | null;
  /** True where the URL itself carries the rights, and `authorize` says which: auth leaves both as they are. */
  authorizedByUrl: boolean;
  /** True where the caller owns the account: such callers may see and set privileged headers. Set by auth and by `authorize`. */
  owner: boolean;
}

export interface SwiftRequest {
  readonly method: string;
  /** The request target as received, for logs. */
  readonly target: string;
  /** The path of the target, still percent-encoded, as latin1. */
  readonly rawPath: string;
  /** Null for paths outside `/v1/…`: `/info`, `/healthcheck`, `/auth/…`. */
  readonly path: SwiftPath | null;
  readonly query: URLSearchParams;
  readonly headers: HeaderMap;
  /** Null where the request has none. Read at most once. */
  readonly body: Body | null;
  /** Announced size of the body in bytes; null for chunked bodies. */
  readonly contentLength: number | null;
  /** `http://127.0.0.1:8080`: where the client reached us, for URLs in answers. */
  readonly origin: string;
  /** Aborted when the client goes away or the request is over. */
  readonly signal: AbortSignal;
  readonly context: RequestContext;
}

export interface SwiftResponse {
  readonly status: number;
  readonly headers: HeaderMap;
  /** Null: no body (Content-Length 0 unless the header says otherwise, as for HEAD). */
  readonly body: Body | null;
}

export type Handler = (request: SwiftRequest) => Promise<SwiftResponse>;

/** One step of the pipeline: answers itself, or passes a request on and may change what comes back. */
export type Middleware = (request: SwiftRequest, next: Handler) => Promise<SwiftResponse>;
