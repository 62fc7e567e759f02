/** What storlet requests answer, row by row: deployment, invocation, copies, ACLs, conditions, logs and limits, on every kind of sandbox. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LogLine } from "../contract/index.ts";
import { callApi, deployStorlets, putDependency, putObject, runOf, sandboxHosts, textOf } from "./conformance.ts";
import { createTestEngine, type TestEngine } from "./test-engine.ts";
import { testStorlets } from "./storlets.ts";

type Headers = Record<string, string>;
type Row = [what: string, method: string, path: string, headers: Headers, status: number, body: string | RegExp | null];

const run = { "X-Run-Storlet": "simple.py" };
const noStorlet = /^Failed to verify access to the storlet\. Either the storlet does not exist/;
const extraForm = "X-Storlet-Extra-Resource must be a csv with/container/object format";

/** Rows of the status summary (storlets.md 2.14), then each door with accounts, containers and objects that are not there. */
const rows: Row[] = [
  ["Range beside a storlet", "GET", "/c/o", { ...run, Range: "bytes=0-1" }, 400, "Storlet execution with range header is not supported"],
  ["a filled run-on-proxy", "GET", "/c/o", { ...run, "X-Storlet-Run-On-Proxy": "x" }, 400, "X-Storlet-Run-On-Proxy header should be empty"],
  ["a blank run-on-proxy", "GET", "/c/o", { ...run, "X-Storlet-Run-On-Proxy": "  " }, 200, "abcdef"],
  ["a missing storlet", "GET", "/c/o", { "X-Run-Storlet": "nope.py" }, 401, noStorlet],
  ["a missing storlet comes before a missing object", "GET", "/c/nope", { "X-Run-Storlet": "nope.py" }, 401, noStorlet],
  ["a missing object", "GET", "/c/nope", run, 404, /Not Found/],
  ["a missing container", "GET", "/nope/o", run, 404, /Not Found/],
  ["HEAD", "HEAD", "/c/o", run, 405, null],
  ["DELETE", "DELETE", "/c/o", run, 405, null],
  ["OPTIONS", "OPTIONS", "/c/o", run, 405, null],
  ["POST", "POST", "/c/o", run, 405, null],
  [
    "a referer with storlets",
    "GET",
    "/c/o",
    { ...run, Referer: "http://storlets.example/" },
    403,
    "Referrer containing storlets is not allowed",
  ],
  ["a referer with storlets, no storlet", "GET", "/c", { Referer: "//storlets.a_b" }, 403, "Referrer containing storlets is not allowed"],
  ["a referer with storlets on HEAD", "HEAD", "/c/o", { Referer: "xstorletsx" }, 403, null],
  ["an extra resource without a slash", "GET", "/c/o", { ...run, "X-Storlet-Extra-Resources": "c/o" }, 400, extraForm],
  ["an extra resource without an object", "GET", "/c/o", { ...run, "X-Storlet-Extra-Resources": "/c" }, 400, extraForm],
  ["no extra resources", "GET", "/c/o", { ...run, "X-Storlet-Extra-Resources": "" }, 200, "abcdef"],
  ["an extra resource that is missing", "GET", "/c/o", { ...run, "X-Storlet-Extra-Resources": "/c/nope" }, 404, /Not Found/],
  ["the same on PUT", "PUT", "/c/p", { ...run, "X-Storlet-Extra-Resources": "/c/nope" }, 404, /Not Found/],
  ["an extra container that is missing", "GET", "/c/o", { ...run, "X-Storlet-Extra-Resources": "/nope/o" }, 404, /Not Found/],
  ["a parameter without a colon", "GET", "/c/o", { ...run, "X-Storlet-Parameter-1": "novalue" }, 400, /no colon/],
  ["a malformed range", "GET", "/c/o", { ...run, "X-Storlet-Range": "bytes=4-2" }, 400, /does not name a range/],
  ["a range beyond the end", "GET", "/c/o", { ...run, "X-Storlet-Range": "bytes=90-99" }, 200, ""],
  ["the same on the proxy", "GET", "/c/o", { ...run, "X-Storlet-Range": "bytes=90-99", "X-Storlet-Run-On-Proxy": "" }, 416, /Range/],
  ["a storlet that raises, on GET", "GET", "/c/o", { "X-Run-Storlet": "broken.py" }, 503, /<h1>Service Unavailable<\/h1>/],
  ["a storlet that raises, on PUT", "PUT", "/c/p", { "X-Run-Storlet": "broken.py" }, 500, "Storlet execution failed"],
  ["a storlet that raises, on COPY", "COPY", "/c/o", { "X-Run-Storlet": "broken.py", Destination: "c/p" }, 503, /Service Unavailable/],
  [
    "a storlet that raises, on COPY by the proxy",
    "COPY",
    "/c/o",
    { "X-Run-Storlet": "broken.py", Destination: "c/p", "X-Storlet-Run-On-Proxy": "" },
    500,
    "Storlet execution failed",
  ],
  ["a storlet that is silent, on GET", "GET", "/c/o", { "X-Run-Storlet": "silent.py" }, 503, /Service Unavailable/],
  ["a storlet that is silent, on PUT", "PUT", "/c/p", { "X-Run-Storlet": "silent.py" }, 500, "Storlet execution timed out"],
  ["a dependency that is missing, on GET", "GET", "/c/o", { "X-Run-Storlet": "orphan.py" }, 503, /Service Unavailable/],
  ["a dependency that is missing, on PUT", "PUT", "/c/p", { "X-Run-Storlet": "orphan.py" }, 500, "Internal server error"],
  [
    "a dependency that is missing, on the proxy",
    "GET",
    "/c/o",
    { "X-Run-Storlet": "orphan.py", "X-Storlet-Run-On-Proxy": "" },
    500,
    "Internal server error",
  ],
  ["an interpreter that is missing", "GET", "/c/o", { "X-Run-Storlet": "future.py" }, 503, /Service Unavailable/],
  ["PUT into a missing container", "PUT", "/nope/p", run, 404, /Not Found/],
  ["PUT to a container", "PUT", "/made", run, 201, ""],
  ["GET of a container", "GET", "/c/?format=json", run, 200, /^\[/],
  ["GET of the account", "GET", "/?format=json", run, 200, /^\[/],
  ["COPY without Destination", "COPY", "/c/o", run, 412, "Destination header required"],
  ["COPY without Destination and storlet", "COPY", "/c/o", { "X-Run-Storlet": "nope.py" }, 412, "Destination header required"],
  [
    "COPY, bad Destination",
    "COPY",
    "/c/o",
    { ...run, Destination: "c" },
    412,
    "Destination header must be of the form <container name>/<object name>",
  ],
  ["COPY, bad Destination and no storlet", "COPY", "/c/o", { "X-Run-Storlet": "nope.py", Destination: "c" }, 401, noStorlet],
  [
    "COPY, Destination-Account",
    "COPY",
    "/c/o",
    { ...run, Destination: "c", "Destination-Account": "a" },
    400,
    "Storlet on copy with Destination-Account is not supported",
  ],
  [
    "COPY, X-Fresh-Metadata",
    "COPY",
    "/c/o",
    { ...run, Destination: "c/p", "X-Fresh-Metadata": "yes" },
    400,
    "Storlet on copy with X-Fresh-Metadata is not supported",
  ],
  ["COPY of a missing object", "COPY", "/c/nope", { ...run, Destination: "c/p" }, 404, /Not Found/],
  ["COPY into a missing container", "COPY", "/c/o", { ...run, Destination: "nope/p" }, 404, /Not Found/],
  ["COPY with a bad run-on-proxy", "COPY", "/c/o", { ...run, Destination: "c/p", "X-Storlet-Run-On-Proxy": "1" }, 400, /should be empty/],
  [
    "PUT copy, bad X-Copy-From",
    "PUT",
    "/c/p",
    { ...run, "X-Copy-From": "/c" },
    412,
    "X-Copy-From header must be of the form <container name>/<object name>",
  ],
  [
    "PUT copy, X-Copy-From-Account",
    "PUT",
    "/c/p",
    { ...run, "X-Copy-From": "/c/o", "X-Copy-From-Account": "a" },
    400,
    "Storlet on copy with X-Copy-From-Account is not supported",
  ],
  ["PUT copy of a missing object", "PUT", "/c/p", { ...run, "X-Copy-From": "/c/nope" }, 404, /Not Found/],
  ["PUT copy from a missing container", "PUT", "/c/p", { ...run, "X-Copy-From": "/nope/o" }, 404, /Not Found/],
  ["PUT copy into a missing container", "PUT", "/nope/p", { ...run, "X-Copy-From": "/c/o" }, 404, /Not Found/],
  ["a condition that does not hold", "GET", "/c/o", { ...run, "If-Match": "other" }, 412, null],
  ["a condition that says unchanged", "GET", "/c/o", { ...run, "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT" }, 304, null],
  ["a condition that holds", "GET", "/c/o", { ...run, "If-Match": "e80b5017098950fc58aad83c8c14978e" }, 200, "abcdef"],
  ["a condition on a copy's source", "COPY", "/c/o", { ...run, Destination: "c/p", "If-Match": "other" }, 412, null],
  ["a copy only where nothing is yet", "COPY", "/c/o", { ...run, Destination: "c/o2", "If-None-Match": "*" }, 412, null],
  [
    "an ACL on the storlet container",
    "POST",
    "/storlet",
    { "X-Storlet-Container-Read": "u", "X-Storlet-Name": "s" },
    400,
    "storlet ACL update cannot be a storlet container",
  ],
  [
    "an ACL on the dependency container",
    "POST",
    "/dependency",
    { "X-Storlet-Container-Read": "u" },
    400,
    "storlet ACL update cannot be a storlet container",
  ],
  [
    "an ACL without a storlet",
    "POST",
    "/c",
    { "X-Storlet-Container-Read": "u" },
    400,
    "storlet ACL update request is missing a mandatory header",
  ],
  [
    "an ACL without a user",
    "POST",
    "/c",
    { "X-Storlet-Container-Read": "", "X-Storlet-Name": "s" },
    400,
    "storlet ACL update request is missing a mandatory header",
  ],
  [
    "an ACL for two users",
    "POST",
    "/c",
    { "X-Storlet-Container-Read": "u,v", "X-Storlet-Name": "s" },
    400,
    "storlet ACL update request has mulformed storlet or user name",
  ],
  [
    "an ACL on a missing container",
    "POST",
    "/nope",
    { "X-Storlet-Container-Read": "u", "X-Storlet-Name": "s" },
    401,
    "Unauthorized to get or modify the container ACL",
  ],
  ["an ACL's headers on an object", "POST", "/c/o2", { "X-Storlet-Container-Read": "u" }, 202, null],
  [
    "parameters beyond one message",
    "GET",
    "/c/o",
    { ...run, "X-Storlet-Parameter-1": `k:${"v".repeat(4000)}` },
    400,
    /too large for a storlet/,
  ],
  [
    "parameters beyond one message on PUT",
    "PUT",
    "/c/p",
    { ...run, "X-Storlet-Parameter-1": `k:${"v".repeat(4000)}` },
    400,
    /too large for a storlet/,
  ],
];

const registration = {
  "X-Object-Meta-Storlet-Language": "Python",
  "X-Object-Meta-Storlet-Interface-Version": "1.0",
  "X-Object-Meta-Storlet-Object-Metadata": "no",
  "X-Object-Meta-Storlet-Main": "up.Up",
};
const java = { ...registration, "X-Object-Meta-Storlet-Language": "Java" };
const without = (name: string): Headers => Object.fromEntries(Object.entries(registration).filter(([key]) => !key.endsWith(name)));
const withMain = (main: string): Headers => ({ ...registration, "X-Object-Meta-Storlet-Main": main });
const withVersion = (version: string): Headers => ({ ...registration, "X-Object-Meta-Storlet-Language-Version": version });
const withDependency = (names: string): Headers => ({ ...registration, "X-Object-Meta-Storlet-Dependency": names });
const permissions = (text: string): Headers => ({
  "X-Object-Meta-Storlet-Dependency-Version": "1",
  "X-Object-Meta-Storlet-Dependency-Permissions": text,
});

/** Rows of deployment (storlets.md 2.1): each holds for PUT and for POST. */
const deployments: [what: string, path: string, headers: Headers, refusal: string | null][] = [
  ["a whole registration", "/storlet/up.py", registration, null],
  ["no language", "/storlet/up.py", without("Language"), "Mandatory parameter is missing: Language"],
  ["no interface version", "/storlet/up.py", without("Interface-Version"), "Mandatory parameter is missing: Interface-Version"],
  ["no object metadata", "/storlet/up.py", without("Object-Metadata"), "Mandatory parameter is missing: Object-Metadata"],
  ["no main", "/storlet/up.py", without("Main"), "Mandatory parameter is missing: Main"],
  ["nothing", "/storlet/up.py", {}, "Mandatory parameter is missing: Language"],
  ["a Python name without .py", "/storlet/up", registration, "Storlet name is incorrect"],
  ["a Java name without version", "/storlet/up.jar", java, "Storlet name is incorrect"],
  ["a Java name", "/storlet/up-1.0.jar", java, null],
  ["a deeper Java name", "/storlet/bin/up-1.0.jar", java, null],
  ["another language", "/storlet/up.py", { ...registration, "X-Object-Meta-Storlet-Language": "Ruby" }, "Unsupported Language"],
  ["any case of the language", "/storlet/up.py", { ...registration, "X-Object-Meta-Storlet-Language": "PYTHON" }, null],
  ["version 3", "/storlet/up.py", withVersion("3"), null],
  ["version 3.12", "/storlet/up.py", withVersion("3.12"), null],
  ["version 3.99", "/storlet/up.py", withVersion("3.99"), null],
  ["version 2.7", "/storlet/up.py", withVersion("2.7"), "Not supported version specified"],
  ["no number as version", "/storlet/up.py", withVersion("three"), "Language-Version is invalid"],
  ["a main of another file", "/storlet/up.py", withMain("down.Up"), "Main class should be included in storlet file"],
  ["a main in a package", "/storlet/up.py", withMain("up.inner.Up"), "Submodule is currently not supported"],
  ["its own dependency", "/storlet/up.py", withDependency("a,up.py"), "Using the same name for storlet and dependency is not allowed"],
  ["a dependency twice", "/storlet/up.py", withDependency("a,a"), "Duplicated name in dependencies"],
  ["two spellings of a dependency", "/storlet/up.py", withDependency("a, a"), null],
  ["a dependency", "/dependency/d", permissions("0755"), null],
  ["a dependency without version", "/dependency/d", {}, "Mandatory parameter is missing: Dependency-Version"],
  ["permissions that are no number", "/dependency/d", permissions("rwx"), "Dependency permission is incorrect"],
  ["permissions without the owner", "/dependency/d", permissions("0055"), "The owner should have rw permission"],
];

describe.each(sandboxHosts)("on %s", (_host, options) => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await createTestEngine({ ...options, storletTimeoutMs: 2000 });
    await engine.fetch("PUT", "/c");
    await putObject(engine, "/c/o", "abcdef", { "X-Object-Meta-Key": "kept" });
    await putObject(engine, "/c/o2", "second");
    await deployStorlets(engine, ["simple.py", "broken.py", "multi_input.py", "metadata.py", "exec_query_header.py"]);
    await engine.putStorlet("silent.py", "silent.Storlet", testStorlets.silent);
    await engine.putStorlet("upper.py", "upper.Storlet", testStorlets.upper);
    await engine.putStorlet("orphan.py", "orphan.Storlet", testStorlets.upper, { "X-Object-Meta-Storlet-Dependency": "missing.txt" });
    await engine.putStorlet("future.py", "future.Storlet", testStorlets.upper, { "X-Object-Meta-Storlet-Language-Version": "3.99" });
  }, 60_000);
  afterAll(() => engine[Symbol.asyncDispose](), 60_000);

  const send = (method: string, path: string, headers: Headers = {}, body?: string): ReturnType<typeof textOf> =>
    textOf(engine.fetch(method, path, { headers, ...(body === undefined ? {} : { body }) }));

  it.each(rows)("%s: %s %s", async (_what, method, path, headers, status, body) => {
    const answer = await send(method, path, headers, method === "PUT" ? "" : undefined);
    expect(answer.status).toBe(status);
    if (typeof body === "string") expect(answer.text).toBe(body);
    else if (body !== null) expect(answer.text).toMatch(body);
    expect(answer.headers.get("x-trans-id")).toMatch(/^tx/);
  });

  it.each(deployments)("deploying %s: %s", async (_what, path, headers, refusal) => {
    for (const method of ["PUT", "POST"]) {
      const answer = await send(method, path, headers, method === "PUT" ? "x" : undefined);
      if (refusal === null) expect([method, answer.status]).toEqual([method, method === "PUT" ? 201 : 202]);
      else expect([method, answer.status, answer.text]).toEqual([method, 400, refusal]);
    }
  });

  it("stores nothing of what fails on its way", async () => {
    expect((await send("HEAD", "/c/p")).status).toBe(404);
  });

  it("reads several ranges as the multipart body that Swift makes of them", async () => {
    const answer = await send("GET", "/c/o", { ...run, "X-Storlet-Range": "bytes=0-1,4-5" });
    const [, boundary] = /^multipart\/byteranges;\s*boundary=(.+)$/.exec(answer.headers.get("content-type") ?? "") ?? [];
    expect([answer.status, boundary]).toEqual([200, expect.any(String)]);
    expect(answer.text).toContain("content-range: bytes 0-1/6".replace("content-range", "Content-Range"));
    expect(answer.text).toContain(`--${boundary}`);
  });

  it("refuses strangers: no token 401, no right 403, and nothing else changes that", async () => {
    const anonymous = await textOf(fetch(`${engine.storageUrl}/c/o`, { headers: run }));
    expect(anonymous.status).toBe(401);
    const member = await engine.as("test:tester3", "testing3");
    // Without access to the storlet there is no run, whatever may be read.
    expect((await textOf(member("GET", "/c/o", { headers: run }))).status).toBe(401);
    await engine.fetch("POST", "/storlet", { headers: { "X-Container-Read": "test:tester3" } });
    expect((await textOf(member("GET", "/c/o", { headers: run }))).status).toBe(403);
    expect((await textOf(member("COPY", "/c/o", { headers: { ...run, Destination: "c/p" } }))).status).toBe(403);
    expect((await textOf(member("PUT", "/c/p", { headers: run, body: "x" }))).status).toBe(403);
    expect((await textOf(member("POST", "/c", { headers: { "X-Storlet-Container-Read": "u", "X-Storlet-Name": "s" } }))).status).toBe(401);
  });

  it("gives a storlet ACL's right to names with upper case and special characters", async () => {
    await engine.fetch("PUT", "/acls");
    await putObject(engine, "/acls/o", "abc");
    await engine.putStorlet("Upper_Case.py", "Upper_Case.Storlet", testStorlets.upper);
    const granted = await send("POST", "/acls", { "X-Storlet-Container-Read": "tester3", "X-Storlet-Name": "Upper_Case.py" });
    expect(granted.status).toBe(204);
    const member = await engine.as("test:tester3", "testing3");
    const answer = await textOf(member("GET", "/acls/o", { headers: { "X-Run-Storlet": "Upper_Case.py" } }));
    expect([answer.status, answer.text]).toEqual([200, "ABC"]);
    expect((await textOf(member("GET", "/acls/o", { headers: { "X-Run-Storlet": "upper.py" } }))).status).toBe(403);
    // Copies have no such way in.
    expect((await textOf(member("COPY", "/acls/o", { headers: { "X-Run-Storlet": "Upper_Case.py", Destination: "acls/p" } }))).status).toBe(
      403,
    );
  });

  it("runs nothing for an account that is not enabled, and lets it be read", async () => {
    await engine.fetch("POST", "", { headers: { "X-Account-Meta-Storlet-Enabled": "no" } });
    const disabled: [string, string, Headers][] = [
      ["GET", "/c/o", run],
      ["PUT", "/c/p", run],
      ["COPY", "/c/o", { ...run, Destination: "c/p" }],
      ["PUT", "/storlet/up.py", registration],
      ["POST", "/storlet/up.py", registration],
      ["PUT", "/dependency/d", permissions("0755")],
      ["POST", "/c", { "X-Storlet-Container-Read": "u", "X-Storlet-Name": "s" }],
    ];
    for (const [method, path, headers] of disabled) {
      const answer = await send(method, path, headers, method === "PUT" ? "x" : undefined);
      expect([method, path, answer.status, answer.text]).toEqual([method, path, 400, "Account disabled for storlets"]);
    }
    expect((await send("GET", "/storlet/simple.py")).status).toBe(200);
    for (const value of ["true", "1", "YES", "on", "t", "y"]) {
      await engine.fetch("POST", "", { headers: { "X-Account-Meta-Storlet-Enabled": value } });
      expect((await send("GET", "/c/o", run)).status).toBe(200);
    }
  });

  it("keeps - for _ on PUT and copies, and _ on GET", async () => {
    const got = await send("GET", "/c/o", { "X-Run-Storlet": "metadata.py" });
    expect(got.headers.get("x-object-meta-override_key")).toBe("new_value");
    await send("PUT", "/c/meta1", { "X-Run-Storlet": "metadata.py" }, "x");
    await send("COPY", "/c/o", { "X-Run-Storlet": "metadata.py", Destination: "c/meta2" });
    for (const path of ["/c/meta1", "/c/meta2"]) {
      const { headers } = await send("HEAD", path);
      expect([headers.get("x-object-meta-override-key"), headers.get("x-object-meta-override_key")]).toEqual(["new_value", null]);
    }
  });

  it("takes the content type of a copy from the request, and from the storlet on the proxy only", async () => {
    const contentType = { "X-Run-Storlet": "exec_query_header.py", "X-Storlet-Parameter-1": "Content-Type:image/x" };
    const typeOf = async (path: string): Promise<string | null> => (await send("HEAD", path)).headers.get("content-type");
    await send("COPY", "/c/o", { ...contentType, Destination: "c/t1", "Content-Type": "text/x-own" });
    await send("COPY", "/c/o", { ...contentType, Destination: "c/t2", "Content-Type": "text/x-own", "X-Storlet-Run-On-Proxy": "" });
    expect([await typeOf("/c/t1"), await typeOf("/c/t2")]).toEqual(["text/x-own", "image/x"]);
  });

  it("copies with X-Storlet-Range, and with parameters of query and headers", async () => {
    for (const proxy of [{}, { "X-Storlet-Run-On-Proxy": "" }] as Headers[]) {
      const answer = await send("COPY", "/c/o?a=1", {
        "X-Run-Storlet": "exec_query_header.py",
        Destination: "/c/ranged",
        "X-Storlet-Range": "bytes=1-3",
        "X-Storlet-Parameter-1": "b:2",
        ...proxy,
      });
      expect(answer.status).toBe(201);
      const stored = await send("GET", "/c/ranged");
      expect([stored.text, stored.headers.get("x-object-meta-a"), stored.headers.get("x-object-meta-b")]).toEqual(["bcd", "1", "2"]);
    }
  });

  it("deploys by copy: COPY as it is, PUT with X-Copy-From by the request's own headers", async () => {
    expect((await send("COPY", "/storlet/upper.py", { Destination: "storlet/copied.py" })).status).toBe(201);
    const copied = await send("HEAD", "/storlet/copied.py");
    expect(copied.headers.get("x-object-meta-storlet-main")).toBe("upper.Storlet");
    expect((await send("PUT", "/storlet/copied2.py", { "X-Copy-From": "/storlet/upper.py" })).text).toBe(
      "Mandatory parameter is missing: Language",
    );
    expect((await send("PUT", "/storlet/up.py", { "X-Copy-From": "/storlet/upper.py", ...registration })).status).toBe(201);
    // Code and class changed hands with the copy: what is deployed is what the object says.
    expect((await send("POST", "/storlet/copied.py", { ...registration, "X-Object-Meta-Storlet-Main": "copied.Storlet" })).status).toBe(
      202,
    );
    expect((await send("GET", "/c/o", { "X-Run-Storlet": "copied.py" })).text).toBe("ABCDEF");
  });

  it("uploads the log of a finished run on every door, also of one that fails", async () => {
    const log = { "X-Storlet-Generate-Log": "True" };
    const logOf = async (name: string): Promise<string> => (await send("GET", `/storletlog/${name}`)).text;
    for (const [method, path, more] of [
      ["GET", "/c/o", {}],
      ["PUT", "/c/logged", {}],
      ["COPY", "/c/o", { Destination: "c/logged" }],
    ] as [string, string, Headers][]) {
      await engine.fetch("DELETE", "/storletlog/upper.py.log");
      const answer = await send(method, path, { "X-Run-Storlet": "upper.py", ...log, ...more }, method === "PUT" ? "abc" : undefined);
      expect([method, answer.status]).toEqual([method, method === "GET" ? 200 : 201]);
      const lines = (await logOf("upper.py.log")).split("\n");
      expect(lines.toSorted()).toEqual(["", "complained", "printed", "upper.Storlet INFO: made upper"].toSorted());
    }
    expect((await send("HEAD", "/storletlog/upper.py.log")).headers.get("content-type")).toBe("text/plain");
    expect((await send("GET", "/c/o", { "X-Run-Storlet": "broken.py", ...log })).status).toBe(503);
    expect(await logOf("broken.py.log")).toContain("NameError");
    expect((await send("GET", "/c/o", { ...run, "X-Storlet-Generate-Log": "no" })).status).toBe(200);
    expect((await send("HEAD", "/storletlog/simple.py.log")).status).toBe(404);
  });

  it("answers although the log cannot be stored, and says so in the log of the engine", async () => {
    await engine.fetch("DELETE", "/storletlog/upper.py.log");
    await engine.fetch("DELETE", "/storletlog/broken.py.log");
    expect((await engine.fetch("DELETE", "/storletlog")).status).toBe(204);
    const answer = await send("GET", "/c/o", { "X-Run-Storlet": "upper.py", "X-Storlet-Generate-Log": "1" });
    expect(answer.text).toBe("ABCDEF");
    const record = await runOf(engine, answer.headers);
    const lines = await callApi<LogLine[]>(engine, "logs.history", { filter: { run: record.id }, limit: 100 });
    expect(lines.map(({ text }) => text)).toContain("the log of this run was not stored: storletlog/upper.py.log answers 404");
    await engine.fetch("PUT", "/storletlog");
  });

  it("deploys anew where a dependency or only its permissions changed, and lets nobody execute what may not be", async () => {
    await deployStorlets(engine, ["exec_dep.py"]);
    const codes: unknown[] = [];
    for (const [code, permissions] of [
      [42, "0755"],
      [43, "0755"],
      [43, "0600"],
      [44, "0700"],
    ] as const) {
      await putDependency(engine, "get42.sh", `#!/bin/sh\nexit ${code}\n`, permissions);
      const answer = await send("GET", "/c/o", { "X-Run-Storlet": "exec_dep.py" });
      codes.push([answer.status, answer.headers.get("x-object-meta-depend-ret-code")]);
    }
    expect(codes).toEqual([
      [200, "42"],
      [200, "43"],
      [503, null],
      [200, "44"],
    ]);
  });

  it("warns of what the real system would mix up: one main class twice", async () => {
    await engine.putStorlet("twin.py", "twin.Storlet", testStorlets.upper);
    await send("COPY", "/storlet/twin.py", { Destination: "storlet/twin2.py" });
    await send("GET", "/c/o", { "X-Run-Storlet": "twin.py" });
    await send("GET", "/c/o", { "X-Run-Storlet": "twin2.py" });
    const lines = await callApi<LogLine[]>(engine, "logs.history", { filter: { storlet: "twin2.py", levels: ["warn"] }, limit: 10 });
    expect(lines[0]?.text).toMatch(/^twin\.py and twin2\.py have the same main class/);
  });
});
