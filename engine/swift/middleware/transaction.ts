/** The outermost layer: transaction ids on every response, thrown errors as responses, no body after HEAD. Owns the border. */
import { toStudioError } from "../../support/errors.ts";
import { discardBody } from "../../support/streams.ts";
import { answer, answerText } from "../protocol/errors.ts";
import type { Middleware, SwiftRequest, SwiftResponse } from "../types.ts";

/** Told of errors that nobody expected. */
export type OnBug = (error: unknown, request: SwiftRequest) => void;

/** The response for an expected failure that was thrown; null for a bug. */
export function answerExpected(thrown: unknown): SwiftResponse | null {
  switch (toStudioError(thrown).code) {
    case "CANCELLED":
      return answer(499);
    case "BAD_INPUT":
      return answer(400);
    case "DISK_FULL":
      return answer(507);
    case "INPUT_TOO_LARGE":
      return answerText(413, "Your request is too large.");
    case "CONFLICT":
      return answer(409);
    default:
      return null;
  }
}

/** The response for what the pipeline threw: what nobody expected is a bug and a 500. */
function answerThrown(thrown: unknown, request: SwiftRequest, onBug: OnBug): SwiftResponse {
  const expected = answerExpected(thrown);
  if (expected === null) onBug(thrown, request);
  return expected ?? answer(500);
}

/** HEAD has no body: errors say length 0, the rest keeps the length that GET would have. */
function withoutBody(response: SwiftResponse): SwiftResponse {
  if (response.body === null) return response;
  discardBody(response.body);
  const headers = new Map(response.headers);
  if (response.status >= 300) headers.set("content-length", "0");
  return { ...response, headers, body: null };
}

export function createTransaction(onBug: OnBug): Middleware {
  return async (request, next) => {
    let response: SwiftResponse;
    try {
      response = await next(request);
    } catch (thrown) {
      discardBody(request.body);
      response = answerThrown(thrown, request, onBug);
    }
    if (request.method === "HEAD") response = withoutBody(response);
    const { transactionId } = request.context;
    response.headers.set("x-trans-id", transactionId).set("x-openstack-request-id", transactionId);
    return response;
  };
}
