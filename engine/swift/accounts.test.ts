import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock, type Clock } from "../support/clock.ts";
import { createTestSwift, type SendOptions, type TestAnswer, type TestSwift } from "./test-swift.ts";

const account = "/v1/AUTH_test";
const owner = { as: "test:tester" } as const;

let swift: TestSwift;
const send = (method: string, target: string, options?: SendOptions): Promise<TestAnswer> => swift.send(method, target, options);

beforeAll(async () => {
  swift = await createTestSwift();
});
afterAll(() => swift[Symbol.asyncDispose]());

describe("outside of accounts", () => {
  it.each([
    ["GET", "/healthcheck", 200, "OK"],
    ["GET", "/", 404, "<html><h1>Not Found</h1>"],
    ["GET", "/v1", 412, "Bad URL"],
    ["GET", "/nope", 412, "Bad URL"],
    ["GET", "/auth", 412, "Bad URL"],
    ["GET", "/v2/AUTH_test", 400, "<html><h1>Bad Request</h1>"],
    ["GET", "//v1/AUTH_test", 404, "<html><h1>Not Found</h1>"],
    ["GET", "/v1/AUTH_test/c/%FF", 412, "Invalid UTF8 or contains NULL"],
    ["GET", "/v1/AUTH_test/c/%00", 412, "Invalid UTF8 or contains NULL"],
    ["PUT", "/info", 405, "<html><h1>Method Not Allowed</h1>"],
    ["PATCH", "/v1/AUTH_test/c", 405, "<html><h1>Method Not Allowed</h1>"],
    ["GET", "/v1/OTHER_x", 401, "<html><h1>Unauthorized</h1>"],
  ])("%s %s is %i", async (method, target, status, text) => {
    const answer = await send(method, target);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(text);
    expect(answer.headers["x-trans-id"]).toMatch(/^tx[0-9a-f]{21}-[0-9a-f]{10}$/);
    expect(answer.headers["x-openstack-request-id"]).toBe(answer.headers["x-trans-id"]);
    expect(answer.headers.date).toBeDefined();
  });

  it("/info says what is there, and what others add", async () => {
    swift.swift.info.register("extra", () => ({ works: true }));
    const answer = await send("GET", "/info");
    expect(answer.headers["content-type"]).toBe("application/json; charset=UTF-8");
    expect(JSON.parse(answer.text)).toMatchObject({
      swift: { max_file_size: 5368709122, container_listing_limit: 10000 },
      tempauth: { account_acls: true },
      extra: { works: true },
    });
    expect((await send("HEAD", "/info")).status).toBe(200);
    expect((await send("OPTIONS", "/info")).headers.allow).toBe("HEAD, GET, OPTIONS");
  });
});

describe("tempauth", () => {
  const login = (target: string, headers: Record<string, string>, method = "GET"): Promise<TestAnswer> => send(method, target, { headers });
  it("gives the same token for every login, and a URL of the host that was asked", async () => {
    const headers = { "x-auth-user": "test:tester", "x-auth-key": "testing", host: "example.com:81" };
    const [one, other] = await Promise.all([login("/auth/v1.0", headers), login("/auth/v1.0/", headers)]);
    expect(one.status).toBe(200);
    expect(one.headers).toMatchObject({ "x-storage-url": "http://example.com:81/v1/AUTH_test", "content-length": "0" });
    expect(one.headers["x-auth-token"]).toMatch(/^AUTH_tk[0-9a-f]{32}$/);
    expect(one.headers["x-storage-token"]).toBe(one.headers["x-auth-token"]);
    expect(other.headers["x-auth-token"]).toBe(one.headers["x-auth-token"]);
  });

  const good = { "x-auth-user": "test:tester", "x-auth-key": "testing" };
  it.each<[string, Record<string, string>, number, string | undefined, string?]>([
    ["/auth/v1.0", { "x-storage-user": "test:tester", "x-storage-pass": "testing" }, 200, undefined],
    ["/auth/v1/test/auth", good, 200, undefined],
    ["/auth/v1/test/auth", { ...good, "x-auth-user": "tester" }, 401, "test"],
    ["/auth/v1/test/auth", { "x-storage-user": "tester", "x-auth-key": "testing" }, 200, undefined],
    ["/auth/v1/test2/auth", good, 401, "test2"],
    ["/auth/v1.0", { "x-auth-user": "test:member", "x-auth-key": "member" }, 200, undefined],
    ["/auth/v1.0", {}, 401, "unknown"],
    ["/auth/v1.0", { ...good, "x-auth-key": "wrong" }, 401, "unknown"],
    ["/auth/v1.0", { ...good, "x-auth-user": "test:nobody" }, 401, "test"],
    ["/auth/v1.0", { ...good, "x-auth-user": "nobody:at-all" }, 401, "unknown"],
    ["/auth/v1.0", { ...good, "x-auth-user": "no colon" }, 401, "unknown"],
    ["/auth/v1", good, 400, undefined],
    ["/auth/v2.0", good, 400, undefined],
    ["/auth/v1.0", good, 405, undefined, "POST"],
  ])("%s %j is %i", async (target, headers, status, realm, method = "GET") => {
    const answer = await login(target, headers, method);
    expect(answer.status).toBe(status);
    if (realm !== undefined) expect(answer.headers["www-authenticate"]).toBe(`Swift realm="${realm}"`);
  });

  it("ends a token after a day, and gives another", async () => {
    let nowMs = 1_000_000_000;
    const clock: Clock = { nowMs: () => nowMs, elapsedMs: systemClock.elapsedMs };
    await using aged = await createTestSwift({ clock });
    const token = await aged.tokenOf("test:tester");
    const ask = (): Promise<TestAnswer> => aged.send("HEAD", account, { headers: { "x-auth-token": token } });
    expect((await ask()).status).toBe(200);
    nowMs += 86_400_000;
    expect((await ask()).status).toBe(401);
    const renewed = await aged.send("GET", "/auth/v1.0", { headers: { "x-auth-user": "test:tester", "x-auth-key": "testing" } });
    expect(renewed.headers["x-auth-token"]).not.toBe(token);
  });

  it.each<[string, SendOptions, number]>([
    ["nobody", {}, 401],
    ["a bad token", { headers: { "x-auth-token": "AUTH_tkno" } }, 401],
    ["a token of somebody else's making", { headers: { "x-auth-token": "other" } }, 401],
    ["a user without rights", { as: "test:tester3" }, 403],
    ["a member without rights", { as: "test:member" }, 403],
    ["the owner of another account", { as: "test2:tester2" }, 403],
    ["the owner", { as: "test:tester" }, 200],
    ["another owner", { as: "test:tester2" }, 200],
    ["a reseller admin", { as: "test:tester6" }, 200],
    ["an admin of resellers", { as: "admin:admin" }, 200],
  ])("lets %s see the account or not", async (_who, options, status) => {
    const answer = await send("GET", `${account}?format=json`, options);
    expect(answer.status).toBe(status);
    if (status === 401) expect(answer.headers["www-authenticate"]).toBe('Swift realm="AUTH_test"');
  });

  it("lets a reader of resellers look everywhere, and change nothing", async () => {
    const users = [{ account: "audit", user: "reader", key: "k", groups: [".reseller_reader"] }];
    await using audited = await createTestSwift({ users });
    const { headers } = await audited.send("GET", "/auth/v1.0", { headers: { "x-auth-user": "audit:reader", "x-auth-key": "k" } });
    const token = { "x-auth-token": String(headers["x-auth-token"]) };
    expect((await audited.send("GET", account, { headers: token })).status).toBe(204);
    expect((await audited.send("PUT", `${account}/c`, { headers: token })).status).toBe(403);
    expect((await audited.send("GET", "/v1/AUTH_.hidden", { headers: token })).status).toBe(403);
  });

  it("wants a service token beside the owner's for service accounts", async () => {
    const ask = async (serviceToken?: string): Promise<number> =>
      (
        await send("GET", "/v1/SERVICE_test?format=json", {
          ...owner,
          headers: serviceToken === undefined ? {} : { "x-service-token": serviceToken },
        })
      ).status;
    expect(await ask()).toBe(403);
    expect(await ask(await swift.tokenOf("test5:tester5"))).toBe(200);
  });
});

describe("accounts", () => {
  it("exist for the first time when they are used", async () => {
    await using fresh = await createTestSwift();
    expect((await fresh.send("HEAD", account, owner)).status).toBe(200);
    expect((await fresh.send("GET", account, owner)).status).toBe(204);
    await fresh.send("PUT", `${account}/c`, owner);
    const head = await fresh.send("HEAD", account, owner);
    expect(head.status).toBe(204);
    expect(head.headers).toMatchObject({
      "content-length": "0",
      "x-account-container-count": "1",
      "x-account-object-count": "0",
      "x-account-bytes-used": "0",
      "x-account-storage-policy-gold-container-count": "1",
    });
    expect(head.headers["x-timestamp"]).toMatch(/^\d+\.\d{5}$/);
  });

  it("are created and deleted by resellers alone", async () => {
    await using fresh = await createTestSwift();
    const as = { as: "test:tester6" } as const;
    expect((await fresh.send("PUT", "/v1/AUTH_new", owner)).status).toBe(403);
    expect((await fresh.send("PUT", "/v1/AUTH_new", as)).status).toBe(201);
    expect((await fresh.send("PUT", "/v1/AUTH_new", as)).status).toBe(202);
    expect((await fresh.send("PUT", "/v1/AUTH_new/c", as)).status).toBe(201);
    expect((await fresh.send("DELETE", "/v1/AUTH_new", as)).status).toBe(204);
    const gone = await fresh.send("HEAD", "/v1/AUTH_new", as);
    expect([gone.status, gone.headers["x-account-status"]]).toEqual([410, "Deleted"]);
    expect((await fresh.send("PUT", "/v1/AUTH_new/c", as)).status).toBe(503);
  });

  it("merge metadata on POST", async () => {
    const meta = async (headers: Record<string, string>): Promise<number> => (await send("POST", account, { ...owner, headers })).status;
    expect(await meta({ "x-account-meta-a": "1", "x-account-meta-b": "2" })).toBe(204);
    await meta({ "x-account-meta-a": "", "X-Account-Meta-Temp-URL-Key": "secret" });
    const head = await send("HEAD", account, owner);
    expect(head.headers).toMatchObject({ "x-account-meta-b": "2", "x-account-meta-temp-url-key": "secret" });
    expect(head.headers).not.toHaveProperty("x-account-meta-a");
  });

  it("share themselves with an ACL", async () => {
    await using fresh = await createTestSwift();
    await fresh.send("PUT", `${account}/c`, owner);
    const share = (acl: string): Promise<TestAnswer> =>
      fresh.send("POST", account, { ...owner, headers: { "x-account-access-control": acl } });
    const rights = async (): Promise<number[]> => {
      const as = { as: "test:tester3" } as const;
      const answers = [
        await fresh.send("GET", `${account}/c`, as),
        await fresh.send("PUT", `${account}/c/o`, as),
        await fresh.send("POST", account, as),
      ];
      return answers.map((answer) => answer.status);
    };
    expect(await rights()).toEqual([403, 403, 403]);
    expect((await share('{ "read-only": ["test:tester3"] }')).status).toBe(204);
    expect(await rights()).toEqual([204, 403, 403]);
    expect((await fresh.send("HEAD", account, owner)).headers["x-account-access-control"]).toBe('{"read-only":["test:tester3"]}');
    expect((await fresh.send("HEAD", account, { as: "test:tester3" })).headers).not.toHaveProperty("x-account-access-control");
    await share('{"read-write":["test:tester3"]}');
    expect(await rights()).toEqual([204, 201, 403]);
    await share('{"admin":["test:tester3"]}');
    expect(await rights()).toEqual([200, 201, 204]);
    const bad = await share("nonsense");
    expect([bad.status, bad.text]).toEqual([
      400,
      "X-Account-Access-Control invalid: Syntax error in input ('nonsense')\n\nInput: nonsense\n",
    ]);
    await share("{}");
    expect(await rights()).toEqual([403, 403, 403]);
  });
});
