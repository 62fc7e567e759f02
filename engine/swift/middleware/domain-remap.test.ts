import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestSwift, type TestSwift } from "../test-swift.ts";

const owner = { as: "test:tester" } as const;

let swift: TestSwift;
beforeAll(async () => {
  swift = await createTestSwift({ storageDomain: "objects.test" });
  await swift.send("PUT", "/v1/AUTH_test/c", { ...owner, headers: { "x-container-read": ".r:*", "x-container-meta-web-index": "i" } });
  await swift.send("PUT", "/v1/AUTH_test/c/d/i", { ...owner, body: "index" });
  await swift.send("PUT", "/v1/AUTH_test/c//v1", { ...owner, body: "slash" });
});
afterAll(() => swift[Symbol.asyncDispose]());

it.each([
  ["AUTH_test.objects.test", "/c/d/i", 200, "index"],
  ["auth-test.objects.test:81", "/c/d/i", 200, "index"],
  ["c.AUTH-test.objects.test", "/d/i", 200, "index"],
  ["c.auth-test.objects.test", "//v1", 200, "slash"],
  ["c.auth-test.objects.test", "/d/", 200, "index"],
  ["other.objects.test", "/v1/AUTH_test/c/d/i", 200, "index"],
  ["objects.test", "/v1/AUTH_test/c/d/i", 200, "index"],
  ["c.AUTH-test.localhost", "/v1/AUTH_test/c/d/i", 200, "index"],
  ["a.b.AUTH-test.objects.test", "/", 400, "Bad domain in host header"],
  ["c.AUTH-test.objects.test", "/%FF", 412, "Invalid UTF8 or contains NULL"],
])("%s%s is %i", async (host, target, status, text) => {
  expect(await swift.send("GET", target, { headers: { host } })).toMatchObject({ status, text });
});

it("names the path that the client knows", async () => {
  const headers = { host: "c.AUTH-test.objects.test" };
  const answer = await swift.send("GET", "/d", { headers });
  expect(answer.headers["location"]).toBe("http://c.AUTH-test.objects.test/d/");
});

it("lists an account, stores in it, and keeps the query", async () => {
  const headers = { host: "AUTH-test.objects.test" };
  expect((await swift.send("GET", "/?format=json", { ...owner, headers })).text).toContain('"name":"c"');
  expect((await swift.send("PUT", "/new", { ...owner, headers })).status).toBe(201);
  expect((await swift.send("HEAD", "/v1/AUTH_test/new", owner)).status).toBe(204);
});
