import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readForm } from "../protocol/forms.ts";
import { streamOf } from "../../support/streams.ts";
import { createTestSwift, type TestAnswer, type TestSwift } from "../test-swift.ts";

const account = "/v1/AUTH_test";
const owner = { as: "test:tester" } as const;
const key = "form key";

let swift: TestSwift;
beforeAll(async () => {
  swift = await createTestSwift();
  await swift.send("POST", account, { ...owner, headers: { "x-account-meta-temp-url-key": key } });
  await swift.send("PUT", `${account}/c`, owner);
});
afterAll(() => swift[Symbol.asyncDispose]());

interface File {
  readonly name: string;
  readonly bytes: string | Buffer;
  readonly headers?: string;
}

interface Form {
  readonly path?: string;
  readonly fields?: Record<string, string>;
  readonly files?: readonly File[];
  readonly signWith?: string;
  readonly boundary?: string;
  readonly headers?: Record<string, string>;
}

const defaults = { redirect: "", max_file_size: "1000000", max_file_count: "2", expires: "4000000000" };

function formBody(fields: Record<string, string>, files: readonly File[], boundary: string): Buffer {
  const parts: (string | Buffer)[] = [];
  for (const [name, value] of Object.entries(fields)) {
    parts.push(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`);
  }
  for (const { name, bytes, headers = "" } of files) {
    parts.push(`--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n${headers}\r\n`, bytes, "\r\n");
  }
  return Buffer.concat([...parts, `--${boundary}--\r\n`].map((part) => Buffer.from(part)));
}

function post({ path = `${account}/c/up/`, fields = {}, files = [], signWith = key, boundary = "xX", headers }: Form): Promise<TestAnswer> {
  const all: Record<string, string> = { ...defaults, ...fields };
  const signed = [decodeURI(path), all["redirect"], all["max_file_size"], all["max_file_count"], all["expires"]].join("\n");
  const signature = createHmac("sha256", signWith).update(signed).digest("hex");
  const body = formBody({ ...all, signature: all["signature"] ?? signature }, files, boundary);
  return swift.send("POST", path, { headers: { "content-type": `multipart/form-data; boundary=${boundary}`, ...headers }, body });
}

const read = (object: string): Promise<TestAnswer> => swift.send("GET", `${account}/c/${object}`, owner);

describe("a signed form", () => {
  it("uploads its files, each with its own type", async () => {
    const large = Buffer.alloc(700_000, "\r\n--xY");
    const answer = await post({
      files: [
        { name: "a.txt", bytes: "text", headers: "Content-Type: text/plain\r\nContent-Encoding: x\r\n" },
        { name: "ü b.bin", bytes: large },
      ],
    });
    expect(answer).toMatchObject({ status: 201, text: "201 Created" });
    expect(answer.headers["content-type"]).toBe("text/plain");
    const text = await read("up/a.txt");
    expect(text.text).toBe("text");
    expect(text.headers).toMatchObject({ "content-type": "text/plain", "content-encoding": "x" });
    expect((await read("up/%C3%BC%20b.bin")).bytes.equals(large)).toBe(true);
  });

  it("puts files at the root of a container, and takes a field's type and expiry", async () => {
    const fields = { "content-type": "image/x", x_delete_after: "1000" };
    await post({ path: `${account}/c`, fields, files: [{ name: "root", bytes: "", headers: "Content-Type: text/plain\r\n" }] });
    const answer = await read("root");
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({ "content-type": "image/x", "content-length": "0" });
    expect(Number(answer.headers["x-delete-at"])).toBeGreaterThan(Date.now() / 1000 + 900);
  });

  it("leads back to the page that it names", async () => {
    const redirect = 'http://pages.test/done?a="1"';
    const good = await post({ fields: { redirect }, files: [{ name: "r", bytes: "x" }] });
    expect(good.status).toBe(303);
    expect(good.headers["location"]).toBe(`${redirect}&status=201&message=`);
    expect(good.text).toContain('href="http://pages.test/done?a=&#34;1&#34;&#38;status=201&#38;message="');
    const tooMany = ["1", "2", "3"].map((name) => ({ name, bytes: "x" }));
    const bad = await post({ fields: { redirect: "http://pages.test/" }, files: tooMany });
    expect(bad.headers["location"]).toBe("http://pages.test/?status=400&message=max%20file%20count%20exceeded");
  });

  it.each<[string, Form, number, string]>([
    ["has expired", { fields: { expires: "1000" }, files: [{ name: "x", bytes: "" }] }, 401, "FormPost: Form Expired"],
    ["is signed with another key", { signWith: "other", files: [{ name: "x", bytes: "" }] }, 401, "FormPost: Invalid Signature"],
    [
      "has a signature of no digest",
      { fields: { signature: "ab" }, files: [{ name: "x", bytes: "" }] },
      401,
      "FormPost: Invalid Signature",
    ],
    ["names no container", { path: account, files: [{ name: "x", bytes: "" }] }, 401, "FormPost: Invalid Signature"],
    ["has no file", {}, 400, "400 Bad Request\r\nFormPost: No Files To Process"],
    [
      "has too many files",
      { fields: { max_file_count: "0" }, files: [{ name: "x", bytes: "" }] },
      400,
      "400 Bad Request\r\nFormPost: Max File Count Exceeded",
    ],
    [
      "has a large file",
      { fields: { max_file_size: "3" }, files: [{ name: "large", bytes: "1234" }] },
      400,
      "FormPost: max_file_size exceeded",
    ],
    [
      "has no number",
      { fields: { max_file_count: "x" }, files: [{ name: "x", bytes: "" }] },
      400,
      "FormPost: max_file_count not an integer",
    ],
    [
      "has no time",
      { fields: { x_delete_at: "x" }, files: [{ name: "x", bytes: "" }] },
      400,
      "FormPost: x_delete_at not an integer: Unix timestamp required.",
    ],
    ["has a file of no name that Swift knows", { files: [{ name: "a\0b", bytes: "" }] }, 412, "412 Precondition Failed"],
    ["goes to no container", { path: `${account}/none/`, files: [{ name: "x", bytes: "" }] }, 404, "404 Not Found"],
  ])("that %s is refused", async (_what, form, status, text) => {
    expect(await post(form)).toMatchObject({ status, text });
    expect((await read("up/large")).status).toBe(404);
  });

  it("whose body is none is refused, and one cut short stores nothing", async () => {
    const headers = { "content-type": "multipart/form-data; boundary=b" };
    const nonsense = await swift.send("POST", `${account}/c/`, { headers, body: "--c\r\n" });
    expect(nonsense).toMatchObject({ status: 400, text: "FormPost: invalid starting boundary" });
    const whole = formBody({ ...defaults, signature: "0" }, [{ name: "cut", bytes: "abc" }], "b").toString();
    const cut = await swift.send("POST", `${account}/c/`, { headers, body: whole.slice(0, 60) });
    expect(cut.status).toBe(400);
  });

  it("that is none of ours is an ordinary POST", async () => {
    const answer = await swift.send("POST", `${account}/c`, { ...owner, headers: { "content-type": "text/plain" } });
    expect(answer.status).toBe(204);
  });
});

describe("a form's framing", () => {
  it.each([1, 2, 3, 7, 1000])("does not depend on how it arrives: %i bytes at a time", async (size) => {
    const bytes = formBody({ a: "1", b: "-".repeat(5000) }, [{ name: "f", bytes: "x\r\n--y\r\n--" }], "b");
    async function* chunks(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size);
    }
    const found: string[] = [];
    for await (const part of readForm(streamOf(chunks()), "b")) {
      // Reading only the beginning of a part leaves the next ones whole.
      for await (const chunk of part.body) {
        found.push(`${part.headers.get("content-disposition")}|${Buffer.from(chunk).toString().slice(0, 1)}`);
        break;
      }
    }
    expect(found).toEqual(['form-data; name="a"|1', 'form-data; name="b"|-', 'form-data; name="file"; filename="f"|x']);
  });
});
