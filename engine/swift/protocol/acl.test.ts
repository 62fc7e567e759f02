import { describe, expect, it } from "vitest";
import { accountAccess, cleanAcl, formatAccountAcl, parseAccountAcl, parseAcl, referrerAllowed } from "./acl.ts";

describe("cleanAcl", () => {
  it.each([
    [" admin : admin , foo", "admin : admin,foo"],
    ["bob,,,sue", "bob,sue"],
    [".referrer : *", ".r:*"],
    [".ref:*.example.com", ".r:.example.com"],
    [".referer:-*.thief.com", ".r:-.thief.com"],
    [".r:*, .rlistings", ".r:*,.rlistings"],
    [".rfoo", ".rfoo"],
    ["", ""],
  ])("makes %j into %j", (value, cleaned) => {
    expect(cleanAcl("x-container-read", value)).toEqual({ value: cleaned });
  });

  it.each([
    ["x-container-read", ".r:", "No host/domain value after referrer designation in ACL: '.r:'"],
    ["x-container-read", ".r:-", "No host/domain value after referrer designation in ACL: '.r:-'"],
    ["x-container-read", ".zed:foo", "Unknown designator '.zed' in ACL: '.zed:foo'"],
    ["x-container-write", ".r:*", "Referrers not allowed in write ACL: '.r:*'"],
  ])("refuses in %s: %j", (header, value, error) => {
    expect(cleanAcl(header, value)).toEqual({ error });
  });
});

describe("parseAcl", () => {
  it("takes referrers and groups apart, and decodes groups", () => {
    expect(parseAcl(".r:*,.rlistings,test:tester3,caf%C3%A9")).toEqual({
      referrers: ["*"],
      groups: [".rlistings", "test:tester3", "café"],
    });
    expect(parseAcl("")).toEqual({ referrers: [], groups: [] });
  });
});

describe("referrerAllowed", () => {
  it.each([
    ["*", undefined, true],
    ["*", "http://any.example.com/x", true],
    [".example.com", "http://www.example.com/page?q", true],
    [".example.com", "http://example.com/", false],
    [".example.com", "https://user:pw@WWW.Example.com:8080/", true],
    ["www.example.com", "http://www.example.com", true],
    ["*,-.thief.com", "http://a.thief.com/", false],
    ["-.thief.com,*", "http://a.thief.com/", true],
    ["*,-a.thief.com", "http://b.thief.com/", true],
    ["www.example.com", "no url at all", false],
    ["*,-*", "http://a/", true],
    ["", "http://a/", false],
  ])("%j for %j is %s", (items, referer, allowed) => {
    expect(referrerAllowed(referer, items === "" ? [] : items.split(","))).toBe(allowed);
  });
});

describe("account ACLs", () => {
  it.each([
    ["{}", ""],
    ["", ""],
    ['{ "read-only" : [ "a:b" ], "admin": ["x"] }', '{"admin":["x"],"read-only":["a:b"]}'],
    ['{"admin":["é"]}', '{"admin":["\\u00e9"]}'],
    ['{"admin":[]}', ""],
  ])("%j is kept as %j", (text, kept) => {
    const parsed = parseAccountAcl(text);
    expect("acl" in parsed && formatAccountAcl(parsed.acl)).toBe(kept);
  });

  it.each([
    ["nonsense", "Syntax error in input ('nonsense')"],
    ["[]", "Syntax error in input ('[]')"],
    ['{"x":[]}', 'Key "x" not recognized'],
    ['{"admin":"me"}', 'Value for key "admin" must be a list'],
    ['{"admin":[1]}', 'Elements of "admin" list must be strings'],
  ])("%j is refused", (text, error) => {
    expect(parseAccountAcl(text)).toEqual({ error });
  });

  it.each([
    [["a:x"], "admin"],
    [["a:y"], "read-write"],
    [["a:z"], "read-only"],
    [["a:z", "a:x"], "admin"],
    [["nobody"], null],
  ])("%j gets %s", (groups, access) => {
    expect(accountAccess({ admin: ["a:x"], "read-write": ["a:y"], "read-only": ["a:z"] }, groups)).toBe(access);
  });
});
