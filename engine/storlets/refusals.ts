/** The words with which requests are turned down: those of the real middleware, in the form it sends them. */
import { answerText, htmlType, textType } from "../swift/protocol/errors.ts";
import type { SwiftResponse } from "../swift/types.ts";

export const refusals = {
  disabled: "Account disabled for storlets",
  referer: "Referrer containing storlets is not allowed",
  range: "Storlet execution with range header is not supported",
  runOnProxy: "X-Storlet-Run-On-Proxy header should be empty",
  noStorlet: "Failed to verify access to the storlet. Either the storlet does not exist or you are not authorized to run the storlet.",
  internal: "Internal server error",
  failed: "Storlet execution failed",
  timedOut: "Storlet execution timed out",
  noAclAccess: "Unauthorized to get or modify the container ACL",
  aclOnStore: "storlet ACL update cannot be a storlet container",
  aclHeaderMissing: "storlet ACL update request is missing a mandatory header",
  aclSeveral: "storlet ACL update request has mulformed storlet or user name",
  nobody: "User is not authorized",
  noDestination: "Destination header required",
} as const;

/** The real middleware sends its words as html, without any markup. */
export function refuse(status: number, text: string): SwiftResponse {
  return answerText(status, text, [], htmlType);
}

/** A storlet of the workspace could not be built for its first run. The words may quote source text, so they are no html. */
export function refuseDraft(text: string): SwiftResponse {
  return answerText(503, `${text}\n`, [], textType);
}

/** What Swift's outermost layer answers where something in the pipeline died. */
export function dieInPipeline(): SwiftResponse {
  return answerText(500, "An error occurred", [], textType);
}
