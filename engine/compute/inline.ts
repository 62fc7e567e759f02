/** What is small enough to travel on the control connection itself: each connection saved is a good part of a small invocation. Sends nothing. */
import { isByteStream } from "../support/streams.ts";
import type { InvocationSpec } from "./types.ts";

/** Inputs of one invocation, together. */
const inlineBytes = 16 * 1024;

/** Fields of the message that starts an invocation; null for what has a connection. */
export interface InlineParts {
  readonly inputs: readonly ({ readonly bytes: string } | null)[];
  readonly output: { readonly output: "events" } | null;
}

/** Java's daemons only: in Python each run is a process, which reads and writes its connections itself. */
export function chooseInline({ bundle, inputs }: InvocationSpec): InlineParts {
  if (bundle.language !== "java") return { inputs: inputs.map(() => null), output: null };
  let left = inlineBytes;
  const chosen = inputs.map(({ body }) => {
    if (isByteStream(body) || body.byteLength > left) return null;
    left -= body.byteLength;
    return { bytes: Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("base64") };
  });
  // From a large input comes a large output: better a connection at once than one that is asked for.
  return { inputs: chosen, output: chosen.includes(null) ? null : { output: "events" } };
}
