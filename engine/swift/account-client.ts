/** Requests that the engine itself makes into one account, in memory, through the whole pipeline, with the owner's rights. */
import type { Body } from "../support/streams.ts";
import { formatPath } from "./protocol/paths.ts";
import { createRequest } from "./request.ts";
import type { Handler, HeaderMap, RequestContext, SwiftResponse } from "./types.ts";

export interface AccountRequest {
  method: string;
  container?: string;
  object?: string;
  query?: Record<string, string>;
  /** Values are byte strings, as everywhere in the pipeline. */
  headers?: Record<string, string>;
  body?: Body;
  /** Size of a streamed body in bytes where it is known. */
  contentLength?: number;
}

export interface AccountClient {
  readonly account: string;
  send(request: AccountRequest): Promise<SwiftResponse>;
}

/** A client for one account over a pipeline. `newContext` gives the rights: the system's own. */
export function createAccountClient(options: { handle: Handler; newContext(): RequestContext; account: string }): AccountClient {
  const { handle, newContext, account } = options;
  return {
    account,
    send({ method, container = null, object = null, query = {}, headers = {}, body, contentLength }) {
      const rawPath = formatPath({ version: "v1", account, container, object });
      const search = new URLSearchParams(query).toString();
      const fields: HeaderMap = new Map(Object.entries(headers));
      const sizeBytes = body instanceof Uint8Array ? body.byteLength : body === undefined ? 0 : (contentLength ?? null);
      if (sizeBytes === null) fields.set("transfer-encoding", "chunked");
      else fields.set("content-length", String(sizeBytes));
      const target = search === "" ? rawPath : `${rawPath}?${search}`;
      return handle(
        createRequest({ method, target, context: newContext(), headers: fields, body: body ?? null, contentLength: sizeBytes }),
      );
    },
  };
}
