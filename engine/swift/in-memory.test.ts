import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { StudioError } from "../support/errors.ts";
import { discardBody, isByteStream, readBody } from "../support/streams.ts";
import { answerText } from "./protocol/errors.ts";
import { createRequest, makeSubrequest } from "./request.ts";
import { createTestSwift, type SendOptions, type TestAnswer, type TestSwift } from "./test-swift.ts";
import type { Middleware } from "./types.ts";

const account = "/v1/AUTH_test";
const owner = { as: "test:tester" } as const;

let swift: TestSwift;
const send = (method: string, target: string, options?: SendOptions): Promise<TestAnswer> => swift.send(method, target, options);
const put = (path: string, body = "", headers: Record<string, string> = {}): Promise<TestAnswer> =>
  send("PUT", account + path, { ...owner, body, headers });

beforeAll(async () => {
  swift = await createTestSwift();
});
afterAll(() => swift[Symbol.asyncDispose]());

describe("in memory", () => {
  it("the system may do everything, and set its own headers", async () => {
    const context = swift.swift.newContext();
    const ask = (method: string, headers: Record<string, string> = {}): ReturnType<typeof swift.swift.handle> =>
      swift.swift.handle(createRequest({ method, target: "/v1/AUTH_system/c", context, headers: new Map(Object.entries(headers)) }));
    expect((await ask("PUT", { "x-container-sysmeta-a": "1", "x-container-read": "x:y" })).status).toBe(201);
    const head = await ask("HEAD");
    expect(head.headers.get("x-container-sysmeta-a")).toBe("1");
    expect(head.headers.get("x-container-read")).toBe("x:y");
    const seen = await send("HEAD", "/v1/AUTH_system/c", { as: "admin:admin" });
    expect(seen.headers).not.toHaveProperty("x-container-sysmeta-a");
  });

  it("clients cannot set what is internal", async () => {
    await put("/internal", "", { "x-container-sysmeta-a": "1", "x-backend-b": "1", "x-timestamp": "1.00000" });
    expect(swift.store.findContainer("AUTH_test", "internal")?.metadata).toEqual({});
  });

  it("middleware after auth sees who asks, and its sub-requests have the rights it chooses", async () => {
    const peek: Middleware = async (request, next) => {
      const path = { account: "AUTH_test2", container: "c", object: null };
      if (!request.headers.has("x-peek")) return next(request);
      const results = await Promise.all(
        (["inherit", "none"] as const).map((authorize) => next(makeSubrequest(request, { method: "HEAD", path, authorize }))),
      );
      return answerText(
        200,
        `${request.context.identity?.user} ${results.map((result) => result.status).join(" ")} ${request.context.owner}`,
      );
    };
    await using peeking = await createTestSwift({ extraMiddleware: { afterAuth: [peek] } });
    await peeking.send("PUT", "/v1/AUTH_test2/c", { as: "test2:tester2" });
    expect((await peeking.send("GET", account, { ...owner, headers: { "x-peek": "1" } })).text).toBe("tester 403 204 true");
  });

  it("bodies are read by whoever asks", async () => {
    await put("/internal/o", "in memory");
    const response = await swift.swift.handle(
      createRequest({ method: "GET", target: `${account}/internal/o`, context: swift.swift.newContext() }),
    );
    expect((await readBody(response.body, 100)).toString()).toBe("in memory");
  });

  it("bodies of whole objects and of one range say in which file they lie, put together ones do not", async () => {
    const large = "x".repeat(200_000);
    await put("/internal/large", large);
    await send("PUT", `${account}/internal/slo?multipart-manifest=put`, { ...owner, body: JSON.stringify([{ path: "/internal/large" }]) });
    const fileOf = async (object: string, range?: string): Promise<[number, number] | null> => {
      const headers = new Map(range === undefined ? [] : [["range", range]]);
      const target = `${account}/internal/${object}`;
      const { body } = await swift.swift.handle(createRequest({ method: "GET", target, headers, context: swift.swift.newContext() }));
      discardBody(body);
      const file = body !== null && isByteStream(body) ? body.file : undefined;
      return file === undefined ? null : [file.startBytes, file.endBytes];
    };
    expect(await fileOf("large")).toEqual([0, 200_000]);
    expect(await fileOf("large", "bytes=5-150000")).toEqual([5, 150_001]);
    expect(await fileOf("large", "bytes=0-90000,100000-190000")).toBeNull();
    expect(await fileOf("slo")).toBeNull();
    expect(await fileOf("o")).toBeNull();
  });

  it.each([
    ["DISK_FULL", 507, "Insufficient Storage"],
    ["CANCELLED", 499, "Client Disconnect"],
    ["INPUT_TOO_LARGE", 413, "Your request is too large."],
    ["BAD_INPUT", 400, "Bad Request"],
  ] as const)("what is thrown as %s is answered with %i, and is no bug", async (code, status, text) => {
    const throwing: Middleware = async () => {
      throw new StudioError(code, "expected");
    };
    await using failing = await createTestSwift({ extraMiddleware: { afterAuth: [throwing] } });
    const answer = await failing.send("GET", account, owner);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(text);
  });
});
