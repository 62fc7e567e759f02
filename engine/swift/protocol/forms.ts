/** `multipart/form-data` as a stream of parts, and the headers in it. Owns the framing; keeps no more than a part of a part. */
import { StudioError } from "../../support/errors.ts";
import { chunksOf, type Body } from "../../support/streams.ts";
import { addHeader } from "./headers.ts";
import type { HeaderMap } from "../types.ts";

export interface FormPart {
  readonly headers: HeaderMap;
  /** Read it before the next part is asked for: what is left of it then is thrown away. */
  readonly body: AsyncIterable<Uint8Array>;
}

const longestHead = 64 * 1024;

/** `form-data; name="a"; filename="b"` as its first word and its attributes. */
export function parseDisposition(header: string): { readonly value: string; readonly attributes: ReadonlyMap<string, string> } {
  const attributes = new Map<string, string>();
  const semicolon = header.indexOf(";");
  if (semicolon < 0) return { value: header, attributes };
  let rest = header.slice(semicolon + 1).trim();
  while (true) {
    const match = /^(\w+)=(".*?"|[^";]+)(?:; ?|$)/.exec(rest);
    if (match === null) break;
    attributes.set(match[1]!, match[2]!.replace(/^"+|"+$/g, ""));
    rest = rest.slice(match[0].length);
  }
  return { value: header.slice(0, semicolon).trim(), attributes };
}

function parseHead(text: string): HeaderMap {
  const headers: HeaderMap = new Map();
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon > 0) addHeader(headers, line.slice(0, colon).trim(), line.slice(colon + 1).trim());
  }
  return headers;
}

const cutShort = (): StudioError => new StudioError("BAD_INPUT", "The form ends before its last boundary.");

/**
 * The parts of a form, one after the other. Throws a SyntaxError where the first boundary is not the announced one, and BAD_INPUT
 * where the form ends too early.
 */
export async function* readForm(body: Body | null, boundary: string): AsyncGenerator<FormPart> {
  const source = chunksOf(body);
  const delimiter = Buffer.from(`\r\n--${boundary}`, "latin1");
  let buffer: Buffer = Buffer.alloc(0);

  /** Takes in one chunk more; false at the end. */
  async function fill(): Promise<boolean> {
    const { done, value } = await source.next();
    if (done === true) return false;
    buffer = Buffer.concat([buffer, value]);
    return true;
  }

  /** The bytes before the next `mark`, which are taken out of the buffer together with it. */
  async function takeUntil(mark: string): Promise<Buffer> {
    while (true) {
      const at = buffer.indexOf(mark);
      if (at >= 0) {
        const taken = buffer.subarray(0, at);
        buffer = buffer.subarray(at + mark.length);
        return taken;
      }
      if (buffer.byteLength > longestHead || !(await fill())) throw cutShort();
    }
  }

  /** The rest of the part that the buffer stands in. May be begun again where an earlier reader has stopped. */
  async function* readPart(state: { isOver: boolean }): AsyncGenerator<Uint8Array> {
    while (!state.isOver) {
      const at = buffer.indexOf(delimiter);
      state.isOver = at >= 0;
      const ready = Math.max(0, state.isOver ? at : buffer.byteLength - delimiter.byteLength + 1);
      const chunk = buffer.subarray(0, ready);
      buffer = buffer.subarray(state.isOver ? at + delimiter.byteLength : ready);
      if (chunk.byteLength > 0) yield chunk;
      if (!state.isOver && !(await fill())) throw cutShort();
    }
  }

  try {
    let first = "";
    while (first === "" || first === "\r") {
      while (!buffer.includes("\n") && buffer.byteLength <= delimiter.byteLength && (await fill()));
      if (!buffer.subarray(0, delimiter.byteLength + 2).includes("\n")) throw new SyntaxError("invalid starting boundary");
      first = (await takeUntil("\n")).toString("latin1");
    }
    if (first.trim() !== `--${boundary}`) throw new SyntaxError("invalid starting boundary");
    while (true) {
      while (buffer.byteLength < 2) if (!(await fill())) throw cutShort();
      const hasHead = !buffer.subarray(0, 2).equals(Buffer.from("\r\n"));
      const head = hasHead ? (await takeUntil("\r\n\r\n")).toString("latin1") : "";
      if (!hasHead) buffer = buffer.subarray(2);
      const state = { isOver: false };
      yield { headers: parseHead(head), body: readPart(state) };
      for await (const skipped of readPart(state)) void skipped;
      while (buffer.byteLength < 2) if (!(await fill())) throw cutShort();
      if (buffer.subarray(0, 2).toString("latin1") === "--") return;
      await takeUntil("\n");
    }
  } finally {
    await source.return(undefined);
  }
}
