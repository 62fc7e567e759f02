/**
 * Copies what goes into a storlet request and what comes out of it, for the record of runs. A middleware that only looks on: bytes
 * pass at their own pace, and no more than a cap of each body is held. Owns which headers are kept and which are secret.
 */
import type { SentHeader } from "../contract/index.ts";
import { isByteStream, watchStream, type Body } from "../support/streams.ts";
import type { HeaderMap, Middleware, RequestContext, SwiftRequest, SwiftResponse } from "../swift/types.ts";
import type { CapturedBody, CapturedExchange } from "../runs/exchanges.ts";

/** Bytes of a body that are kept unless told otherwise. */
export const defaultCapBytes = 256 * 1024;

/** Headers of the connection and of browsers: they say nothing about what was asked. */
const noise =
  /^(connection|keep-alive|cookie|set-cookie|sec-.*|accept-language|accept-encoding|cache-control|pragma|origin|referer|priority|dnt|upgrade-insecure-requests|x-forwarded-.*|te)$/;
/** Headers whose value would let a reader in. */
const secret =
  /^(authorization|x-auth-token|x-storage-token|x-service-token|x-subject-token|x-auth-key|x-storage-pass|x-container-sync-auth|.*-temp-url-key(-2)?|.*-sync-key)$/;
/** Parts of a query that are a signature. */
const secretParameter = /([?&](?:temp_url_sig|signature|x-amz-signature)=)[^&]*/gi;

interface CaptureOptions {
  /** Told once per request, when its answer has gone out or broken off. Must not throw. */
  keep(transactionId: string, exchange: CapturedExchange, context: RequestContext): void;
  capBytes?: number;
}

interface Gatherer {
  add(chunk: Uint8Array): void;
  end(isWhole: boolean): void;
  captured(): CapturedBody;
}

/** Copies the front of what it is given: sources reuse their buffers. */
function createGatherer(capBytes: number, onEnd: () => void = () => {}): Gatherer {
  const chunks: Uint8Array[] = [];
  let keptBytes = 0;
  let sizeBytes = 0;
  let isWhole = false;
  let isOver = false;
  return {
    add(chunk) {
      sizeBytes += chunk.byteLength;
      const room = capBytes - keptBytes;
      if (room <= 0) return;
      const part = Uint8Array.from(chunk.subarray(0, room));
      chunks.push(part);
      keptBytes += part.byteLength;
    },
    end(whole) {
      if (isOver) return;
      isOver = true;
      isWhole = whole;
      onEnd();
    },
    captured: () => ({ bytes: Buffer.concat(chunks, keptBytes), sizeBytes, cut: !isWhole }),
  };
}

function watch(body: Body, gatherer: Gatherer): Body {
  if (isByteStream(body)) {
    return watchStream(body, {
      onChunk: (chunk) => gatherer.add(chunk),
      onEnd: () => gatherer.end(true),
      onBreak: () => gatherer.end(false),
    });
  }
  gatherer.add(body);
  gatherer.end(true);
  return body;
}

/** Headers as they are kept: noise left out, secrets as their length. */
export function keptHeaders(headers: HeaderMap): SentHeader[] {
  return [...headers].flatMap(([name, value]): SentHeader[] => {
    if (noise.test(name)) return [];
    return [secret.test(name) ? { name, value: "", hiddenCharacters: value.length } : { name, value }];
  });
}

/** A request target without its signatures. */
export function withoutSecrets(target: string): string {
  return target.replace(secretParameter, "$1hidden");
}

/** The middleware. Its place is left of storlets: it sees what the client sent, authenticated, and what the client gets. */
export function createRunCapture({ keep, capBytes = defaultCapBytes }: CaptureOptions): Middleware {
  return async (request, next) => {
    if (!request.headers.has("x-run-storlet") || (request.path?.object ?? null) === null) return next(request);
    const { transactionId } = request.context;
    // The storlet may change the map; what was sent is what is there now.
    const headers = keptHeaders(request.headers);
    const sent = request.body === null ? null : createGatherer(capBytes);
    const body = request.body === null || sent === null ? null : watch(request.body, sent);
    const response = await next({ ...request, body });
    const finish = (answered: CapturedBody | null): void =>
      keep(
        transactionId,
        {
          request: describeRequest(request, headers, sent),
          response: describeResponse(response, transactionId, answered),
        },
        request.context,
      );
    if (response.body === null) {
      finish(null);
      return response;
    }
    const out: Gatherer = createGatherer(capBytes, () => finish(out.captured()));
    return { ...response, body: watch(response.body, out) };
  };
}

function describeRequest(request: SwiftRequest, headers: SentHeader[], sent: Gatherer | null): CapturedExchange["request"] {
  return { method: request.method, target: withoutSecrets(request.target), headers, body: sent?.captured() ?? null };
}

/** The transaction id is put on further left, and is part of what the client gets. */
function describeResponse(response: SwiftResponse, transactionId: string, body: CapturedBody | null): CapturedExchange["response"] {
  const headers = keptHeaders(new Map([...response.headers, ["x-trans-id", transactionId], ["x-openstack-request-id", transactionId]]));
  return { status: response.status, headers, body };
}
