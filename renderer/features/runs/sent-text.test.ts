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

describe("curl", () => {
  it("quotes for the shell", () => {
    const text = curlOf(exchange(null).request, null, status);
    expect(text).toContain(`-H 'X-Storlet-Parameter-1: who:it'\\''s'`);
    expect(text).toContain("-X PUT");
    expect(text).toContain("http://127.0.0.1:8080/v1/AUTH_test/c/o\n");
    expect(text).not.toContain("User-Agent");
  });
  it("sends text as it was and says what a file stands for", () => {
    expect(curlOf(exchange(kept()).request, { kept: kept(), text: "a b\n" }, status)).toContain("--data-binary 'a b\n'");
    expect(curlOf(exchange(kept()).request, { kept: kept(), text: null }, status)).toMatch(/^# BODY stands for the file/);
  });
});

it.each<[string, Uint8Array, string | null]>([
  ["text", new TextEncoder().encode("grüße\n\tb\r\n"), "grüße\n\tb\r\n"],
  ["no UTF-8", Uint8Array.of(0x61, 0xe9), null],
  ["a zero byte", Uint8Array.of(0x61, 0), null],
  ["an escape", Uint8Array.of(0x1b, 0x5b), null],
])("%s as text of a terminal", (_name, bytes, text) => expect(shellTextOf(bytes)).toBe(text));
