import { expect, it } from "vitest";
import { cookieName, hasToken, refuseForeign, type GuardRequest } from "./guard.ts";

const base: GuardRequest = {
  method: "GET",
  host: "127.0.0.1:9000",
  origin: undefined,
  fetchSite: undefined,
  authorization: undefined,
  cookie: undefined,
  queryToken: null,
};

it.each<[string, Partial<GuardRequest>, boolean]>([
  ["our own address", {}, true],
  ["localhost", { host: "localhost:9000" }, true],
  ["another port", { host: "127.0.0.1:9001" }, false],
  ["a rebound name", { host: "evil.example:9000" }, false],
  ["no host", { host: undefined }, false],
  ["our own page", { origin: "http://127.0.0.1:9000", fetchSite: "same-origin" }, true],
  ["a page on another local port", { origin: "http://127.0.0.1:3000", fetchSite: "same-site" }, false],
  ["a foreign page", { origin: "https://evil.example", fetchSite: "cross-site" }, false],
  ["a sandboxed frame", { origin: "null" }, false],
  ["a link on a foreign page", { fetchSite: "cross-site" }, false],
  ["typed into the address bar", { fetchSite: "none" }, true],
])("host and origin: %s", (_case, fields, accepted) => {
  expect(refuseForeign({ ...base, ...fields }, 9000) === null).toBe(accepted);
});

it.each<[string, Partial<GuardRequest>, boolean]>([
  ["none", {}, false],
  ["bearer", { authorization: "Bearer secret" }, true],
  ["wrong bearer", { authorization: "Bearer secre" }, false],
  ["wrong bearer beside a right cookie", { authorization: "Bearer x", cookie: `${cookieName(9000)}=secret` }, false],
  ["cookie", { cookie: `a=b; ${cookieName(9000)}=secret` }, true],
  ["cookie of another engine", { cookie: `${cookieName(9001)}=secret` }, false],
  ["query", { queryToken: "secret" }, true],
  ["empty query", { queryToken: "" }, false],
])("token: %s", (_case, fields, accepted) => {
  expect(hasToken({ ...base, ...fields }, "secret", 9000)).toBe(accepted);
});
