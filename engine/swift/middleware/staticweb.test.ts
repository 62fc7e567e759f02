import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatListingDisabled, formatSize, formatWebListing } from "../protocol/web-listing.ts";
import { createTestSwift, type TestAnswer, type TestSwift } from "../test-swift.ts";

const account = "/v1/AUTH_test";
const owner = { as: "test:tester" } as const;

let swift: TestSwift;

async function site(name: string, settings: Record<string, string>, read: string, objects: Record<string, string>): Promise<void> {
  const headers = Object.fromEntries(Object.entries(settings).map(([key, value]) => [`x-container-meta-web-${key}`, value]));
  await swift.send("PUT", `${account}/${name}`, { ...owner, headers: { ...headers, "x-container-read": read } });
  for (const [object, body] of Object.entries(objects)) {
    const headers = object.endsWith("/") ? { "content-type": "application/directory" } : {};
    await swift.send("PUT", `${account}/${name}/${encodeURI(object)}`, { ...owner, body, headers });
  }
}

const files = { "index.html": "home", "sub/index.html": "sub home", "bare/<a> & b.txt": "x", "bare/deep/c.txt": "x", "marker/": "" };

beforeAll(async () => {
  swift = await createTestSwift();
  await site("plain", {}, ".r:*,.rlistings", { o: "object" });
  await site("index", { index: "index.html", error: "err.html" }, ".r:*,.rlistings", { ...files, "404err.html": "no such page" });
  await site("lists", { listings: "true" }, ".r:*,.rlistings", files);
  await site("styled", { listings: "on", "listings-css": "css/a.css", "listings-label": "My site" }, ".r:*,.rlistings", files);
  await site("shut", { listings: "true", error: "err.html" }, ".r:*,.r:-x.test", { "401err.html": "shut", "404err.html": "lost" });
  await site("private", { index: "index.html" }, "", files);
});
afterAll(() => swift[Symbol.asyncDispose]());

const visit = (path: string, headers: Record<string, string> = {}, method = "GET"): Promise<TestAnswer> =>
  swift.send(method, `${account}/${path}`, { headers });

describe("a web site", () => {
  it.each([
    ["index/", 200, "home"],
    ["index/index.html", 200, "home"],
    ["index/sub/", 200, "sub home"],
    ["index/nope", 404, "no such page"],
    ["index/nope/", 404, "no such page"],
    ["index/bare/", 404, "no such page"],
    ["index/marker/", 404, "no such page"],
    ["shut/nope", 404, "lost"],
    ["shut/", 401, "shut"],
    ["lists/nope/", 404, "<html><h1>Not Found</h1>"],
    ["private/", 401, "<html><h1>Unauthorized</h1>"],
    ["private/index.html", 401, "<html><h1>Unauthorized</h1>"],
    ["missing/", 401, "<html><h1>Unauthorized</h1>"],
  ])("shows %s: %i", async (path, status, text) => {
    const answer = await visit(path);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(text);
    const head = await visit(path, {}, "HEAD");
    expect(head).toMatchObject({ status, text: "" });
  });

  it.each([
    ["index", "index/"],
    ["index/sub", "index/sub/"],
    ["lists", "lists/"],
    ["lists/bare", "lists/bare/"],
    ["lists/bare/deep", "lists/bare/deep/"],
  ])("leads from %s to %s", async (path, target) => {
    const answer = await visit(path);
    expect(answer.status).toBe(301);
    expect(answer.headers["location"]).toBe(`${swift.url}${account}/${target}`);
  });

  it("lists what is in a directory, sub-directories first", async () => {
    const root = await visit("lists/");
    expect(root.headers["content-type"]).toBe("text/html; charset=UTF-8");
    expect(root.text).toContain(`<title>Listing of ${account}/lists/</title>`);
    expect(root.text).not.toContain('id="parent"');
    expect(root.text).toMatch(/href="bare\/"[^]*href="marker\/"[^]*href="sub\/"[^]*class="item type-text type-html"[^]*href="index\.html"/);
    const bare = await visit("lists/bare/");
    expect(bare.text).toContain('<a href="../">../</a>');
    expect(bare.text).toContain('<a href="%3Ca%3E%20%26%20b.txt">&lt;a&gt; &amp; b.txt</a>');
    expect(bare.text).toMatch(/<td class="coldate">\d{4}-\d\d-\d\d \d\d:\d\d:\d\d<\/td>/);
  });

  it("takes its style sheet and its name from the container", async () => {
    expect((await visit("styled/")).text).toContain('<link rel="stylesheet" type="text/css" href="css/a.css" />');
    const deep = (await visit("styled/bare/deep/")).text;
    expect(deep).toContain('href="../../css/a.css"');
    expect(deep).toContain("<title>Listing of My site/bare/deep/</title>");
  });

  it("says that listings are off", async () => {
    const { text } = await swift.send("GET", `${account}/private/none/`, { ...owner, headers: { "x-web-mode": "true" } });
    expect(text).toContain("Web Listing Disabled");
    expect(text).toContain("X-Container-Meta-Web-Index: index.html");
  });

  it("is for those without a token, and for those who ask for it", async () => {
    expect((await swift.send("GET", `${account}/index/`, owner)).text).toContain("404err.html\n");
    expect((await swift.send("GET", `${account}/index/`, { ...owner, headers: { "x-web-mode": "true" } })).text).toBe("home");
    expect((await swift.send("GET", `${account}/plain/`, { ...owner, headers: { "x-web-mode": "true" } })).status).toBe(404);
    expect((await visit("plain/")).text).toBe("o\n");
    expect((await visit("plain/none")).text).toContain("<h1>Not Found</h1>");
  });

  it("keeps ranges, conditions and other methods", async () => {
    expect(await visit("index/index.html", { range: "bytes=1-2" })).toMatchObject({ status: 206, text: "om" });
    const { etag } = (await visit("index/")).headers;
    expect((await visit("index/", { "if-none-match": String(etag) })).status).toBe(304);
    expect((await visit("index/index.html", {}, "PUT")).status).toBe(401);
  });
});

describe("its pages", () => {
  it.each([
    [0, "0"],
    [1023, "1023"],
    [1024, "1Ki"],
    [1536, "2Ki"],
    [1_048_576, "1Mi"],
    [5_368_709_122, "5Gi"],
  ])("show %i bytes as %s", (bytes, text) => expect(formatSize(bytes)).toBe(text));

  it.each([
    ["http://x.test/a b.css", "http://x.test/a%20b.css"],
    ["/abs.css", "/abs.css"],
    ['a".css', "../../a%22.css"],
  ])("find the style sheet %s", (css, href) => {
    const options = { label: "<l>", prefix: "a/b/", css };
    expect(formatWebListing(options, [])).toContain(`href="${href}"`);
    expect(formatListingDisabled(options, "<i>")).toContain("X-Container-Meta-Web-Index: &lt;i&gt;");
  });
});
