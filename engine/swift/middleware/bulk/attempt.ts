/** Sub-requests whose failures are counted and not passed on. Owns the translation of what a handler throws into a response. */
import { answerExpected } from "../transaction.ts";
import { toStudioError } from "../../../support/errors.ts";
import type { Handler, SwiftRequest, SwiftResponse } from "../../types.ts";

/** Asks, and answers expected failures (a full disk, say) with their status. A client that has gone away ends it all. */
export async function attempt(ask: Handler, request: SwiftRequest): Promise<SwiftResponse> {
  try {
    return await ask(request);
  } catch (thrown) {
    const response = toStudioError(thrown).code === "CANCELLED" ? null : answerExpected(thrown);
    if (response === null) throw thrown;
    return response;
  }
}
