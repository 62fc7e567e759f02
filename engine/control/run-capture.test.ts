import { describe, expect, it } from "vitest";
import type { CapturedExchange } from "../runs/exchanges.ts";
import { streamOf, readBody, type Body, type ByteStream } from "../support/streams.ts";
import { systemClock } from "../support/clock.ts";
import { createRequest, createSystemContext } from "../swift/request.ts";
import type { Handler, SwiftRequest } from "../swift/types.ts";
import { createRunCapture, keptHeaders, withoutSecrets } from "./run-capture.ts";

function requestOf(parts: { method?: string; headers?: Record<string, string>; body?: Body | null } = {}): SwiftRequest {
  return createRequest({
    method: parts.method ?? "GET",
    target: "/v1/AUTH_test/samples/access.log?storlet_x=1&temp_url_sig=abc",
    context: createSystemContext(systemClock),
    headers: new Map(Object.entries(parts.headers ?? { "x-run-storlet": "line_filter.py" })),
    body: parts.body ?? null,
  });
}

/** A stream that writes each chunk over the one before, as real sources do. */
function reusing(texts: string[], failure?: Error): ByteStream {
  const buffer = Buffer.alloc(64);
  return streamOf(
    (async function* () {
      for (const text of texts) yield buffer.subarray(0, buffer.write(text));
      if (failure !== undefined) throw failure;
    })(),
  );
}

async function pass(request: SwiftRequest, handler: Handler, capBytes?: number) {
  const kept: CapturedExchange[] = [];
  const capture = createRunCapture({ keep: (_id, exchange) => kept.push(exchange), ...(capBytes === undefined ? {} : { capBytes }) });
  const response = await capture(request, handler);
  return { response, kept };
}

const answerWith =
  (body: Body | null, status = 200): Handler =>
  async () => ({ status, headers: new Map([["content-type", "text/plain"]]), body });
const textOf = (exchange: CapturedExchange | undefined, side: "request" | "response"): string | undefined =>
  exchange === undefined ? undefined : Buffer.from(exchange[side].body?.bytes ?? []).toString();

describe("capture", () => {
  it("keeps what passed, byte for byte, when the answer has gone out", async () => {
    const { response, kept } = await pass(requestOf(), answerWith(reusing(["first ", "second"])));
    expect(kept).toEqual([]);
    expect((await readBody(response.body, 100)).toString()).toBe("first second");
    expect(textOf(kept[0], "response")).toBe("first second");
    expect(kept[0]).toMatchObject({
      request: { method: "GET", target: "/v1/AUTH_test/samples/access.log?storlet_x=1&temp_url_sig=hidden", body: null },
      response: { status: 200, body: { sizeBytes: 12, cut: false } },
    });
    expect(kept[0]?.response.headers.map(({ name }) => name)).toEqual(["content-type", "x-trans-id", "x-openstack-request-id"]);
  });

  it("keeps the front of a long body only, and counts the rest", async () => {
    const { response, kept } = await pass(requestOf(), answerWith(reusing(["0123456789", "0123456789"])), 12);
    await readBody(response.body, 100);
    expect(textOf(kept[0], "response")).toBe("012345678901");
    expect(kept[0]?.response.body).toMatchObject({ sizeBytes: 20, cut: false });
  });

  it("keeps what a PUT sent, as far as it was read", async () => {
    const { kept } = await pass(
      requestOf({ method: "PUT", body: reusing(["sent"]), headers: { "x-run-storlet": "a" } }),
      async (request) => {
        await readBody(request.body, 100);
        return { status: 201, headers: new Map(), body: null };
      },
    );
    expect(textOf(kept[0], "request")).toBe("sent");
    expect(kept[0]?.response).toMatchObject({ status: 201, body: null });
  });

  it("says where an answer broke off, and hands the failure on", async () => {
    const { response, kept } = await pass(requestOf(), answerWith(reusing(["part"], new Error("gone"))));
    await expect(readBody(response.body, 100)).rejects.toThrow("gone");
    expect(kept[0]?.response.body).toMatchObject({ sizeBytes: 4, cut: true });
  });

  it("says where a client went away, and releases the source", async () => {
    let cancelled = false;
    const source = streamOf(reusing(["a", "b"]), () => (cancelled = true));
    const { response, kept } = await pass(requestOf(), answerWith(source));
    (response.body as ByteStream).cancel();
    expect(cancelled).toBe(true);
    expect(kept).toHaveLength(1);
    expect(kept[0]?.response.body).toMatchObject({ cut: true });
  });

  it("leaves requests that run nothing alone", async () => {
    const request = requestOf({ headers: {} });
    const body = reusing(["x"]);
    const { response, kept } = await pass(request, async (given) => {
      expect(given).toBe(request);
      return { status: 200, headers: new Map(), body };
    });
    expect(response.body).toBe(body);
    expect(kept).toEqual([]);
  });
});

it.each([
  ["x-auth-token", "AUTH_tk123", [{ name: "x-auth-token", value: "", hiddenCharacters: 10 }]],
  ["x-account-meta-temp-url-key", "key", [{ name: "x-account-meta-temp-url-key", value: "", hiddenCharacters: 3 }]],
  ["cookie", "session=1", []],
  ["sec-fetch-mode", "cors", []],
  ["x-storlet-parameter-1", "a:b", [{ name: "x-storlet-parameter-1", value: "a:b" }]],
])("header %s", (name, value, expected) => {
  expect(keptHeaders(new Map([[name, value]]))).toEqual(expected);
});

it("leaves signatures out of targets", () => {
  expect(withoutSecrets("/v1/a/c/o?temp_url_sig=abc&temp_url_expires=1")).toBe("/v1/a/c/o?temp_url_sig=hidden&temp_url_expires=1");
});
