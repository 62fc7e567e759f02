import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestSwift, type TestAnswer, type TestSwift } from "../test-swift.ts";

const account = "/v1/AUTH_test";
const owner = { as: "test:tester" } as const;
const stranger = { as: "test2:tester2" } as const;
const reseller = { as: "test:tester6" } as const;

let swift: TestSwift;
beforeAll(async () => {
  swift = await createTestSwift();
});
afterAll(() => swift[Symbol.asyncDispose]());

const over = { status: 413, text: "Upload exceeds quota." };

describe("container quotas", () => {
  it.each([
    [{ "x-container-meta-quota-bytes": "ten" }, "Invalid bytes quota."],
    [{ "x-container-meta-quota-bytes": "-1" }, "Invalid bytes quota."],
    [{ "x-container-meta-quota-count": "1.5" }, "Invalid count quota."],
  ])("%j is refused", async (headers, text) => {
    expect(await swift.send("PUT", `${account}/bad`, { ...owner, headers })).toMatchObject({ status: 400, text });
  });

  it("count bytes, copies too, and can be taken away", async () => {
    await swift.send("PUT", `${account}/bytes`, { ...owner, headers: { "x-container-meta-quota-bytes": "10" } });
    await swift.send("PUT", `${account}/source`, owner);
    await swift.send("PUT", `${account}/source/o`, { ...owner, body: "sixsix" });
    expect((await swift.send("PUT", `${account}/bytes/o`, { ...owner, body: "sixsix" })).status).toBe(201);
    expect(await swift.send("PUT", `${account}/bytes/p`, { ...owner, body: "fives" })).toMatchObject(over);
    expect(await swift.send("COPY", `${account}/source/o`, { ...owner, headers: { destination: "bytes/p" } })).toMatchObject(over);
    expect((await swift.send("PUT", `${account}/bytes/p`, { ...stranger, body: "fives" })).status).toBe(403);
    await swift.send("POST", `${account}/bytes`, { ...owner, headers: { "x-container-meta-quota-bytes": "" } });
    expect((await swift.send("PUT", `${account}/bytes/p`, { ...owner, body: "fives" })).status).toBe(201);
  });

  it("count objects", async () => {
    await swift.send("PUT", `${account}/count`, { ...owner, headers: { "x-container-meta-quota-count": "1" } });
    expect((await swift.send("PUT", `${account}/count/o`, owner)).status).toBe(201);
    expect(await swift.send("PUT", `${account}/count/p`, owner)).toMatchObject(over);
    expect((await swift.send("DELETE", `${account}/count/o`, owner)).status).toBe(204);
    expect((await swift.send("PUT", `${account}/count/p`, owner)).status).toBe(201);
  });
});

describe("account quotas", () => {
  const set = (value: string, as: typeof owner | typeof reseller, name = "x-account-meta-quota-bytes"): Promise<TestAnswer> =>
    swift.send("POST", account, { ...as, headers: { [name]: value } });

  it("are set and removed by resellers alone", async () => {
    expect((await set("10", owner)).status).toBe(403);
    expect((await set("", owner)).status).toBe(403);
    expect((await set("x", reseller)).status).toBe(400);
    expect((await set("x", owner, "x-remove-account-meta-quota-bytes")).status).toBe(403);
    expect((await set("5", reseller)).status).toBe(204);
    expect((await swift.send("HEAD", account, owner)).headers["x-account-meta-quota-bytes"]).toBe("5");
    expect((await set("x", reseller, "x-remove-account-meta-quota-bytes")).status).toBe(204);
  });

  it("refuse uploads and copies beyond them, but not of resellers", async () => {
    await swift.send("PUT", `${account}/a`, { ...owner, headers: { "x-container-write": "test:member" } });
    const used = Number((await swift.send("HEAD", account, owner)).headers["x-account-bytes-used"]);
    await set(String(used + 5), reseller);
    expect((await swift.send("PUT", `${account}/a/o`, { ...owner, body: "fives" })).status).toBe(201);
    expect(await swift.send("PUT", `${account}/a/p`, { ...owner, body: "x" })).toMatchObject(over);
    expect(await swift.send("PUT", `${account}/a/p`, { as: "test:member", body: "x" })).toMatchObject(over);
    expect(await swift.send("COPY", `${account}/a/o`, { ...owner, headers: { destination: "a/p" } })).toMatchObject(over);
    expect((await swift.send("PUT", `${account}/a/p`, { ...stranger, body: "x" })).status).toBe(403);
    expect((await swift.send("POST", `${account}/a/o`, owner)).status).toBe(202);
    expect((await swift.send("PUT", `${account}/a/p`, { ...reseller, body: "x" })).status).toBe(201);
  });
});
