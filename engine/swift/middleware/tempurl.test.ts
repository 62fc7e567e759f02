import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { networkHolds } from "../protocol/networks.ts";
import { parseSignature } from "../protocol/signatures.ts";
import { createTestSwift, type TestAnswer, type TestSwift } from "../test-swift.ts";

const account = "/v1/AUTH_test";
const owner = { as: "test:tester" } as const;
const accountKey = "account key";
const containerKey = "Schlüssel";
const soon = 4_000_000_000;

let swift: TestSwift;
beforeAll(async () => {
  swift = await createTestSwift();
  await swift.send("POST", account, { ...owner, headers: { "x-account-meta-temp-url-key": accountKey } });
  const bytes = Buffer.from(containerKey).toString("latin1");
  await swift.send("PUT", `${account}/c`, { ...owner, headers: { "x-container-meta-temp-url-key-2": bytes } });
  await swift.send("PUT", `${account}/other`, owner);
  const headers = { "x-object-meta-color": "red", "x-object-meta-public-size": "L", "content-type": "text/x" };
  for (const name of ["c/dir/my%20o%22bject", "c/plain", "other/o"]) {
    await swift.send("PUT", `${account}/${name}`, { ...owner, headers, body: "hello" });
  }
  await swift.send("PUT", `${account}/c/named`, { ...owner, headers: { "content-disposition": "attachment; filename=own" }, body: "x" });
});
afterAll(() => swift[Symbol.asyncDispose]());

interface Signing {
  readonly method?: string;
  readonly key?: string;
  readonly digest?: "sha1" | "sha256" | "sha512";
  readonly expires?: number;
  /** The signed path where it is not the object's own. */
  readonly path?: string;
  readonly ip?: string;
}

function sign(object: string, { method = "GET", key = accountKey, digest = "sha256", expires = soon, path, ip }: Signing = {}): string {
  const text = `${ip === undefined ? "" : `ip=${ip}\n`}${method}\n${expires}\n${path ?? `${account}/${object}`}`;
  return createHmac(digest, key).update(text).digest("hex");
}

function get(object: string, query: Record<string, string | number>, method = "GET"): Promise<TestAnswer> {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) parameters.set(name, String(value));
  return swift.send(method, `${account}/${encodeURI(object)}?${parameters.toString()}`);
}

describe("a temporary URL", () => {
  it.each(["sha1", "sha256", "sha512"] as const)("is good with %s", async (digest) => {
    const answer = await get("c/plain", { temp_url_sig: sign("c/plain", { digest }), temp_url_expires: soon });
    expect(answer.status).toBe(200);
    expect(answer.text).toBe("hello");
    expect(answer.headers).toMatchObject({
      "content-disposition": "attachment; filename=\"plain\"; filename*=UTF-8''plain",
      "x-object-meta-public-size": "L",
      expires: "Tue, 02 Oct 2096 07:06:40 GMT",
    });
    expect(answer.headers).not.toHaveProperty("x-object-meta-color");
  });

  it("takes base64 signatures and dates", async () => {
    const hex = sign("c/plain", { expires: Date.UTC(2096, 9, 2, 7, 6, 40) / 1000 });
    const base64 = Buffer.from(hex, "hex").toString("base64url");
    const answer = await get("c/plain", { temp_url_sig: `sha256:${base64}`, temp_url_expires: "2096-10-02T07:06:40Z" });
    expect(answer.status).toBe(200);
  });

  it.each<[string, string, Record<string, string | number>, string?]>([
    ["another object's signature", "c/plain", { temp_url_sig: sign("c/named"), temp_url_expires: soon }],
    ["another time", "c/plain", { temp_url_sig: sign("c/plain"), temp_url_expires: soon + 1 }],
    ["a time that is over", "c/plain", { temp_url_sig: sign("c/plain", { expires: 1000 }), temp_url_expires: 1000 }],
    ["no time", "c/plain", { temp_url_sig: sign("c/plain") }],
    ["no signature", "c/plain", { temp_url_expires: soon }],
    ["no date", "c/plain", { temp_url_sig: sign("c/plain"), temp_url_expires: "2096-13-02T07:06:40Z" }],
    ["an unknown digest", "c/plain", { temp_url_sig: "md5:AAAA", temp_url_expires: soon }],
    ["a signature that is no hex", "c/plain", { temp_url_sig: "x".repeat(64), temp_url_expires: soon }],
    ["another method", "c/plain", { temp_url_sig: sign("c/plain", { method: "PUT" }), temp_url_expires: soon }],
    ["DELETE for a GET", "c/plain", { temp_url_sig: sign("c/plain"), temp_url_expires: soon }, "DELETE"],
    ["HEAD for a DELETE", "c/plain", { temp_url_sig: sign("c/plain", { method: "DELETE" }), temp_url_expires: soon }, "HEAD"],
    ["a container's key elsewhere", "other/o", { temp_url_sig: sign("other/o", { key: containerKey }), temp_url_expires: soon }],
    ["a container", "c", { temp_url_sig: sign("c"), temp_url_expires: soon }],
  ])("is refused with %s", async (_what, object, query, method = "GET") => {
    const answer = await get(object, query, method);
    expect(answer.status).toBe(401);
    expect(answer.headers["www-authenticate"]).toBe('Swift realm="unknown"');
    if (method !== "HEAD") expect(answer.text).toBe("401 Unauthorized: Temp URL invalid\n");
  });

  it.each(["HEAD", "GET", "POST", "PUT"])("for %s lets one look at the object", async (method) => {
    const answer = await get("c/plain", { temp_url_sig: sign("c/plain", { method }), temp_url_expires: soon }, "HEAD");
    expect(answer.status).toBe(200);
  });

  it("with a container's key is good in that container", async () => {
    const answer = await get("c/plain", { temp_url_sig: sign("c/plain", { key: containerKey }), temp_url_expires: soon });
    expect(answer.text).toBe("hello");
  });

  it("with a prefix is good for all below it", async () => {
    const signed = { temp_url_sig: sign("", { path: `prefix:${account}/c/dir/` }), temp_url_expires: soon, temp_url_prefix: "dir/" };
    expect((await get('c/dir/my o"bject', signed)).status).toBe(200);
    expect((await get("c/plain", signed)).status).toBe(401);
  });

  it("with a network is good from there", async () => {
    const from = (ip: string): Promise<TestAnswer> =>
      get("c/plain", { temp_url_sig: sign("c/plain", { ip }), temp_url_expires: soon, temp_url_ip_range: ip });
    expect((await from("127.0.0.0/8")).status).toBe(200);
    expect((await from("10.0.0.0/8")).status).toBe(401);
    expect((await from("nonsense")).status).toBe(401);
  });

  it("uploads and deletes, but leaves no pointers", async () => {
    const put = `${account}/c/new?temp_url_expires=${soon}&temp_url_sig=`;
    const signature = sign("c/new", { method: "PUT" });
    const refused = await swift.send("PUT", `${put}${signature}`, { headers: { "x-object-manifest": "other/o" } });
    expect(refused.text).toBe("The header 'X-Object-Manifest' is not allowed in this tempurl");
    expect((await swift.send("PUT", `${put}${signature}`, { body: "new" })).status).toBe(201);
    expect((await swift.send("DELETE", `${put}${sign("c/new", { method: "DELETE" })}`)).status).toBe(204);
  });

  it.each<[string, Record<string, string>, string]>([
    ['c/dir/my o"bject', {}, "attachment; filename=\"my o%22bject\"; filename*=UTF-8''my%20o%22bject"],
    ["c/plain", { filename: "a b/ü" }, "attachment; filename=\"a b/%C3%BC\"; filename*=UTF-8''a%20b/%C3%BC"],
    ["c/plain", { inline: "" }, "inline"],
    ["c/plain", { inline: "", filename: "x" }, "inline; filename=\"x\"; filename*=UTF-8''x"],
    ["c/named", {}, "attachment; filename=own"],
    ["c/named", { filename: "x" }, "attachment; filename=\"x\"; filename*=UTF-8''x"],
  ])("names the file of %s with %j", async (object, query, disposition) => {
    const answer = await get(object, { temp_url_sig: sign(object), temp_url_expires: soon, ...query });
    expect(answer.headers["content-disposition"]).toBe(disposition);
  });

  it("gives no other rights: what comes beside it in the query is passed over", async () => {
    const answer = await get("c/plain", { temp_url_sig: sign("c/plain"), temp_url_expires: soon, "multipart-manifest": "get" });
    expect(answer.text).toBe("hello");
    expect((await get("c/missing", { temp_url_sig: sign("c/missing"), temp_url_expires: soon })).status).toBe(404);
  });
});

describe("rules", () => {
  it.each([
    ["127.0.0.1", "127.0.0.1", true],
    ["127.0.0.1", "::ffff:127.0.0.1", true],
    ["127.0.0.0/255.0.0.0", "127.9.9.9", true],
    ["127.0.0.1/8", "127.0.0.1", false],
    ["0.0.0.0/0", "9.9.9.9", true],
    ["10.0.0.0/33", "10.0.0.0", false],
    ["10.0.0.0/255.0.255.0", "10.0.0.1", false],
    ["::1", "::1", true],
    ["2001:db8::/32", "2001:db8:1::2", true],
    ["2001:db8::/32", "2001:db9::1", false],
    ["::ffff:0:0/96", "::1", false],
    ["::/0", "127.0.0.1", false],
    ["", "127.0.0.1", false],
    ["127.0.0.1/8/8", "127.0.0.1", false],
  ])("network %s holds %s: %s", (network, address, holds) => expect(networkHolds(network, address)).toBe(holds));

  it.each([
    ["a".repeat(40), "sha1"],
    ["a".repeat(128), "sha512"],
    ["a".repeat(41), undefined],
    ["sha512:+/8=", "sha512"],
    ["sha512:-_8", "sha512"],
    ["sha512:-/8", undefined],
    ["sha512:A", undefined],
    ["SHA1:AAAA", undefined],
  ])("signature %s", (text, digest) => expect(parseSignature(text)?.digest).toBe(digest));
});
