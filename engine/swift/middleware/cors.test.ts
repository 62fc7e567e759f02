import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestSwift, type TestAnswer, type TestSwift } from "../test-swift.ts";

const account = "/v1/AUTH_test";
const owner = { as: "test:tester" } as const;
const origin = "http://one.test";

let swift: TestSwift;
beforeAll(async () => {
  swift = await createTestSwift();
  const put = (name: string, settings: Record<string, string>): Promise<TestAnswer> => {
    const headers = Object.entries(settings).map(([key, value]) => [`x-container-meta-access-control-${key}`, value]);
    return swift.send("PUT", `${account}/${name}`, { ...owner, headers: Object.fromEntries(headers) });
  };
  await put("none", {});
  await put("two", { "allow-origin": "http://one.test http://two.test", "max-age": "7", "expose-headers": "X-Mine x-other" });
  await put("any", { "allow-origin": "*" });
  await swift.send("PUT", `${account}/two/o`, { ...owner, headers: { "x-object-meta-color": "red" } });
});
afterAll(() => swift[Symbol.asyncDispose]());

describe("a preflight request", () => {
  const preflight = (target: string, headers: Record<string, string>): Promise<TestAnswer> => swift.send("OPTIONS", target, { headers });

  it.each([
    [`${account}/none/o`, { origin, "access-control-request-method": "GET" }, 401],
    [`${account}/missing/o`, { origin, "access-control-request-method": "GET" }, 401],
    [`${account}/two/o`, { origin: "http://three.test", "access-control-request-method": "GET" }, 401],
    [`${account}/two/o`, { origin, "access-control-request-method": "LICK" }, 401],
    [`${account}/two/o`, { origin }, 401],
    [`${account}/two/o`, { origin, "access-control-request-method": "COPY" }, 200],
    [`${account}/two`, { origin, "access-control-request-method": "COPY" }, 401],
    [`${account}/any`, { origin, "access-control-request-method": "PUT" }, 200],
    [account, { origin }, 200],
    [`${account}/none/o`, {}, 200],
  ])("to %s with %j is %i", async (target, headers, status) => {
    const answer = await preflight(target, headers as Record<string, string>);
    expect(answer.status).toBe(status);
    expect(answer.headers["allow"]).toContain("OPTIONS");
    if (status === 401) expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
  });

  it("learns what is allowed", async () => {
    const asked = { "access-control-request-method": "PUT", "access-control-request-headers": "X-A, x-b,, x-b" };
    const answer = await preflight(`${account}/two/o`, { origin, ...asked });
    expect(answer.headers).toMatchObject({
      "access-control-allow-origin": origin,
      "access-control-max-age": "7",
      "access-control-allow-headers": "X-A, x-b",
      vary: "Origin, Access-Control-Request-Headers",
    });
    expect(answer.headers["access-control-allow-methods"]?.split(", ").toSorted()).toEqual(
      ["COPY", "DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"].toSorted(),
    );
    expect((await preflight(`${account}/any/o`, { origin, ...asked })).headers).toMatchObject({
      "access-control-allow-origin": "*",
      vary: "Access-Control-Request-Headers",
    });
  });
});

describe("an ordinary request", () => {
  it("shows scripts what the container allows them to see, errors too", async () => {
    const answer = await swift.send("GET", `${account}/two/o`, { ...owner, headers: { origin } });
    expect(answer.headers).toMatchObject({ "access-control-allow-origin": origin, vary: "Origin" });
    const exposed = answer.headers["access-control-expose-headers"]?.split(", ");
    expect(exposed).toEqual(expect.arrayContaining(["etag", "x-trans-id", "x-object-meta-color", "x-mine", "x-other"]));
    const missing = await swift.send("GET", `${account}/two/none`, { ...owner, headers: { origin } });
    expect(missing.status).toBe(404);
    expect(missing.headers["access-control-allow-origin"]).toBe(origin);
    expect((await swift.send("GET", `${account}/any`, { ...owner, headers: { origin } })).headers).toMatchObject({
      "access-control-allow-origin": "*",
    });
  });

  it.each([
    [`${account}/two/o`, "http://three.test"],
    [`${account}/none`, origin],
    [account, origin],
  ])("to %s from %s carries nothing of it", async (target, from) => {
    const answer = await swift.send("GET", target, { ...owner, headers: { origin: from } });
    expect(answer.status).toBeLessThan(300);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
  });
});
