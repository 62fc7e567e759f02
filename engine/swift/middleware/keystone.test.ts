import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Clock } from "../../support/clock.ts";
import { createTestSwift, type SendOptions, type TestAnswer, type TestSwift } from "../test-swift.ts";

let nowMs = Date.UTC(2026, 10, 20);
const clock: Clock = { nowMs: () => nowMs, elapsedMs: () => nowMs };

let swift: TestSwift;
beforeAll(async () => {
  swift = await createTestSwift({ clock });
});
afterAll(() => swift[Symbol.asyncDispose]());

const inDefault = { domain: { name: "Default" } };
const projectScope = (name: string, domain = "Default"): unknown => ({ project: { name, domain: { name: domain } } });

interface LoginOptions {
  readonly scope?: unknown;
  readonly domain?: string;
  readonly query?: string;
}

function authenticate(auth: unknown, query = ""): Promise<TestAnswer> {
  const body = JSON.stringify({ auth });
  return swift.send("POST", `/v3/auth/tokens${query}`, { headers: { "content-type": "application/json" }, body });
}

function login(name: string, password: string, { scope, domain = "Default", query }: LoginOptions = {}): Promise<TestAnswer> {
  const identity = { methods: ["password"], password: { user: { name, domain: { name: domain }, password } } };
  return authenticate({ identity, ...(scope === undefined ? {} : { scope }) }, query);
}

const tokenIn = (answer: TestAnswer): string => String(answer.headers["x-subject-token"]);

interface TokenBody {
  methods: string[];
  user: { id: string; name: string; domain: { id: string; name: string } };
  project?: { id: string; name: string; domain: { id: string } };
  domain?: { id: string };
  roles?: { name: string }[];
  catalog?: { type: string; endpoints: { interface: string; url: string; region: string }[] }[];
  expires_at: string;
}

const bodyOf = (answer: TestAnswer): TokenBody => (JSON.parse(answer.text) as { token: TokenBody }).token;

/** A request with a token of Keystone. */
async function as(user: string, method: string, target: string, options: SendOptions = {}): Promise<TestAnswer> {
  const [project = "", name = "", password = "", domain = "Default"] = user.split(":");
  const token = tokenIn(await login(name, password, { scope: projectScope(project, domain), domain }));
  return swift.send(method, target, { ...options, headers: { "x-auth-token": token, ...options.headers } });
}

describe("a login", () => {
  it("gives a token, roles and a catalog with the host that was asked", async () => {
    const body = JSON.stringify({
      auth: {
        identity: { methods: ["password"], password: { user: { name: "tester", domain: { id: "default" }, password: "testing" } } },
        scope: { project: { id: "test" } },
      },
    });
    const answer = await swift.send("POST", "/v3/auth/tokens", { headers: { host: "swift.test:81" }, body });
    expect(answer.status).toBe(201);
    expect(answer.headers["content-type"]).toBe("application/json");
    const token = bodyOf(answer);
    expect(token).toMatchObject({
      methods: ["password"],
      user: { name: "tester", domain: { id: "default", name: "Default" } },
      project: { id: "test", name: "test", domain: { id: "default" } },
      roles: [{ name: "admin" }, { name: "member" }, { name: "reader" }],
      expires_at: "2026-11-21T00:00:00.000000Z",
    });
    const store = token.catalog?.find(({ type }) => type === "object-store");
    expect(store?.endpoints.map(({ interface: kind }) => kind)).toEqual(["public", "internal", "admin"]);
    for (const { url, region } of store!.endpoints) {
      expect([url, region]).toEqual(["http://swift.test:81/v1/AUTH_test", "RegionOne"]);
    }
    expect((await swift.send("HEAD", "/v1/AUTH_test", { headers: { "x-auth-token": tokenIn(answer) } })).status).toBe(200);
  });

  it.each<[string, LoginOptions, Partial<TokenBody> & { project?: unknown }, string[]]>([
    ["tester:testing", {}, { project: { id: "test", name: "test", domain: { id: "default" } } }, ["admin", "member", "reader"]],
    ["test:tester3:testing3", { scope: projectScope("test") }, {}, ["member", "reader"]],
    ["tester2:testing2", { scope: projectScope("test2") }, {}, ["admin", "member", "reader"]],
    ["tester2:testing2", { scope: projectScope("test") }, {}, ["admin", "member", "reader"]],
    ["tester5:testing5", { scope: projectScope("test5", "default") }, {}, ["service", "member", "reader"]],
    ["tester6:testing6", { scope: projectScope("test") }, {}, ["ResellerAdmin", "member", "reader"]],
    ["admin:admin", { scope: { domain: { id: "default" } } }, { domain: { id: "default" } }, ["admin", "member", "reader"]],
    ["tester4:testing4", { scope: projectScope("test4", "test-domain"), domain: "test-domain" }, {}, ["admin", "member", "reader"]],
  ])("of %s with %j", async (user, options, expected, roles) => {
    const colon = user.lastIndexOf(":");
    const answer = await login(user.slice(0, colon), user.slice(colon + 1), options);
    expect(answer.status).toBe(201);
    expect(bodyOf(answer)).toMatchObject(expected);
    expect(bodyOf(answer).roles?.map(({ name }) => name)).toEqual(roles);
  });

  it("without a scope, and without a catalog", async () => {
    const unscoped = bodyOf(await login("tester", "testing", { scope: "unscoped" }));
    expect(Object.keys(unscoped)).not.toContain("project");
    expect(Object.keys(unscoped)).not.toContain("roles");
    expect(bodyOf(await login("tester", "testing", { query: "?nocatalog" })).catalog).toBeUndefined();
  });

  it.each<[string, string, LoginOptions]>([
    ["tester", "wrong", {}],
    ["nobody", "testing", {}],
    ["tester", "testing", { domain: "test-domain" }],
    ["tester4", "testing4", {}],
    ["tester", "testing", { scope: projectScope("test2") }],
    ["tester", "testing", { scope: projectScope("nowhere") }],
    ["tester", "testing", { scope: projectScope("test", "test-domain") }],
    ["tester", "testing", { scope: { domain: { id: "default" } } }],
    ["tester", "testing", { scope: { system: { all: true } } }],
    ["admin", "admin", { scope: { domain: { id: "nowhere" } } }],
  ])("of %s with %s and %j is refused", async (name, password, options) => {
    const answer = await login(name, password, options);
    expect(answer.status).toBe(401);
    expect(answer.headers["www-authenticate"]).toBe(`Keystone uri="${swift.url}/v3"`);
    expect(JSON.parse(answer.text)).toMatchObject({ error: { code: 401, title: "Unauthorized" } });
  });

  it.each<[string, number]>([
    ["", 400],
    ["{", 400],
    ["[]", 400],
    ['{"auth":{}}', 400],
    ['{"auth":{"identity":{"methods":[]}}}', 400],
    ['{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"tester","password":"testing"}}}}}', 400],
    ['{"auth":{"identity":{"methods":["password"]}}}', 401],
    ['{"auth":{"identity":{"methods":["totp"]}}}', 401],
    ['{"auth":{"identity":{"methods":["password","token"],"token":{"id":"x"}}}}', 401],
    [`"${"x".repeat(200_000)}"`, 413],
  ])("with %.60j is %i", async (body, status) => {
    const answer = await swift.send("POST", "/v3/auth/tokens", { body });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toMatchObject({ error: { code: status } });
  });

  it("with a token gives another one for another project, which ends with the first", async () => {
    const first = await login("tester2", "testing2", { scope: "unscoped" });
    nowMs += 1000;
    const identity = { methods: ["token"], token: { id: tokenIn(first) } };
    const second = await authenticate({ identity, scope: projectScope("test2") });
    expect(bodyOf(second)).toMatchObject({ methods: ["password", "token"], project: { id: "test2" } });
    expect(bodyOf(second).expires_at).toBe(bodyOf(first).expires_at);
    expect(Object.keys(bodyOf(await authenticate({ identity })))).not.toContain("project");
    const again = { methods: ["token"], token: { id: tokenIn(second) } };
    expect(bodyOf(await authenticate({ identity: again }))).toMatchObject({ project: { id: "test2" } });
  });
});

describe("a token", () => {
  const subject = async (method: string, caller: string, token: string): Promise<TestAnswer> =>
    swift.send(method, "/v3/auth/tokens", { headers: { "x-auth-token": caller, "x-subject-token": token } });

  it("is shown to its owner, to administrators and to services", async () => {
    const token = tokenIn(await login("tester3", "testing3", { scope: projectScope("test") }));
    const admin = tokenIn(await login("tester", "testing"));
    const service = tokenIn(await login("tester5", "testing5"));
    const other = tokenIn(await login("member", "member"));
    for (const caller of [token, admin, service]) {
      const shown = await subject("GET", caller, token);
      expect(shown.status).toBe(200);
      expect(shown.headers["x-subject-token"]).toBe(token);
      expect(bodyOf(shown)).toMatchObject({ user: { name: "tester3" }, project: { id: "test" } });
    }
    expect((await subject("GET", other, token)).status).toBe(403);
    expect((await subject("GET", "nonsense", token)).status).toBe(401);
    expect((await subject("GET", token, "nonsense")).status).toBe(404);
    expect((await swift.send("GET", "/v3/auth/tokens", { headers: { "x-auth-token": token } })).status).toBe(400);
    expect((await subject("HEAD", admin, token)).status).toBe(200);
  });

  it("can be revoked, and expires", async () => {
    const token = tokenIn(await login("tester", "testing"));
    expect((await subject("DELETE", token, token)).status).toBe(204);
    expect((await subject("GET", token, token)).status).toBe(401);
    const headers = { "x-auth-token": token };
    expect((await swift.send("HEAD", "/v1/AUTH_test", { headers })).status).toBe(401);
    const later = { "x-auth-token": tokenIn(await login("tester", "testing")) };
    expect((await swift.send("HEAD", "/v1/AUTH_test", { headers: later })).status).toBe(200);
    nowMs += 86_400_000;
    expect((await swift.send("HEAD", "/v1/AUTH_test", { headers: later })).status).toBe(401);
  });

  it("tells projects, domains and the catalog", async () => {
    const headers = { "x-auth-token": tokenIn(await login("tester2", "testing2", { scope: projectScope("test2") })) };
    const get = async (path: string): Promise<unknown> => JSON.parse((await swift.send("GET", `/v3/auth/${path}`, { headers })).text);
    expect(await get("projects")).toMatchObject({ projects: [{ id: "test" }, { id: "test2" }] });
    expect(await get("domains")).toMatchObject({ domains: [] });
    expect(await get("catalog")).toMatchObject({ catalog: [{ type: "object-store" }, { type: "identity" }] });
  });
});

describe("the versions", () => {
  it.each([
    ["/v3", {}, 200, { version: { id: "v3.14", status: "stable" } }],
    ["/v3/", {}, 200, { version: { id: "v3.14" } }],
    ["/", { accept: "application/json" }, 300, { versions: { values: [{ id: "v3.14" }] } }],
  ])("are told at %s", async (target, headers, status, expected) => {
    const answer = await swift.send("GET", target, { headers: headers as Record<string, string> });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toMatchObject(expected);
    expect(answer.text).toContain(`${swift.url}/v3/`);
  });

  it.each([
    ["GET", "/", 404],
    ["POST", "/v3", 405],
    ["PATCH", "/v3/auth/tokens", 405],
    ["DELETE", "/v3/auth/projects", 401],
    ["GET", "/v3/users", 501],
    ["GET", "/v30", 412],
  ])("%s %s is %i", async (method, target, status) => expect((await swift.send(method, target)).status).toBe(status));
});

describe("rights of Keystone's users", () => {
  const own = "/v1/AUTH_test";
  const tester = "test:tester:testing";
  const foreign = "test2:tester2:testing2";
  const domainUser = "test4:tester4:testing4:test-domain";

  it.each([
    [tester, "PUT", `${own}/new`, 201],
    [tester, "PUT", own, 202],
    [tester, "DELETE", own, 403],
    [tester, "GET", "/v1/AUTH_test2", 403],
    [tester, "GET", "/v1/OTHER_test", 403],
    [tester, "PUT", "/v1/SERVICE_test/c", 403],
    ["test:tester3:testing3", "GET", own, 403],
    ["test:tester6:testing6", "GET", "/v1/AUTH_test2", 204],
    ["test:tester6:testing6", "PUT", "/v1/AUTH_made/c", 201],
    [domainUser, "PUT", "/v1/AUTH_test4/c", 201],
  ])("%s %s %s is %i", async (user, method, target, status) => {
    await as(tester, "PUT", `${own}/old`);
    expect((await as(user, method, target)).status).toBe(status);
  });

  it("in accounts of services need a service's token, too", async () => {
    const service = tokenIn(await login("tester5", "testing5"));
    const put = (token: string): Promise<TestAnswer> => as(tester, "PUT", "/v1/SERVICE_test/c", { headers: { "x-service-token": token } });
    expect((await put(tokenIn(await login("tester", "testing")))).status).toBe(403);
    expect((await put("nonsense")).status).toBe(401);
    expect((await put(service)).status).toBe(201);
  });

  it.each<[string, string, number]>([
    ["test2:tester2", foreign, 204],
    ["test2:*", foreign, 204],
    ["*:tester2", foreign, 204],
    ["*:*", foreign, 204],
    ["test2", foreign, 403],
    ["admin", foreign, 403],
    ["test:tester2", foreign, 403],
    ["test4:tester4", domainUser, 403],
    ["*:tester4", domainUser, 403],
    ["test4:*", domainUser, 204],
    ["*:*", domainUser, 204],
    ["Member", "test:tester3:testing3", 204],
    ["Member,.r:*", "test:tester3:testing3", 403],
    [".r:*,.rlistings", foreign, 204],
    [".r:*", foreign, 403],
  ])("come from a read ACL of %s for %s: %i", async (acl, user, status) => {
    await as(tester, "PUT", `${own}/acl`, { headers: { "x-container-read": acl } });
    expect((await as(user, "GET", `${own}/acl`)).status).toBe(status);
  });

  it("come from ids in ACLs, in any domain", async () => {
    const { user } = bodyOf(await login("tester4", "testing4", { domain: "test-domain" }));
    await as(tester, "PUT", `${own}/ids`, { headers: { "x-container-write": `test4:${user.id}` } });
    expect((await as(domainUser, "PUT", `${own}/ids/o`)).status).toBe(201);
    expect((await as(domainUser, "GET", `${own}/ids/o`)).status).toBe(403);
    expect((await as(domainUser, "PUT", `${own}/ids`)).status).toBe(403);
  });

  it("are the same account as tempauth's, whose domain its answers name", async () => {
    await as(tester, "PUT", `${own}/shared`, { headers: { "x-container-read": "test2:tester2" } });
    expect((await swift.send("PUT", `${own}/shared/o`, { as: "test:tester", body: "x" })).status).toBe(201);
    const seen = await as(tester, "HEAD", `${own}/shared`);
    expect(seen.headers).toMatchObject({ "x-container-object-count": "1", "x-container-read": "test2:tester2" });
    expect((await as(domainUser, "HEAD", "/v1/AUTH_test4")).headers["x-account-project-domain-id"]).toBe("test-domain");
    const token = tokenIn(await login("tester", "testing", { scope: "unscoped" }));
    expect((await swift.send("GET", own, { headers: { "x-auth-token": token } })).status).toBe(403);
  });

  it("a name with two passwords is two users", async () => {
    const users = [
      { account: "a", user: "twin", key: "one", groups: [".admin"] },
      { account: "b", user: "twin", key: "two", groups: [".admin"] },
    ];
    await using twins = await createTestSwift({ users });
    const ids = await Promise.all(
      ["one", "two"].map(async (password) => {
        const identity = { methods: ["password"], password: { user: { name: "twin", ...inDefault, password } } };
        return bodyOf(await twins.send("POST", "/v3/auth/tokens", { body: JSON.stringify({ auth: { identity } }) }));
      }),
    );
    expect(ids.map(({ project }) => project?.id)).toEqual(["a", "b"]);
    expect(new Set(ids.map(({ user }) => user.id)).size).toBe(2);
  });
});
