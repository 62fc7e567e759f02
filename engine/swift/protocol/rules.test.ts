import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HeaderMap } from "../types.ts";
import { negotiateListing } from "./accept.ts";
import { checkConditions, statusWhenMissing } from "./conditionals.ts";
import { guessContentType } from "./content-types.ts";
import { answer, answerPathProblem, answerUnauthorized } from "./errors.ts";
import { etagListMatches, normalizeEtag } from "./etags.ts";
import { checkIfDeleteAt, isExpired, parseExpiry } from "./expiry.ts";
import { addHeader, canonicalName, headerKey, isTruthy, packText, unpackText } from "./headers.ts";
import { checkContainerName, checkObjectName } from "./limits.ts";
import { formatAccountXml, formatContainerXml, formatPlain, parseListingQuery } from "./listings.ts";
import { checkMetadata, checkStoredMetadata, mergeMetadata } from "./metadata.ts";
import { formatPath, parsePath, percentDecode, percentEncode, splitTarget } from "./paths.ts";
import { resolvePolicy } from "./policies.ts";
import { checkSyncTo } from "./sync.ts";
import {
  formatHttpDate,
  formatIsoTime,
  formatLastModified,
  formatTimestamp,
  parseHttpDate,
  parseTimestamp,
  ticksFromMs,
} from "./timestamps.ts";

const headersOf = (headers: Record<string, string>): HeaderMap => new Map(Object.entries(headers));
const anyText = fc.string({ unit: "binary" });

describe("headers", () => {
  it.each([
    ["x-object-meta-mixed-case", "X-Object-Meta-Mixed-Case"],
    ["etag", "Etag"],
    ["x-trans-id", "X-Trans-Id"],
    ["www-authenticate", "Www-Authenticate"],
    ["a--b", "A--B"],
  ])("%s is sent as %s", (name, canonical) => expect(canonicalName(name)).toBe(canonical));

  it("join when repeated, and take _ for -", () => {
    const headers: HeaderMap = new Map();
    addHeader(headers, "X-Object_Meta-A", "1");
    addHeader(headers, "x-object-meta-a", "2");
    expect([...headers]).toEqual([["x-object-meta-a", "1,2"]]);
    expect(headerKey("X_Y-Z")).toBe("x-y-z");
  });

  it("carry any text as bytes and back", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(unpackText(packText(text))).toBe(text);
      }),
    );
    expect(packText("é")).toBe("\u00c3\u00a9");
    expect(unpackText("\u00ff")).toBeNull();
  });

  it.each([
    ["true", true],
    ["YES", true],
    ["1", true],
    ["on", true],
    ["t", true],
    ["y", true],
    ["false", false],
    ["", false],
    [undefined, false],
  ])("%s is %s", (value, truth) => expect(isTruthy(value)).toBe(truth));
});

describe("paths", () => {
  const of = (account: string, container: string | null = null, object: string | null = null, version = "v1"): object => ({
    path: { version, account, container, object },
  });
  it.each([
    ["/v1/AUTH_a", of("AUTH_a")],
    ["/v1/AUTH_a/", of("AUTH_a")],
    ["/v1.0/AUTH_a/c", of("AUTH_a", "c", null, "v1.0")],
    ["/v1/AUTH_a/c/", of("AUTH_a", "c")],
    ["/v1/AUTH_a/c/o/", of("AUTH_a", "c", "o/")],
    ["/v1/AUTH_a/c//dbl", of("AUTH_a", "c", "/dbl")],
    ["/v1/AUTH_a/c/./a/../b", of("AUTH_a", "c", "./a/../b")],
    ["/v1/AUTH_a/a%2Fb", of("AUTH_a", "a", "b")],
    ["/v1/AUTH_a/c/%C3%A9%20x", of("AUTH_a", "c", "é x")],
    ["/v1/AUTH_a/c/\u00c3\u00a9", of("AUTH_a", "c", "é")],
    ["/v1/AUTH_a/c/100%", of("AUTH_a", "c", "100%")],
    ["/v1/AUTH_a/c/%zz", of("AUTH_a", "c", "%zz")],
    ["/v1/AUTH_a/c/%FF", { problem: "invalid-utf8" }],
    ["/v1/AUTH_a/c/%00", { problem: "invalid-utf8" }],
    ["/v1/AUTH_a/c/%ED%A0%80", { problem: "invalid-utf8" }],
    ["/", { problem: "not-found" }],
    ["//v1/AUTH_a", { problem: "not-found" }],
    ["/v1", { problem: "bad-url" }],
    ["/v1/", { problem: "bad-url" }],
    ["/nope", { problem: "bad-url" }],
    ["/v1/AUTH_a//o", { problem: "bad-url" }],
    ["/v2/AUTH_a", { problem: "bad-version" }],
  ])("%s", (rawPath, parsed) => expect(parsePath(rawPath)).toEqual(parsed));

  it("are read back as they were written", () => {
    const part = anyText.filter((text) => text !== "" && !text.includes("/") && !text.includes("\0"));
    const object = anyText.filter((text) => text !== "" && !text.includes("\0"));
    fc.assert(
      fc.property(part, part, object, (account, container, name) => {
        const path = { version: "v1", account, container, object: name };
        expect(parsePath(formatPath(path))).toEqual({ path });
        expect(percentDecode(percentEncode(name))).toBe(name);
      }),
    );
  });

  it.each([
    ["/v1/a?b=c?d", { rawPath: "/v1/a", rawQuery: "b=c?d" }],
    ["http://host:80/v1/a", { rawPath: "/v1/a", rawQuery: "" }],
    ["http://host", { rawPath: "/", rawQuery: "" }],
    ["*", { rawPath: "*", rawQuery: "" }],
  ])("target %s", (target, split) => expect(splitTarget(target)).toEqual(split));

  it.each([
    ["invalid-utf8", 412, "Invalid UTF8 or contains NULL"],
    ["bad-url", 412, "Bad URL"],
    ["bad-version", 400, "malformed"],
    ["not-found", 404, "Not Found"],
  ] as const)("%s is answered with %i", async (problem, status, text) => {
    const response = answerPathProblem(problem);
    expect(response.status).toBe(status);
    expect(String(response.body)).toContain(text);
  });
});

describe("times", () => {
  it.each([
    [1795161868.03, "1795161868.03000", "Fri, 20 Nov 2026 08:04:29 GMT", "2026-11-20T08:04:28.030000"],
    [1795161868, "1795161868.00000", "Fri, 20 Nov 2026 08:04:28 GMT", "2026-11-20T08:04:28.000000"],
    [1795161868.00001, "1795161868.00001", "Fri, 20 Nov 2026 08:04:29 GMT", "2026-11-20T08:04:28.000010"],
  ])("%f", (seconds, timestamp, lastModified, iso) => {
    const ticks = Math.round(seconds * 1e5);
    expect([formatTimestamp(ticks), formatLastModified(ticks), formatIsoTime(ticks)]).toEqual([timestamp, lastModified, iso]);
    expect(parseTimestamp(timestamp)).toBe(ticks);
  });

  it("are integers of 10 µs", () => expect(ticksFromMs(1795161868030.129)).toBe(179516186803012));

  it.each([
    ["Fri, 20 Nov 2026 08:04:29 GMT", 1795161869],
    ["Friday, 20-Nov-26 08:04:29 GMT", 1795161869],
    ["Fri Nov 20 08:04:29 2026", 1795161869],
    ["Sun, 06 Nov 1994 08:49:37 GMT", 784111777],
    ["nonsense", null],
    ["2026-11-20", null],
    ["", null],
  ])("date %j", (text, seconds) => expect(parseHttpDate(text)).toBe(seconds));

  it("of HTTP are read back as they were written", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e9 }), (seconds) => {
        expect(parseHttpDate(formatHttpDate(seconds))).toBe(seconds);
      }),
    );
  });
});

describe("etags and conditions", () => {
  it.each([
    ['"abc"', "abc"],
    ["abc", "abc"],
    ['"', '"'],
    ['""', ""],
  ])("%s without quotes is %s", (tag, bare) => expect(normalizeEtag(tag)).toBe(bare));

  it.each([
    ['"a", b', "a", true],
    ['"a", b', '"b"', true],
    ["*", "x", true],
    ["a", "x", false],
    [" , ", "x", false],
  ])("%s names %s: %s", (header, etag, matches) => expect(etagListMatches(header, etag)).toBe(matches));

  const at = (seconds: number): string => formatHttpDate(1000 + seconds);
  it.each<[Record<string, string>, 304 | 412 | null]>([
    [{}, null],
    [{ "if-match": "e" }, null],
    [{ "if-match": '"e"' }, null],
    [{ "if-match": "x" }, 412],
    [{ "if-match": "*" }, null],
    [{ "if-none-match": "e" }, 304],
    [{ "if-none-match": "*" }, 304],
    [{ "if-none-match": "x" }, null],
    [{ "if-modified-since": at(0) }, 304],
    [{ "if-modified-since": at(-1) }, null],
    [{ "if-modified-since": "soon" }, null],
    [{ "if-unmodified-since": at(0) }, null],
    [{ "if-unmodified-since": at(-1) }, 412],
    [{ "if-none-match": "e", "if-match": "x" }, 304],
  ])("%j", (headers, status) => {
    expect(checkConditions(headersOf(headers), { etag: "e", lastModifiedSeconds: 1000 })).toBe(status);
  });

  it("a missing object fails If-Match: *", () => {
    expect([statusWhenMissing(headersOf({ "if-match": "*" })), statusWhenMissing(headersOf({ "if-match": "x" }))]).toEqual([412, 404]);
  });
});

describe("expiry", () => {
  it.each<[Record<string, string>, object]>([
    [{}, { deleteAt: null }],
    [{ "x-delete-after": "10" }, { deleteAt: 1010 }],
    [{ "x-delete-after": "10", "x-delete-at": "1" }, { deleteAt: 1010 }],
    [{ "x-delete-after": "0" }, { error: "X-Delete-After in past" }],
    [{ "x-delete-after": "-5" }, { error: "X-Delete-After in past" }],
    [{ "x-delete-after": "x" }, { error: "Non-integer X-Delete-After" }],
    [{ "x-delete-at": "2000" }, { deleteAt: 2000 }],
    [{ "x-delete-at": "99999999999999" }, { deleteAt: 9999999999 }],
    [{ "x-delete-at": "" }, { error: "Non-integer X-Delete-At" }],
    [{ "x-delete-at": "1.5" }, { error: "Non-integer X-Delete-At" }],
    [{ "x-delete-at": "1000" }, { error: "X-Delete-At in past" }],
  ])("%j", (headers, expiry) => expect(parseExpiry(headersOf(headers), 1000.5)).toEqual(expiry));

  it.each([
    [null, false],
    [1000, true],
    [1001, false],
  ])("%s has expired: %s", (deleteAt, expired) => expect(isExpired(deleteAt, 1000.5)).toBe(expired));

  it.each([
    [undefined, "ok"],
    ["5", "ok"],
    ["6", "mismatch"],
    ["x", "bad"],
  ] as const)("X-If-Delete-At %s is %s", (header, result) => expect(checkIfDeleteAt(header, 5)).toBe(result));
});

describe("names and metadata", () => {
  it("have lengths in bytes", () => {
    expect(checkContainerName("c".repeat(256))).toBeNull();
    expect(checkContainerName("é".repeat(129))).toBe("Container name length of 258 longer than 256");
    expect(checkObjectName("o".repeat(1025))).toBe("Object name length of 1025 longer than 1024");
  });

  const many = (count: number, size: number): Record<string, string> =>
    Object.fromEntries(Array.from({ length: count }, (_unused, at) => [`x-object-meta-${String(at).padStart(4, "0")}`, "v".repeat(size)]));
  it.each<[string, Record<string, string>, string | null]>([
    ["nothing", {}, null],
    ["as much as fits", many(90, 41), null],
    ["a long name", { [`x-object-meta-${"a".repeat(129)}`]: "v" }, `Metadata name too long: x-object-meta-${"a".repeat(129)}`],
    ["a long value", { "x-object-meta-a": "v".repeat(257) }, "Metadata value longer than 256: x-object-meta-a"],
    ["too many", many(91, 1), "Too many metadata items; max 90"],
    ["too much", many(20, 256), "Total metadata too large; max 4096"],
    ["no name", { "x-object-meta-": "v" }, "Metadata name cannot be empty"],
    ["other headers", { "x-container-meta-a": "v".repeat(300) }, null],
  ])("with %s", (_what, headers, problem) => expect(checkMetadata(headersOf(headers), "object")).toBe(problem));

  it("of containers must be UTF-8", () => {
    expect(checkMetadata(headersOf({ "x-container-meta-a": "\u00ff" }), "container")).toBe("Metadata must be valid UTF-8");
    expect(checkMetadata(headersOf({ "x-object-meta-a": "\u00ff" }), "object")).toBeNull();
  });

  it("merge: unset stays, empty and X-Remove- delete", () => {
    const stored = { "x-container-meta-a": "1", "x-container-meta-b": "2", "x-container-meta-c": "3", "x-container-read": "x" };
    const headers = headersOf({
      "x-container-meta-b": "",
      "x-remove-container-meta-c": "x",
      "x-remove-container-read": "1",
      "x-container-meta-d": "4",
      etag: "no",
    });
    expect(mergeMetadata(stored, headers, "container", (name) => name === "x-container-read")).toEqual({
      "x-container-meta-a": "1",
      "x-container-meta-d": "4",
    });
  });

  it("are limited over all that is stored", () => {
    const stored = Object.fromEntries(Array.from({ length: 91 }, (_unused, at) => [`x-container-meta-${at}`, "v"]));
    expect(checkStoredMetadata(stored, "container")).toBe("Too many metadata items; max 90");
    expect(checkStoredMetadata({ "x-container-meta-a": "v".repeat(4096) }, "container")).toBe("Total metadata too large; max 4096");
    expect(checkStoredMetadata({ "x-container-read": "v".repeat(9000) }, "container")).toBeNull();
  });
});

describe("listings", () => {
  it.each([
    [null, undefined, { type: "text/plain" }],
    ["json", "text/xml", { type: "application/json" }],
    ["JSON", undefined, { type: "application/json" }],
    ["nope", "application/json", { type: "text/plain" }],
    [null, "application/json", { type: "application/json" }],
    [null, "text/xml", { type: "text/xml" }],
    [null, "*/*", { type: "text/plain" }],
    [null, "application/*", { type: "application/json" }],
    [null, "*/*;q=0.9, application/xml;q=0.9", { type: "application/xml" }],
    [null, "text/plain;q=0.5, application/json", { type: "application/json" }],
    [null, 'application/json; q=1; charset="utf-8"', { type: "application/json" }],
    [null, "image/png", { problem: "not-acceptable" }],
    [null, "nonsense", { problem: "invalid" }],
    [null, "text/plain;q=x", { problem: "invalid" }],
    [null, "text/plain;q=1;q=0", { problem: "invalid" }],
  ])("format %s, Accept %s", (format, accept, negotiated) => expect(negotiateListing(format, accept)).toEqual(negotiated));

  it.each([
    ["limit=10001", { status: 412, text: "Maximum limit is 10000" }],
    ["marker=%FF", { status: 400, text: '"marker" parameter not valid UTF-8' }],
  ])("?%s is refused", (query, refusal) => expect(parseListingQuery(new URLSearchParams(query), `/v1/a?${query}`)).toEqual(refusal));

  it.each([
    ["limit=-1", { limit: 10_000 }],
    ["limit=", { limit: 10_000 }],
    ["limit=0", { limit: 0 }],
    ["marker=%EF%BF%BD", { marker: "\ufffd" }],
    ["path=", { path: "" }],
    ["reverse=on&delimiter=--&prefix=a%2Fb", { reverse: true, delimiter: "--", prefix: "a/b", path: null }],
  ])("?%s", (query, expected) => {
    expect(parseListingQuery(new URLSearchParams(query), `/v1/a?${query}`)).toMatchObject({ query: expected });
  });

  const object = { name: "a<b", hash: "h", bytes: 1, content_type: "t/p", last_modified: "m" };
  it("are written as Swift writes them", () => {
    expect(formatContainerXml('l"', [object, { subdir: "b/" }])).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<container name="l&quot;"><object><name>a&lt;b</name><hash>h</hash><bytes>1</bytes>' +
        '<content_type>t/p</content_type><last_modified>m</last_modified></object><subdir name="b/"><name>b/</name></subdir></container>',
    );
    expect(formatContainerXml("l", [])).toBe('<?xml version="1.0" encoding="UTF-8"?>\n<container name="l" />');
    expect(formatAccountXml("A", [{ name: "c", count: 2, bytes: 3, last_modified: "m" }, { subdir: "p1" }])).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<account name="A">\n<container><name>c</name><count>2</count><bytes>3</bytes>' +
        '<last_modified>m</last_modified></container>\n<subdir name="p1" />\n</account>',
    );
    expect(formatPlain([{ name: "a" }, { subdir: "b/" }])).toBe("a\nb/\n");
  });
});

describe("small tables", () => {
  it.each([
    ["a.jpg", "image/jpeg"],
    ["A.TXT", "text/plain"],
    ["dir.txt/file", "application/octet-stream"],
    ["logs.tar.gz", "application/x-tar"],
    ["x.tgz", "application/x-tar"],
    ["x.gz", "application/octet-stream"],
    ["storlet.py", "text/x-python"],
    ["none", "application/octet-stream"],
  ])("%s is %s", (name, type) => expect(guessContentType(name)).toBe(type));

  it.each([
    ["gold", "gold"],
    ["Yellow", "gold"],
    ["silver", "silver"],
    ["nope", null],
  ])("policy %s is %s", (name, policy) => expect(resolvePolicy(name)).toBe(policy));

  it.each([
    ["", null],
    ["//realm/cluster/a/c", "No realm key for 'realm'"],
    ["//realm/cluster", "Invalid X-Container-Sync-To format '//realm/cluster'"],
    ["http://127.0.0.1/v1/a/c", null],
    ["http://127.0.0.1", "Path required in X-Container-Sync-To"],
    ["ftp://127.0.0.1/v1/a/c", `Invalid scheme 'ftp' in X-Container-Sync-To, must be "//", "http", or "https".`],
    ["http://127.0.0.1/v1/a/c?x", "Params, queries, and fragments not allowed in X-Container-Sync-To"],
    ["http://elsewhere/v1/a/c", "Invalid host 'elsewhere' in X-Container-Sync-To"],
  ])("sync to %j", (value, problem) => expect(checkSyncTo(value)).toBe(problem));

  it.each([
    [404, "<html><h1>Not Found</h1><p>The resource could not be found.</p></html>"],
    [202, "<html><h1>Accepted</h1><p>The request is accepted for processing.</p></html>"],
    [201, "null"],
    [204, "null"],
  ])("%i has its body", (status, body) => expect(String(answer(status).body)).toBe(body));

  it("401 names its realm so that it stays one header", () => {
    expect(answerUnauthorized('AUTH_x"\nA: b').headers.get("www-authenticate")).toBe('Swift realm="AUTH_x%22%0AA%3A%20b"');
    expect(answerUnauthorized(null).headers.get("www-authenticate")).toBe('Swift realm="unknown"');
  });
});
