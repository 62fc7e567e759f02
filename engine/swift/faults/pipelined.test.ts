/** Requests that are sent before the answer to the one ahead of them, and what odd bytes on a connection do to the others. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestSwift, type TestSwift } from "../test-swift.ts";

const account = "/v1/AUTH_test";
let swift: TestSwift;
let token = "";
beforeAll(async () => {
  swift = await createTestSwift();
  token = await swift.tokenOf("test:tester");
  await swift.send("PUT", `${account}/c`, { as: "test:tester" });
});
afterAll(() => swift[Symbol.asyncDispose]());

const request = (method: string, path: string, body: string | null = null, headers = ""): string =>
  `${method} ${account}${path} HTTP/1.1\r\nHost: a\r\nX-Auth-Token: ${token}\r\n${headers}${body === null ? "" : `Content-Length: ${body.length}\r\n`}\r\n${body ?? ""}`;
const last = "GET /healthcheck HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

const statusesOf = (text: string): string[] => [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => match[1]!);

describe("requests in one packet", () => {
  it("are done one after the other", async () => {
    const rounds = Array.from({ length: 20 }, (_unused, at) => at);
    const packet = rounds.map((at) => request("PUT", "/c/o", `body ${at};`) + request("GET", "/c/o")).join("");
    const text = await swift.sendRaw(`${packet}${request("DELETE", "/c/o")}${request("GET", "/c/o")}${last}`);
    expect([...text.matchAll(/body \d+;/g)].map((match) => match[0])).toEqual(rounds.map((at) => `body ${at};`));
    expect(statusesOf(text)).toEqual([...rounds.flatMap(() => ["201", "200"]), "204", "404", "200"]);
  });

  it("with large bodies too", async () => {
    const body = "x".repeat(300_000);
    const text = await swift.sendRaw(request("PUT", "/c/large", body) + request("GET", "/c/large") + request("HEAD", "/c/large") + last);
    expect(statusesOf(text)).toEqual(["201", "200", "200", "200"]);
    expect(text).toContain(body);
  });

  it("are not done once the connection ends with an answer", async () => {
    const text = await swift.sendRaw(request("PUT", "/c/first", "x", "Connection: close\r\n") + request("PUT", "/c/second", "x"));
    expect(statusesOf(text)).toEqual(["201"]);
    expect((await swift.send("HEAD", `${account}/c/second`, { as: "test:tester" })).status).toBe(404);
  });

  it("are done where what follows them makes no sense", async () => {
    const text = await swift.sendRaw(`${request("PUT", "/c/before", "whole")}\0\0\0 nonsense\r\n\r\n`);
    expect(statusesOf(text)[0]).toBe("201");
    expect((await swift.send("GET", `${account}/c/before`, { as: "test:tester" })).text).toBe("whole");
  });
});

describe("odd requests", () => {
  it("need no Host", async () => {
    expect(statusesOf(await swift.sendRaw("GET /healthcheck HTTP/1.1\r\nConnection: close\r\n\r\n"))).toEqual(["200"]);
  });

  it.each(["A=b", "A(b)", "\u00c3\u00bc"])("may have metadata by the name %j, which comes back", async (name) => {
    const put = await swift.sendRaw(request("PUT", "/c/odd", "x", `X-Object-Meta-${name}: value\r\nConnection: close\r\n`));
    expect(statusesOf(put)).toEqual(["201"]);
    const got = await swift.sendRaw(request("GET", "/c/odd", null, "Connection: close\r\n"));
    expect(got.toLowerCase()).toContain(`x-object-meta-${name.toLowerCase()}: value`);
    // The same among others on one connection, whose client leaves before it has its answers.
    await swift.sendRaw(request("GET", "/c/odd").repeat(5), /200 OK/);
  });
});
