/** The control port of a real engine: who may come in, and what the screen is served with. */
import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestEngine, type TestEngine } from "./test-engine.ts";

let engine: TestEngine;
beforeAll(async () => {
  engine = await createTestEngine({ samples: true });
});
afterAll(() => engine[Symbol.asyncDispose]());

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** A request with exactly the headers given: fetch would set Host itself. */
function ask(path: string, headers: Record<string, string>, method = "GET"): Promise<Answer> {
  const { hostname, port } = new URL(engine.control.origin);
  return new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() }),
      );
    });
    request.on("error", reject);
    request.end();
  });
}

describe.each(["/trpc/engine.status", "/trpc/engine.events", "/swift/v1/AUTH_test", "/trpc/nothing"])("%s", (path) => {
  it.each<[string, () => Record<string, string>, number]>([
    ["no token", () => ({}), 401],
    ["a wrong token", () => ({ authorization: "Bearer 00" }), 401],
    ["the token in the query only", () => ({ "x-no-header": "1" }), 401],
    ["a rebound host name", () => ({ ...engine.control.headers, host: "evil.example" }), 403],
    ["another page's origin", () => ({ ...engine.control.headers, origin: "http://127.0.0.1:1" }), 403],
    ["a cross-site request", () => ({ ...engine.control.headers, "sec-fetch-site": "cross-site" }), 403],
  ])("refuses %s", async (_case, headers, status) => {
    const token = engine.control.headers.authorization.slice("Bearer ".length);
    expect((await ask(`${path}?token=${token}`, headers())).status).toBe(status);
  });
});

it("opens with the token of its address, and by the cookie from then on", async () => {
  const token = engine.control.headers.authorization.slice("Bearer ".length);
  expect((await ask("/?token=wrong", {})).status).toBe(401);
  const page = await ask(`/?token=${token}`, {});
  expect(page.status).toBe(200);
  const cookie = String(page.headers["set-cookie"]);
  expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
  expect(String(page.headers["content-security-policy"])).toContain("script-src 'self'");
  const status = await ask("/trpc/engine.status", { cookie: cookie.split(";")[0] as string });
  expect(status.status).toBe(200);
  expect(JSON.parse(status.body)).toMatchObject({ result: { data: { account: "AUTH_test", swiftUrl: engine.ready.swift } } });
});

it.each(["/../package.json", "/..%2f..%2fpackage.json", "/%2e%2e/%2e%2e/etc/passwd", "/assets/../../../package.json", "/%00"])(
  "serves nothing outside its folder: %s",
  async (path) => {
    expect((await ask(path, {})).status).toBe(404);
  },
);

it("is Swift for the workspace's account under /swift, errors included", async () => {
  const listing = await ask("/swift/v1/AUTH_test/samples", engine.control.headers);
  expect(listing.status).toBe(200);
  expect(listing.body.split("\n")).toContain("access.log");
  expect((await ask("/swift/v1/AUTH_test/nope", engine.control.headers)).status).toBe(404);
  expect((await ask("/swift/v1/AUTH_other", engine.control.headers)).status).toBe(403);
});

it("reports errors with code, reason and advice, and without a stack", async () => {
  const answer = await ask(
    `/trpc/workspace.read?input=${encodeURIComponent(JSON.stringify({ path: "../../etc/passwd" }))}`,
    engine.control.headers,
  );
  expect(answer.status).toBe(400);
  const { error } = JSON.parse(answer.body) as { error: { data: { problem: unknown; stack?: string } } };
  expect(error.data.problem).toMatchObject({ code: "BAD_INPUT", message: expect.stringContaining("not in the workspace") });
  expect(answer.body).not.toContain("at ");
  const malformed = await ask(`/trpc/runs.list?input=${encodeURIComponent('{"limit":-1}')}`, engine.control.headers);
  expect(JSON.parse(malformed.body)).toMatchObject({ error: { data: { problem: { code: "BAD_INPUT" } } } });
});
