import { describe, expect, it } from "vitest";
import { decideNavigation, decideNewWindow, isPermissionGranted } from "./navigation.ts";

const engine = "http://127.0.0.1:28080";

describe("decideNavigation", () => {
  it.each([
    { url: `${engine}/?token=abc`, expected: "stay" },
    { url: `${engine}/objects/data/log.txt`, expected: "stay" },
    { url: "http://127.0.0.1:28081/", expected: "deny" },
    { url: "http://localhost:28080/", expected: "deny" },
    { url: "https://127.0.0.1:28080/", expected: "browser" },
    { url: "http://user@127.0.0.1:28080/", expected: "deny" },
    { url: "http://127.0.0.1:28080@example.com/", expected: "deny" },
    { url: "https://docs.openstack.org/storlets/latest/", expected: "browser" },
    { url: "https://user:secret@example.com/", expected: "deny" },
    { url: "http://example.com/", expected: "deny" },
    { url: "file:///etc/passwd", expected: "deny" },
    { url: "javascript:alert(1)", expected: "deny" },
    { url: "data:text/html,hello", expected: "deny" },
    { url: "ms-settings:display", expected: "deny" },
    { url: "not an address", expected: "deny" },
  ])("$url -> $expected", ({ url, expected }) => {
    expect(decideNavigation(url, engine)).toBe(expected);
  });

  it("lets nothing stay while no engine is ready", () => {
    expect(decideNavigation(`${engine}/`, null)).toBe("deny");
  });
});

describe("decideNewWindow", () => {
  it.each([
    { url: `${engine}/`, expected: "deny" },
    { url: "https://example.com/", expected: "browser" },
    { url: "http://example.com/", expected: "deny" },
    { url: "about:blank", expected: "deny" },
    { url: "", expected: "deny" },
  ])("$url -> $expected", ({ url, expected }) => {
    expect(decideNewWindow(url)).toBe(expected);
  });
});

describe("isPermissionGranted", () => {
  it.each([
    ["clipboard-sanitized-write", true],
    ["clipboard-read", false],
    ["media", false],
    ["notifications", false],
    ["geolocation", false],
    ["openExternal", false],
  ])("%s -> %s", (permission, expected) => {
    expect(isPermissionGranted(permission)).toBe(expected);
  });
});
