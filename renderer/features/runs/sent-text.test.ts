import { execFile } from "node:child_process";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import type { KeptBody, RunExchange, SentHeader } from "../../../engine/contract/index.ts";
import { readHeaderText } from "../../api/header-text.ts";
import { curlOf, headerName, shellTextOf } from "./sent-text.ts";

const headers: SentHeader[] = [
  { name: "x-auth-token", value: "", hiddenCharacters: 32 },
  { name: "x-run-storlet", value: "line_filter.py" },
  { name: "x-storlet-parameter-1", value: "who:it's" },
  { name: "user-agent", value: "curl" },
  { name: "host", value: "127.0.0.1" },
  { name: "accept", value: "*/*" },
  { name: "range", value: "bytes=0-1" },
];
const status = { swiftUrl: "http://127.0.0.1:8080", authUrl: "http://127.0.0.1:8080/auth/v1.0", account: "AUTH_test" };
const kept = (fields: Partial<KeptBody> = {}): KeptBody => ({ sizeBytes: 4, keptBytes: 4, ref: "r", cut: false, ...fields });
const exchange = (body: KeptBody | null): RunExchange => ({
  request: { method: "PUT", target: "/v1/AUTH_test/c/o", headers, body },
  response: { status: 201, headers: [], body: null },
});

it.each([
  ["x-object-meta-a", "X-Object-Meta-A"],
  ["etag", "ETag"],
])("%s is written %s", (name, written) => expect(headerName(name)).toBe(written));

it("reads byte strings as UTF-8 where they are that", () => {
  expect(readHeaderText("caf\u00c3\u00a9")).toBe("café");
  expect(readHeaderText("caf\u00e9")).toBe("café");
});

/** What a server gets when the command is run in a shell; the token is a fixed one. */
async function sendWithCurl(request: RunExchange["request"], body: { kept: KeptBody; text: string | null } | null) {
  const got = Promise.withResolvers<{ method: string; url: string; headers: IncomingHttpHeaders; body: string }>();
  const server = createServer((incoming, response) => {
    const { method = "", url = "", headers: received } = incoming;
    let text = "";
    incoming.on("data", (chunk: Buffer) => (text += chunk.toString()));
    incoming.on("end", () => {
      response.end();
      got.resolve({ method, url, headers: received, body: text });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const swiftUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const [, ...command] = curlOf(request, body, { ...status, swiftUrl }).split("\n");
    await promisify(execFile)("sh", ["-c", `TOKEN=t; ${command.join("\n")}`], { timeout: 10_000 });
    return await got.promise;
  } finally {
    server.close();
  }
}

describe("curl, run in a shell", () => {
  const request = (fields: Partial<RunExchange["request"]>): RunExchange["request"] => ({ ...exchange(null).request, ...fields });
  it.each(["a b\n", "@notes.txt", 'it\'s "all" $HOME `x`\n'])("sends the body %j as it was", async (text) => {
    const body = { kept: kept({ sizeBytes: text.length }), text };
    const got = await sendWithCurl(request({ body: body.kept }), body);
    expect([got.method, got.body, got.headers["content-type"], got.headers["x-auth-token"]]).toEqual(["PUT", text, undefined, "t"]);
  });
  it("sends an empty body of a PUT with its length, and its type where it had one", async () => {
    const typed = request({ headers: [{ name: "content-type", value: "text/csv" }], body: kept({ sizeBytes: 0 }) });
    const got = await sendWithCurl(typed, { kept: kept({ sizeBytes: 0 }), text: "" });
    expect([got.body, got.headers["content-length"], got.headers["content-type"]]).toEqual(["", "0", "text/csv"]);
  });
  it("keeps headers without a value and dots in a name", async () => {
    const odd = request({ method: "GET", target: "/v1/AUTH_test/c/a/../b", headers: [{ name: "x-object-meta-a", value: "" }] });
    const got = await sendWithCurl(odd, null);
    expect([got.method, got.url, got.headers["x-object-meta-a"]]).toEqual(["GET", "/v1/AUTH_test/c/a/../b", ""]);
  });
});

describe("curl", () => {
  it("quotes for the shell", () => {
    const text = curlOf(exchange(null).request, null, status);
    expect(text).toContain(`-H 'X-Storlet-Parameter-1: who:it'\\''s'`);
    expect(text).toContain("-X PUT");
    expect(text).toContain("http://127.0.0.1:8080/v1/AUTH_test/c/o\n");
    expect(text).not.toContain("User-Agent");
  });
  it("sends text as it was and says what a file stands for", () => {
    expect(curlOf(exchange(kept()).request, { kept: kept(), text: "a b\n" }, status)).toContain("--data-raw 'a b\n'");
    expect(curlOf(exchange(kept()).request, { kept: kept(), text: null }, status)).toMatch(/^# BODY stands for the file/);
  });
});

it.each<[string, Uint8Array, string | null]>([
  ["text", new TextEncoder().encode("grüße\n\tb\r\n"), "grüße\n\tb\r\n"],
  ["no UTF-8", Uint8Array.of(0x61, 0xe9), null],
  ["a zero byte", Uint8Array.of(0x61, 0), null],
  ["an escape", Uint8Array.of(0x1b, 0x5b), null],
])("%s as text of a terminal", (_name, bytes, text) => expect(shellTextOf(bytes)).toBe(text));
