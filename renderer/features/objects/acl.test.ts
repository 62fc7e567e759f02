import { expect, it } from "vitest";
import { describeAcl, isListable, isPublic, withPart } from "./acl.ts";

it.each([
  ["", false, false, "this account only"],
  [".r:*", true, false, "anyone"],
  [".r:*,.rlistings", true, true, "anyone, may list"],
  [".referrer:*", true, false, "anyone"],
  [".r:.example.com,.r:-bad.example.com", false, false, "pages of .example.com, not pages of bad.example.com"],
  ["test:tester", false, false, "test:tester"],
  [".rlistings", false, true, "may list"],
])("reads %j", (acl, isOpen, lists, words) => {
  expect([isPublic(acl), isListable(acl), describeAcl(acl)]).toEqual([isOpen, lists, words]);
});

it("switches parts without touching the rest", () => {
  expect(withPart("test:tester", ".r:*", true)).toBe(".r:*,test:tester");
  expect(withPart(".ref:*, test:tester", ".r:*", false)).toBe("test:tester");
  expect(withPart(".r:*,.rlistings", ".rlistings", false)).toBe(".r:*");
});
