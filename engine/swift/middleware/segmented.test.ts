import { describe, expect, it } from "vitest";
import { systemClock } from "../../support/clock.ts";
import { readBody, streamOf } from "../../support/streams.ts";
import { answer } from "../protocol/errors.ts";
import { answerRange, type ByteRange } from "../protocol/ranges.ts";
import { createRequest, createSystemContext } from "../request.ts";
import type { Handler } from "../types.ts";
import { answerAssembled, streamPieces, type Assembly, type Piece } from "./segmented.ts";

const request = createRequest({ method: "GET", target: "/v1/a/m/slo", context: createSystemContext(systemClock) });

/** Segments of three bytes, and a diary of when each was opened and released. */
function createSegments(failing: ReadonlySet<string> = new Set()): { next: Handler; diary: string[] } {
  const diary: string[] = [];
  async function* bytesOf(name: string): AsyncGenerator<Uint8Array> {
    try {
      for (let at = 0; at < 3; at += 1) yield Buffer.from(name);
    } finally {
      diary.push(`-${name}`);
    }
  }
  const next: Handler = async ({ path, query }) => {
    const name = path!.object!;
    if (failing.has(name)) return answer(503);
    diary.push(`+${name}`);
    expect(query.get("multipart-manifest")).toBe("get");
    return { status: 200, headers: new Map([["etag", name]]), body: streamOf(bytesOf(name)) };
  };
  return { next, diary };
}

async function* pieces(names: string): AsyncGenerator<Piece> {
  for (const object of names) yield { container: "s", object, etag: object, sizeBytes: null, range: null };
}

function assemble(next: Handler, names: string): Assembly {
  const read = ({ start, end }: ByteRange): AsyncGenerator<Uint8Array> =>
    streamPieces(request, next, pieces(names.slice(start / 3, end / 3)));
  return { headers: new Map([["content-type", "text/x"]]), sizeBytes: names.length * 3, read };
}

describe("segments", () => {
  it("are opened one after the other", async () => {
    const { next, diary } = createSegments();
    const response = await answerAssembled(assemble(next, "abc"), { kind: "whole" });
    expect(diary).toEqual(["+a"]);
    expect((await readBody(response.body, 100)).toString()).toBe("aaabbbccc");
    expect(diary).toEqual(["+a", "-a", "+b", "-b", "+c", "-c"]);
  });

  it("are released where nobody reads on", async () => {
    const { next, diary } = createSegments();
    const { body } = await answerAssembled(assemble(next, "abc"), { kind: "whole" });
    for await (const chunk of body as AsyncIterable<Uint8Array>) if (chunk.toString() === "b") break;
    expect(diary).toEqual(["+a", "-a", "+b", "-b"]);
  });

  it.each([
    ["whole", undefined],
    ["several ranges", "bytes=0-2,6-8"],
  ])("are released where nobody reads at all: %s", async (_name, range) => {
    const { next, diary } = createSegments();
    const { body } = await answerAssembled(assemble(next, "abc"), answerRange(range, 9));
    (body as { cancel(): void }).cancel();
    await expect.poll(() => diary).toEqual(["+a", "-a"]);
  });

  it("that cannot be read are 503 at the beginning and an error later", async () => {
    const { next } = createSegments(new Set("b"));
    expect((await answerAssembled(assemble(next, "ba"), { kind: "whole" })).status).toBe(503);
    const { body } = await answerAssembled(assemble(next, "ab"), { kind: "whole" });
    await expect(readBody(body, 100)).rejects.toMatchObject({ code: "REMOTE_FAILED" });
  });
});
