/** The words with which requests are turned down: those of the real middleware, in the form it sends them. */
import { answerText, htmlType } from "../swift/protocol/errors.ts";
import type { SwiftResponse } from "../swift/types.ts";

export const refusals = {
  disabled: "Account disabled for storlets",
  referer: "Referrer containing storlets is not allowed",
  range: "Storlet execution with range header is not supported",
  runOnProxy: "X-Storlet-Run-On-Proxy header should be empty",
  noStorlet: "Failed to verify access to the storlet. Either the storlet does not exist or you are not authorized to run the storlet.",
} as const;

/** The real middleware sends its words as html, without any markup. */
export function refuse(status: number, text: string): SwiftResponse {
  return answerText(status, text, [], htmlType);
}
