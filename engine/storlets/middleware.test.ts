/**
 * The real project's unit tests of its middleware, by their names: what reaches the backend, in which order, with which headers. The backend is
 * the real one; storlets run in a stub that makes text upper-case, as the project's own tests run in its stub gateway.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createLogBus, type LogBus } from "../compute/log-bus.ts";
import type { Compute, InvocationSpec } from "../compute/types.ts";
import { createTemporaryDirectory, type TemporaryDirectory } from "../store/test-store.ts";
import { systemClock } from "../support/clock.ts";
import { readBody } from "../support/streams.ts";
import { createTestSwift, type TestAnswer, type TestSwift } from "../swift/test-swift.ts";
import type { Middleware } from "../swift/types.ts";
import { habitsOf } from "./habits.ts";
import { createStorletMiddleware, storletsInfo } from "./middleware.ts";
import { createOriginals } from "./originals.ts";

type Headers = Record<string, string>;

const storlet = "Storlet-1.0.jar";
const run: Headers = { "X-Run-Storlet": storlet };
const onProxy: Headers = { ...run, "X-Storlet-Run-On-Proxy": "" };
const registration: Headers = {
  "X-Object-Meta-Storlet-Language": "Java",
  "X-Object-Meta-Storlet-Interface-Version": "1.0",
  "X-Object-Meta-Storlet-Object-Metadata": "no",
  "X-Object-Meta-Storlet-Main": "org.example.Storlet",
};
const dependency: Headers = { "X-Object-Meta-Storlet-Dependency-Version": "1" };

interface Call {
  readonly call: string;
  readonly headers: ReadonlyMap<string, string>;
}

describe("the storlet middleware", () => {
  let directory: TemporaryDirectory;
  let logs: LogBus;
  let swift: TestSwift;
  let calls: Call[] = [];
  let runs: InvocationSpec[] = [];
  let mostExtras = -1;

  /** Requests that pass the storlet middleware, but for the account's own, which the real one knows from its cache. */
  const recorder: Middleware = (request, next) => {
    const { path, method, headers } = request;
    if (path?.container != null)
      calls.push({ call: `${method} /${path.container}${path.object === null ? "" : `/${path.object}`}`, headers: new Map(headers) });
    return next(request);
  };

  /** Makes text upper-case, wherever it came from, and lets its metadata pass. */
  const compute: Pick<Compute, "kind" | "isolated" | "invoke"> = {
    kind: "process",
    isolated: true,
    async invoke(spec) {
      runs.push(spec);
      const bodies = await Promise.all(spec.inputs.map(({ body }) => readBody(body, 1_000_000)));
      const bytes = Buffer.from(Buffer.concat(bodies).toString().toUpperCase());
      const sizes = { bytesIn: bytes.length, bytesOut: bytes.length };
      return {
        id: spec.id,
        placement: { kind: "process", isolated: true, cold: false, image: null },
        metadata: spec.inputs[0]?.metadata ?? {},
        output: {
          async *[Symbol.asyncIterator]() {
            yield bytes;
          },
          cancel() {},
        },
        outcome: Promise.resolve({ state: "succeeded", error: null, exception: null, contract: null, ...sizes }),
      };
    },
  };

  const storlets: Middleware = (request, next) =>
    createStorletMiddleware({
      compute: compute as Compute,
      logs,
      clock: systemClock,
      deadlines: { replyMs: 1000, inputMs: 1000, gapMs: 1000 },
      habits: habitsOf("studio"),
      deployDraft: async () => null,
      bundleOf: async (_scope, name) => ({ name, language: "java", entry: "org.example.Storlet", digest: "0".repeat(64), files: [] }),
      executeOnProxy: false,
      maxExtraResources: mostExtras,
      originals: createOriginals({
        keepCode() {},
        keepInput: (body) => ({ body, ref: null, slice: null, later: null }),
        exchangeBytes: 0,
      }),
      recordRun() {},
    })(request, next);

  const send = (method: string, path: string, headers: Headers = {}, body?: string): Promise<TestAnswer> =>
    swift.send(method, `/v1/AUTH_test${path}`, { as: "test:tester", headers, ...(body === undefined ? {} : { body }) });
  const names = (): string[] => calls.map(({ call }) => call);

  beforeAll(async () => {
    directory = await createTemporaryDirectory();
    logs = createLogBus({ directory: directory.path, clock: systemClock });
    swift = await createTestSwift({ extraMiddleware: { afterAuth: [storlets, recorder] } });
    swift.swift.info.register("storlet_handler", () => storletsInfo);
  });
  afterAll(async () => {
    await swift[Symbol.asyncDispose]();
    await logs[Symbol.asyncDispose]();
    await directory[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    mostExtras = -1;
    await send("POST", "", { "X-Account-Meta-Storlet-Enabled": "true" });
    for (const container of ["/c", "/storlet", "/dependency"]) await send("PUT", container);
    await send("PUT", "/c/o", { "X-Object-Meta-Key": "value", "Content-Type": "text/plain" }, "fake app");
    await send("PUT", "/c/o2", { "X-Object-Meta-Other": "second" }, " two");
    await send("PUT", `/storlet/${storlet}`, registration, "jar binary");
    calls = [];
    runs = [];
  });

  describe("TestStorletMiddlewareProxy", () => {
    it("test_load_app", async () => {
      const info = JSON.parse((await swift.send("GET", "/info")).text) as Record<string, unknown>;
      expect(info["storlet_handler"]).toEqual(storletsInfo);
    });

    it("test_GET_without_storlets", async () => {
      expect([(await send("GET", "/c/o")).text, (await send("GET", "/c")).status, (await send("GET", "")).status]).toEqual([
        "fake app",
        200,
        200,
      ]);
      expect(runs).toEqual([]);
    });

    it("test_GET_with_storlets", async () => {
      expect((await send("GET", "/c/o", run)).text).toBe("FAKE APP");
      expect(names()).toEqual([`HEAD /storlet/${storlet}`, "GET /c/o"]);
    });

    it("test_GET_with_storlets_disabled_account", async () => {
      await send("POST", "", { "X-Account-Meta-Storlet-Enabled": "false" });
      expect((await send("GET", "/c/o", run)).status).toBe(400);
      expect(names()).toEqual([]);
    });

    it("test_GET_with_storlets_object_404", async () => {
      expect((await send("GET", "/c/nope", run)).status).toBe(404);
      expect(names()).toEqual([`HEAD /storlet/${storlet}`, "GET /c/nope"]);
      expect(runs).toEqual([]);
    });

    it("test_GET_with_storlets_and_http_range", async () => {
      expect((await send("GET", "/c/o", { ...run, Range: "bytes=1-6" })).status).toBe(400);
      expect(names()).toEqual([]);
    });

    it("test_GET_with_storlets_and_storlet_range", async () => {
      const answer = await send("GET", "/c/o", { ...onProxy, "X-Storlet-Range": "bytes=1-6" });
      expect([answer.status, answer.text, answer.headers["content-range"], answer.headers["storlet-input-range"]]).toEqual([
        200,
        "AKE AP",
        undefined,
        "bytes 1-6/8",
      ]);
      expect(calls.at(-1)?.headers.get("range")).toBe("bytes=1-6");
    });

    it("test_GET_with_storlets_and_object_storlet_range", async () => {
      const answer = await send("GET", "/c/o", { ...run, "X-Storlet-Range": "bytes=1-6" });
      expect([answer.status, answer.text, answer.headers["storlet-input-range"]]).toEqual([200, "AKE AP", undefined]);
    });

    it("test_GET_with_storlets_and_extra_resource", async () => {
      expect((await send("GET", "/c/o", { ...run, "X-Storlet-Extra-Resources": "/c/o2" })).text).toBe("FAKE APP TWO");
      expect(names()).toEqual([`HEAD /storlet/${storlet}`, "GET /c/o", "GET /c/o2"]);
      expect(runs[0]?.inputs.map(({ metadata }) => metadata)).toEqual([{ Key: "value" }, { Other: "second" }]);
    });

    it("test_PUT_with_storlets_and_extra_resource", async () => {
      expect((await send("PUT", "/c/put", { ...run, "X-Storlet-Extra-Resources": "/c/o2" }, "one")).status).toBe(201);
      expect(names()).toEqual([`HEAD /storlet/${storlet}`, "GET /c/o2", "PUT /c/put"]);
      expect((await send("GET", "/c/put")).text).toBe("ONE TWO");
    });

    it.each([
      ["test_GET_with_storlets_and_extra_resource_within_limit", 1, "/c/o2", 200],
      ["test_GET_with_storlets_and_extra_resource_over_limit", 1, "/c/o2,/c/o", 400],
      ["test_GET_with_storlets_and_extra_resource_disabled", 0, "/c/o2", 403],
      ["test_GET_with_storlets_and_extra_resource_not_object", -1, "/c", 400],
    ])("%s", async (_name, most, resources, status) => {
      mostExtras = most;
      expect((await send("GET", "/c/o", { ...run, "X-Storlet-Extra-Resources": resources })).status).toBe(status);
      expect(runs).toHaveLength(status === 200 ? 1 : 0);
    });

    async function putManifest(): Promise<void> {
      const segments = [{ path: "/c/o", size_bytes: 8 }, { path: "/c/o2" }];
      expect((await send("PUT", "/c/slo?multipart-manifest=put", {}, JSON.stringify(segments))).status).toBe(201);
      calls = [];
    }

    it("test_GET_slo_without_storlets", async () => {
      await putManifest();
      expect((await send("GET", "/c/slo")).text).toBe("fake app two");
      expect(runs).toEqual([]);
    });

    it("test_GET_slo_with_storlets", async () => {
      await putManifest();
      expect((await send("GET", "/c/slo", run)).text).toBe("FAKE APP TWO");
      expect(names()).toEqual([`HEAD /storlet/${storlet}`, "GET /c/slo"]);
      expect(runs).toHaveLength(1);
    });

    it("test_GET_symlink_with_storlets", async () => {
      await send("PUT", "/c/link", { "X-Symlink-Target": "c/o" }, "");
      calls = [];
      expect((await send("GET", "/c/link", run)).text).toBe("FAKE APP");
      expect(names()).toEqual([`HEAD /storlet/${storlet}`, "GET /c/link"]);
      expect(runs).toHaveLength(1);
    });

    it.each([
      ["test_GET_with_storlets_no_object", "GET", "/c/", 200],
      ["test_PUT_with_storlets_no_object", "PUT", "/c/", 202],
    ])("%s", async (_name, method, path, status) => {
      expect((await send(method, path, run)).status).toBe(status);
      expect(names()).toEqual([`${method} /c`]);
    });

    it("test_PUT_without_storlets", async () => {
      expect((await send("PUT", "/c/put", {}, "as it is")).status).toBe(201);
      expect((await send("GET", "/c/put")).text).toBe("as it is");
      expect(runs).toEqual([]);
    });

    it("test_PUT_with_storlets", async () => {
      expect((await send("PUT", "/c/put", { ...run, "X-Object-Meta-Own": "mine" }, "changed")).status).toBe(201);
      expect(names()).toEqual([`HEAD /storlet/${storlet}`, "PUT /c/put"]);
      const put = calls.at(-1)?.headers;
      expect([put?.has("x-run-storlet"), put?.get("x-object-meta-own")]).toEqual([false, "mine"]);
      expect((await send("GET", "/c/put")).text).toBe("CHANGED");
    });

    it.each([
      ["test_PUT_copy_without_storlets", "PUT", "/c/copy", { "X-Copy-From": "/c/o" }],
      ["test_COPY_verb_without_storlets", "COPY", "/c/o", { Destination: "/c/copy" }],
    ])("%s", async (_name, method, path, headers) => {
      expect((await send(method, path, headers as Headers)).status).toBe(201);
      expect((await send("GET", "/c/copy")).text).toBe("fake app");
      expect(runs).toEqual([]);
    });

    it.each([
      ["test_PUT_copy_with_storlets", "PUT", "/c/copy", { ...run, "X-Copy-From": "/c/o" }],
      ["test_PUT_copy_with_storlets_run_on_proxy", "PUT", "/c/copy", { ...onProxy, "X-Copy-From": "/c/o" }],
      ["test_COPY_verb_with_storlets", "COPY", "/c/o", { ...run, Destination: "/c/copy" }],
      ["test_COPY_verb_with_storlets_run_on_porxy", "COPY", "/c/o", { ...onProxy, Destination: "/c/copy" }],
    ])("%s", async (_name, method, path, headers) => {
      expect((await send(method, path, headers as Headers)).status).toBe(201);
      expect(names()).toEqual([`HEAD /storlet/${storlet}`, "GET /c/o", "PUT /c/copy"]);
      const put = calls.at(-1)?.headers;
      expect([put?.get("x-object-meta-key"), put?.has("x-run-storlet"), put?.has("x-copy-from")]).toEqual(["value", false, false]);
      expect(runs).toHaveLength(1);
      expect((await send("GET", "/c/copy")).text).toBe("FAKE APP");
    });

    it("test_copy_with_unsupported_headers", async () => {
      for (const [method, path, headers] of [
        ["COPY", "/c/o", { Destination: "c/p", "Destination-Account": "a" }],
        ["COPY", "/c/o", { Destination: "c/p", "X-Fresh-Metadata": "" }],
        ["PUT", "/c/p", { "X-Copy-From": "c/o", "X-Copy-From-Account": "a" }],
        ["PUT", "/c/p", { "X-Copy-From": "c/o", "X-Fresh-Metadata": "" }],
      ] as [string, string, Headers][]) {
        expect((await send(method, path, { ...run, ...headers })).status).toBe(400);
      }
      expect(runs).toEqual([]);
    });

    it("test_PUT_storlet, test_POST_storlet, test_GET_storlet", async () => {
      expect((await send("PUT", `/storlet/${storlet}`, registration, "jar binary")).status).toBe(201);
      expect((await send("POST", `/storlet/${storlet}`, registration)).status).toBe(202);
      const got = await send("GET", `/storlet/${storlet}`);
      expect([got.text, got.headers["x-object-meta-storlet-main"]]).toEqual(["jar binary", "org.example.Storlet"]);
    });

    it("test_PUT_storlet_mandatory_parameter_fails", async () => {
      for (const missing of Object.keys(registration)) {
        const headers = Object.fromEntries(Object.entries(registration).filter(([name]) => name !== missing));
        const answer = await send("PUT", `/storlet/${storlet}`, headers, "jar binary");
        expect([answer.status, answer.text]).toEqual([
          400,
          `Mandatory parameter is missing: ${missing.slice("X-Object-Meta-Storlet-".length)}`,
        ]);
      }
      expect(names()).toEqual([]);
    });

    it("test_PUT_dependency, test_POST_dependency, test_GET_dependency", async () => {
      expect((await send("PUT", "/dependency/d", dependency, "bytes")).status).toBe(201);
      expect((await send("POST", "/dependency/d", dependency)).status).toBe(202);
      const got = await send("GET", "/dependency/d");
      expect([got.text, got.headers["x-object-meta-storlet-dependency-version"]]).toEqual(["bytes", "1"]);
    });

    it("test_storlets_with_invalid_method", async () => {
      for (const method of ["HEAD", "DELETE", "OPTIONS"]) expect((await send(method, "/c/o", run)).status).toBe(405);
      expect(names()).toEqual([]);
    });

    it("test_POST_storlet_acl_bad_request", async () => {
      const acl = { "X-Storlet-Container-Read": "a", "X-Storlet-Name": "b" };
      expect((await send("POST", "/c/o", acl)).status).toBe(202);
      for (const [path, headers, text] of [
        ["/storlet", acl, "storlet ACL update cannot be a storlet container"],
        ["/dependency", acl, "storlet ACL update cannot be a storlet container"],
        ["/c", { "X-Storlet-Container-Read": "a" }, "storlet ACL update request is missing a mandatory header"],
        ["/c", { ...acl, "X-Storlet-Container-Read": "a,b" }, "storlet ACL update request has mulformed storlet or user name"],
        ["/c", { ...acl, "X-Storlet-Name": "a,b" }, "storlet ACL update request has mulformed storlet or user name"],
      ] as [string, Headers, string][]) {
        expect(await send("POST", path, headers)).toMatchObject({ status: 400, text });
      }
      expect((await send("HEAD", "/c")).headers["x-container-read"]).toBeUndefined();
    });

    it("test_POST_storlet_acl", async () => {
      await send("POST", "/c", { "X-Container-Read": "adam" });
      calls = [];
      expect((await send("POST", "/c", { "X-Storlet-Container-Read": "a", "X-Storlet-Name": "b" })).status).toBe(204);
      expect(names()).toEqual(["HEAD /c", "POST /c"]);
      expect(calls.at(-1)?.headers.get("x-container-read")).toBe("adam,.r:storlets.a_b");
      await send("POST", "/c", { "X-Remove-Container-Read": "x" });
    });

    it("test_GET_with_invalid_referrer", async () => {
      for (const Referer of ["//storlets.a_b", "http://storlets", "storlets", "http://x/storlets", "https://storlets.example/"]) {
        for (const path of ["/c", "/c/o"]) {
          for (const method of ["GET", "HEAD"]) expect((await send(method, path, { Referer })).status).toBe(403);
        }
      }
      expect(names()).toEqual([]);
    });
  });

  describe("TestStorletMiddlewareObject, whose object server is the same process here", () => {
    it("test_PUT_objet_into_storlets_container", async () => {
      expect((await send("PUT", "/storlet/other-1.0.jar", registration, "x")).status).toBe(201);
      expect(runs).toEqual([]);
    });

    it("test_GET_slo_manifest_with_storlets: the storlet reads the manifest only where it is asked for", async () => {
      expect((await send("PUT", "/c/m?multipart-manifest=put", {}, JSON.stringify([{ path: "/c/o" }]))).status).toBe(201);
      expect((await send("GET", "/c/m?multipart-manifest=get", run)).text).toContain('"/C/O"');
      expect((await send("GET", "/c/m", run)).text).toBe("FAKE APP");
    });

    it("test_GET_slo_segment_with_storlets: an assembled object is one input, not one for each segment", async () => {
      await send("PUT", "/c/two?multipart-manifest=put", {}, JSON.stringify([{ path: "/c/o" }, { path: "/c/o2" }]));
      runs = [];
      await send("GET", "/c/two", run);
      expect(runs.map(({ inputs }) => inputs.length)).toEqual([1]);
    });
  });

  describe("TestStorletBaseHandler and the handlers' options", () => {
    it("test_parameters_from_headers", async () => {
      await send("GET", "/c/o?q=0", { ...run, "X-Storlet-Parameter-1": "1:2:3:4", "x-storlet-PARAMETER-z": "b:2" });
      expect(runs[0]?.params).toEqual({ q: "0", 1: "2:3:4", b: "2" });
    });

    it("test_init_handler: the scope is the account's, cut to 13 characters", async () => {
      await send("GET", "/c/o", run);
      expect(runs[0]).toMatchObject({ scope: "test", bundle: { name: storlet } });
    });

    it("test_remove_storlet_headers", async () => {
      await send("PUT", "/c/put", { ...run, ...registration, "X-Storlet-Foo": "bar", "X-Storlet-Parameter-1": "a:b" }, "x");
      const left = [...(calls.at(-1)?.headers.keys() ?? [])].filter((name) => name.includes("storlet"));
      expect(left).toEqual([]);
    });

    it("test_get_storlet_invocation_options: a range is no parameter", async () => {
      await send("GET", "/c/o", { ...run, "X-Storlet-Range": "bytes=1-6", "X-Storlet-Generate-Log": "no", "X-Storlet-Foo": "bar" });
      expect(runs[0]?.params).toEqual({});
    });
  });
});
