/** The real project's functional tests for Python and what is common to both languages, each by its name, on every kind of sandbox. */
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { conformanceStorlets, deployStorlets, hasCapability, putObject, runOf, sandboxHosts, textOf } from "./conformance.ts";
import { createTestEngine, type TestEngine } from "./test-engine.ts";

const source = "abcdefghijklmonp";
const md5 = (text: string): string => createHash("md5").update(text).digest("hex");

type Headers = Record<string, string>;

describe.each(sandboxHosts)("on %s", (_host, options) => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await createTestEngine({ ...options, storletTimeoutMs: 3000 });
    await engine.fetch("PUT", "/c");
    await putObject(engine, "/c/source.txt", source, { "X-Object-Meta-Testkey": "tester" });
    await putObject(engine, "/c/small2", "efgh", { "X-Object-Meta-Key2": "value2" });
    await deployStorlets(engine, Object.keys(conformanceStorlets));
  }, 60_000);
  afterAll(() => engine[Symbol.asyncDispose](), 60_000);

  it("common.TestCapabilities.test_get_capabilities", async () => {
    const info = (await (await fetch(new URL("/info", engine.storageUrl))).json()) as Record<string, unknown>;
    expect(info["storlet_handler"]).toEqual({
      storlet_container: "storlet",
      storlet_dependency: "dependency",
      storlet_gateway_class: "DockerStorletGateway",
    });
  });

  it("common.TestSetACL.test_set_acl", async () => {
    await engine.fetch("PUT", "/acl", { headers: { "X-Container-Read": "adam" } });
    const post = await engine.fetch("POST", "/acl", {
      headers: { "X-Storlet-Container-Read": "john", "X-Storlet-Name": "mystorlet-1.0.jar" },
    });
    expect(post.status).toBe(204);
    const head = await engine.fetch("HEAD", "/acl");
    expect(head.headers.get("x-container-read")).toBe("adam,.r:storlets.john_mystorlet-1.0.jar");
  });

  // Every class that upstream repeats with suffix OnProxy: the same tests, with one more header.
  describe.each<[suffix: string, extra: Headers]>([
    ["", {}],
    ["OnProxy", { "X-Storlet-Run-On-Proxy": "" }],
  ])("suffix %j", (suffix, extra) => {
    const get = (storlet: string, path: string, headers: Headers = {}): ReturnType<typeof textOf> =>
      textOf(engine.fetch("GET", path, { headers: { "X-Run-Storlet": storlet, ...extra, ...headers } }));
    const put = (storlet: string, path: string, body: string | Uint8Array, headers: Headers = {}): ReturnType<typeof textOf> =>
      textOf(engine.fetch("PUT", path, { body, headers: { "X-Run-Storlet": storlet, ...extra, ...headers } }));
    const stored = (path: string): ReturnType<typeof textOf> => textOf(engine.fetch("GET", path));

    it(`TestBrokenStorlet${suffix}.test_get`, async () => {
      expect((await get("broken.py", "/c/source.txt")).status).toBe(503);
    });

    it(`TestExecDepStorlet${suffix}.test_execdep`, async () => {
      const answer = await get("exec_dep.py", "/c/source.txt");
      expect(answer.status).toBe(200);
      expect(answer.headers.get("x-object-meta-depend-ret-code")).toBe("42");
      expect(answer.text).toBe(source);
    });

    it.each([
      ["header", "?", { "X-Storlet-Parameter-1": "param1:value1" }],
      ["header, two", "?", { "X-Storlet-Parameter-1": "param1:value1", "X-Storlet-Parameter-2": "param2:value2" }],
      ["query", "?param1=value1", {}],
      ["query, two", "?param1=value1&param2=value2", {}],
    ])(`TestExecQueryHeaderStorlet${suffix}.test_get_execute / test_put_execute with %s`, async (what, query, headers) => {
      const expected = what.endsWith("two") ? ["value1", "value2"] : ["value1", null];
      const answer = await get("exec_query_header.py", `/c/source.txt${query}`, headers as Headers);
      expect([answer.headers.get("x-object-meta-param1"), answer.headers.get("x-object-meta-param2")]).toEqual(expected);
      expect((await put("exec_query_header.py", `/c/params${query}`, source, headers as Headers)).status).toBe(201);
      const head = await stored("/c/params");
      expect([head.headers.get("x-object-meta-param1"), head.headers.get("x-object-meta-param2")]).toEqual(expected);
      expect(head.text).toBe(source);
    });

    it(`TestMultiInputStorlet${suffix}.test_get_extra_sources`, async () => {
      const answer = await get("multi_input.py", "/c/source.txt", { "X-Storlet-Extra-Resources": "/c/small2" });
      expect(answer.text).toBe(`${source}efgh`);
      expect([answer.headers.get("x-object-meta-testkey"), answer.headers.get("x-object-meta-key2")]).toEqual(["tester", "value2"]);
    });

    it(`TestMultiInputStorlet${suffix}.test_put_extra_sources`, async () => {
      expect((await put("multi_input.py", "/c/merged", "0123", { "X-Storlet-Extra-Resources": "/c/source.txt,/c/small2" })).status).toBe(
        201,
      );
      expect((await stored("/c/merged")).text).toBe(`0123${source}efgh`);
    });

    it(`TestMultiInputStorlet${suffix}.test_put_x_copy_from_extra_sources`, async () => {
      const answer = await put("multi_input.py", "/c/copied", "", {
        "X-Copy-From": "/c/source.txt",
        "X-Storlet-Extra-Resources": "/c/small2",
      });
      expect([answer.status, answer.headers.get("etag")]).toEqual([201, md5(`${source}efgh`)]);
      const copy = await stored("/c/copied");
      expect(copy.text).toBe(`${source}efgh`);
      expect([copy.headers.get("x-object-meta-testkey"), copy.headers.get("x-object-meta-key2")]).toEqual(["tester", "value2"]);
    });

    it(`TestMultiInputMIMEStorlet${suffix}.test_get_multipart_mime_response`, async () => {
      const answer = await get("multi_input_mime.py", "/c/source.txt", { "X-Storlet-Extra-Resources": "/c/small2" });
      const [, boundary] = /^multipart\/mixed; boundary=([0-9a-f]{64})$/.exec(answer.headers.get("content-type") ?? "") ?? [];
      expect(boundary).toBeDefined();
      expect(answer.text).toBe(`${source}\n--${boundary}\nefgh\n--${boundary}--`);
    });

    it(`TestSimpleStorlet${suffix}.test_get`, async () => {
      const answer = await get("simple.py", "/c/source.txt");
      expect([answer.status, answer.text, answer.headers.get("x-object-meta-test")]).toEqual([200, source, "simple"]);
    });

    it(`TestSimpleStorlet${suffix}.test_range_get`, async () => {
      const answer = await get("simple.py", "/c/source.txt", { "X-Storlet-Range": "bytes=1-4" });
      expect([answer.status, answer.text]).toEqual([200, "bcde"]);
      expect(answer.headers.get("storlet-input-range")).toBe(suffix === "" ? null : "bytes 1-4/16");
    });

    it(`TestSimpleStorlet${suffix}.test_put`, async () => {
      expect((await put("simple.py", "/c/put", source, { "X-Object-Meta-Testkey": "mine" })).status).toBe(201);
      const object = await stored("/c/put");
      expect([object.text, object.headers.get("x-object-meta-testkey"), object.headers.get("x-object-meta-test")]).toEqual([
        source,
        "mine",
        "simple",
      ]);
      expect((await textOf(engine.fetch("DELETE", "/c/put"))).status).toBe(204);
    });

    it(`TestSimpleStorlet${suffix}.test_put_10MB_file`, async () => {
      const body = new Uint8Array(10 * 1024 * 1024).fill(97);
      expect((await put("multi_input.py", "/c/large", body)).status).toBe(201);
      expect((await engine.fetch("HEAD", "/c/large")).headers.get("content-length")).toBe(String(body.byteLength));
    });

    it.each([
      ["test_copy_from", "PUT", "/c/gen1", { "X-Copy-From": "/c/source.txt" }, "/c/gen1"],
      ["test_copy_dest", "COPY", "/c/source.txt", { Destination: "/c/gen2" }, "/c/gen2"],
    ])(`TestSimpleStorlet${suffix}.%s`, async (_name, method, path, headers, target) => {
      const answer = await textOf(
        engine.fetch(method, path, { headers: { "X-Run-Storlet": "simple.py", ...extra, ...(headers as Headers) } }),
      );
      expect(answer.status).toBe(201);
      expect(answer.headers.get("x-storlet-generated-from")).toBe("c/source.txt");
      expect(answer.headers.get("x-storlet-generated-from-account")).toBe("AUTH_test");
      expect(answer.headers.get("x-storlet-generated-from-last-modified")).toMatch(/ GMT$/);
      const copy = await stored(target);
      expect([copy.text, copy.headers.get("x-object-meta-test"), copy.headers.get("x-object-meta-testkey")]).toEqual([
        source,
        "simple",
        "tester",
      ]);
    });

    it(`TestTestStorlet${suffix}.test_print`, async () => {
      const answer = await get("test.py", "/c/source.txt?op=print&param2=val2");
      expect(answer.status).toBe(200);
      expect(answer.text).toContain("op     print\n");
      expect(answer.text).toContain("param2     val2\n");
    });

    it(`TestTestStorlet${suffix}.test_crash`, async () => {
      expect((await get("test.py", "/c/source.txt?op=crash")).status).toBe(503);
    });

    it(`TestTestStorlet${suffix}.test_hold`, async () => {
      expect((await get("test.py", "/c/source.txt?op=hold")).status).toBe(503);
    });

    it(`TestTestStorlet${suffix}.test_parallel_print`, async () => {
      const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => get("test.py", `/c/source.txt?op=print&n=${index}`)));
      answers.forEach((answer, index) => expect(answer.text).toContain(`n     ${index}\n`));
    });

    it(`TestTestStorlet${suffix}.test_storlet_acl_get_fail and test_storlet_acl_get_success`, async () => {
      const container = `/private${suffix}`;
      await engine.fetch("PUT", container);
      await putObject(engine, `${container}/o`, source);
      await engine.fetch("POST", "/storlet", { headers: { "X-Container-Read": "test:tester3" } });
      const member = await engine.as("test:tester3", "testing3");
      const run = (): ReturnType<typeof textOf> =>
        textOf(member("GET", `${container}/o`, { headers: { "X-Run-Storlet": "test.py", ...extra, "X-Storlet-Parameter-1": "op:print" } }));
      expect((await run()).status).toBe(403);
      const granted = await engine.fetch("POST", container, {
        headers: { "X-Storlet-Container-Read": "tester3", "X-Storlet-Name": "test.py" },
      });
      expect(granted.status).toBe(204);
      expect((await run()).status).toBe(200);
      expect((await textOf(member("GET", `${container}/o`))).status).toBe(403);
      expect((await textOf(member("GET", `${container}/o`, { headers: { "X-Run-Storlet": "simple.py", ...extra } }))).status).toBe(403);
    });

    it(`TestMetadataStorlet${suffix}.test_metadata_get`, async () => {
      const keys = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`X-Object-Meta-Key${index + 1}`, String(index + 1)]));
      await putObject(engine, "/c/keys", source, keys);
      const answer = await get("metadata.py", "/c/keys");
      expect(answer.text).toBe("1234567890");
      for (const [name, value] of Object.entries(keys)) expect(answer.headers.get(name)).toBe(value);
      expect(answer.headers.get("x-object-meta-override_key")).toBe("new_value");
    });

    it(`TestHalfIdentityStorlet${suffix}.test_get and test_get_range`, async () => {
      const answer = await get("half.py", "/c/source.txt");
      expect([answer.text, answer.headers.get("x-object-meta-testkey")]).toEqual(["acegikmn", "tester"]);
      expect((await get("half.py", "/c/source.txt", { "X-Storlet-Range": "bytes=5-10" })).text).toBe("fhj");
    });

    it.each([
      ["bytes=0-0", "0"],
      ["bytes=0-10", "0123456789a"],
      ["bytes=2-10", "23456789a"],
      ["bytes=10-13", "abcd"],
      ["bytes=10-14", "abcd"],
      ["bytes=10-15", "abcd"],
    ])(`TestIdentityStorlet${suffix}.test_get_ranges %s`, async (range, expected) => {
      await putObject(engine, "/c/digits", "0123456789abcd");
      expect((await get("multi_input.py", "/c/digits", { "X-Storlet-Range": range })).text).toBe(expected);
    });

    it(`TestSLO${suffix}.test_get_SLO_without_storlet and test_get_SLO_with_storlet`, async (context) => {
      if (!(await hasCapability(engine, "slo"))) return context.skip();
      await engine.fetch("PUT", "/segments");
      const manifest = [];
      for (let index = 0; index < 10; index++) {
        const body = String.fromCharCode(97 + index).repeat(1024);
        await putObject(engine, `/segments/${index}`, body);
        manifest.push({ path: `/segments/${index}`, etag: md5(body), size_bytes: 1024 });
      }
      await putObject(engine, "/c/assembled?multipart-manifest=put", JSON.stringify(manifest));
      const expected = "abcdefghij"
        .split("")
        .map((letter) => letter.repeat(1024))
        .join("");
      expect((await stored("/c/assembled")).text).toBe(expected);
      expect((await get("simple.py", "/c/assembled")).text).toBe(expected);
      const ranged = await get("simple.py", "/c/assembled", { "X-Storlet-Range": "bytes=1020-1027" });
      expect([ranged.text, ranged.headers.get("storlet-input-range")]).toEqual(["aaaabbbb", "bytes 1020-1027/10240"]);
      // The manifest itself, asked for by its query, is what the storlet reads then.
      expect((await get("simple.py", "/c/assembled?multipart-manifest=get")).text).toContain('"/segments/0"');
    });

    it(`TestDLO${suffix}: a dynamic large object is read whole`, async () => {
      await engine.fetch("PUT", "/parts");
      for (const [index, body] of ["one ", "two ", "three"].entries()) await putObject(engine, `/parts/p${index}`, body);
      await putObject(engine, "/c/dynamic", "", { "X-Object-Manifest": "parts/p" });
      expect((await get("simple.py", "/c/dynamic")).text).toBe("one two three");
      expect((await get("simple.py", "/c/dynamic", { "X-Storlet-Range": "bytes=4-6" })).text).toBe("two");
    });

    it(`TestSymlink${suffix}.test_get`, async (context) => {
      if (!(await hasCapability(engine, "symlink"))) return context.skip();
      await putObject(engine, "/c/link", "", { "X-Symlink-Target": "c/source.txt" });
      const [target, link] = [await get("half.py", "/c/source.txt"), await get("half.py", "/c/link")];
      expect([target.text, link.text]).toEqual(["acegikmn", "acegikmn"]);
    });

    it(`versioned objects${suffix}: the current version, and an older one by its id`, async (context) => {
      if (!(await hasCapability(engine, "object_versioning"))) return context.skip();
      await engine.fetch("PUT", "/versioned", { headers: { "X-Versions-Enabled": "true" } });
      await putObject(engine, "/versioned/o", "first one");
      const first = (await engine.fetch("HEAD", "/versioned/o")).headers.get("x-object-version-id");
      await putObject(engine, "/versioned/o", "second");
      expect((await get("half.py", "/versioned/o")).text).toBe("scn");
      expect((await get("half.py", `/versioned/o?version-id=${first}`)).text).toBe("frtoe");
    });
  });

  it("records every run with its profile", async () => {
    const answer = await textOf(engine.fetch("GET", "/c/source.txt", { headers: { "X-Run-Storlet": "simple.py" } }));
    expect(await runOf(engine, answer.headers)).toMatchObject({ profile: "studio", door: "GET", state: "succeeded" });
    const copy = await textOf(engine.fetch("COPY", "/c/source.txt", { headers: { "X-Run-Storlet": "simple.py", Destination: "c/x" } }));
    expect(await runOf(engine, copy.headers)).toMatchObject({ door: "COPY", object: "c/source.txt", status: 201 });
  });
});
