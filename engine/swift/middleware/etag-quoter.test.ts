import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestSwift, type TestSwift } from "../test-swift.ts";

const account = "/v1/AUTH_test";
const owner = { as: "test:tester" } as const;
const bare = "d41d8cd98f00b204e9800998ecf8427e";

let swift: TestSwift;
beforeAll(async () => {
  swift = await createTestSwift();
  for (const name of ["c", "d"]) await swift.send("PUT", `${account}/${name}`, owner);
  await swift.send("PUT", `${account}/c/o`, owner);
  await swift.send("PUT", `${account}/d/o`, owner);
});
afterAll(() => swift[Symbol.asyncDispose]());

const etagOf = async (object: string): Promise<unknown> => (await swift.send("HEAD", `${account}/${object}`, owner)).headers["etag"];

it.each<[string, Record<string, string>, unknown, string, string]>([
  ["nothing", {}, undefined, bare, bare],
  ["yes on the container", { c: "yes" }, "True", `"${bare}"`, bare],
  ["yes on the account", { "": "1" }, undefined, `"${bare}"`, `"${bare}"`],
  ["no on the container, yes on the account", { "": "1", c: "nope" }, "False", bare, `"${bare}"`],
])("with %s", async (_what, settings, shown, inC, inD) => {
  for (const target of ["", "c"]) {
    const name = target === "" ? "account" : "container";
    const headers = { [`x-${name}-rfc-compliant-etags`]: settings[target] ?? "" };
    const path = target === "" ? account : `${account}/${target}`;
    expect((await swift.send("POST", path, { ...owner, headers })).status).toBe(204);
  }
  const container = await swift.send("HEAD", `${account}/c`, owner);
  expect(container.headers["x-container-rfc-compliant-etags"]).toBe(shown);
  expect(Object.keys(container.headers).some((name) => name.includes("sysmeta"))).toBe(false);
  expect([await etagOf("c/o"), await etagOf("d/o")]).toEqual([inC, inD]);
});

it("quotes the answer to PUT, compares both forms, and stops when told", async () => {
  await swift.send("POST", `${account}/c`, { ...owner, headers: { "x-container-rfc-compliant-etags": "true" } });
  expect((await swift.send("PUT", `${account}/c/p`, owner)).headers["etag"]).toBe(`"${bare}"`);
  for (const tag of [bare, `"${bare}"`]) {
    expect((await swift.send("GET", `${account}/c/p`, { ...owner, headers: { "if-none-match": tag } })).status).toBe(304);
  }
  const headers = { "x-remove-container-rfc-compliant-etags": "x" };
  await swift.send("POST", account, { ...owner, headers: { "x-account-rfc-compliant-etags": "" } });
  await swift.send("POST", `${account}/c`, { ...owner, headers });
  expect(await etagOf("c/p")).toBe(bare);
});
