/** The two profiles side by side: each difference is one row, run on an engine of each profile. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildJar, findTestJdk } from "../compute/test-java.ts";
import type { LogLine, Profile } from "../contract/index.ts";
import type { Habits } from "../storlets/habits.ts";
import { callApi, deployStorlets, putObject, registrationOf, runOf, stopSandbox, textOf } from "./conformance.ts";
import { testStorlets } from "./storlets.ts";
import { createTestEngine, projectRoot, type TestEngine } from "./test-engine.ts";

type Headers = Record<string, string>;
type Answer = Awaited<ReturnType<typeof textOf>>;

/** A probe of one difference: what it observes, as plain data. `undefined` where this machine cannot show it. */
type Probe = (engine: TestEngine, send: Send, profile: Profile) => Promise<unknown>;
type Send = (method: string, path: string, headers?: Headers, body?: string) => Promise<Answer>;

const simple = { "X-Run-Storlet": "simple.py" };
const short = (answer: Answer): [number, string] => [answer.status, answer.text];
const failedMarkup =
  "<html><h1>Service Unavailable</h1><p>The server is currently unavailable. Please try again at a later time.</p></html>";

/** Reads what arrives of a body, and whether it ended well. */
async function readWhatComes(response: Response): Promise<[number, string, "whole" | "cut"]> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) text += decoder.decode(chunk, { stream: true });
    return [response.status, text.slice(0, 5), "whole"];
  } catch {
    return [response.status, text.slice(0, 5), "cut"];
  }
}

const half = `class Storlet:
    def __init__(self, logger):
        pass
    def __call__(self, in_files, out_files, params):
        out_files[0].set_metadata({})
        out_files[0].write(b'begun' * 4000)
        raise ValueError('half-way')
`;

const readsDependency = `import dep
class Storlet:
    def __init__(self, logger):
        pass
    def __call__(self, in_files, out_files, params):
        out_files[0].set_metadata({})
        out_files[0].write(dep.word)
        out_files[0].close()
`;

const jdk = await findTestJdk(process.env);

const crashing = {
  "crash/Crash.java": `package crash; import java.util.*; import org.openstack.storlet.common.*;
public class Crash implements IStorlet {
  public void invoke(ArrayList<StorletInputStream> in, ArrayList<StorletOutputStream> out, Map<String, String> p, StorletLogger log) {
    throw new IllegalStateException("before metadata");
  }
}`,
};

const saying = (word: string): Record<string, string> => ({
  "say/Say.java": `package say; import java.util.*; import org.openstack.storlet.common.*;
public class Say implements IStorlet {
  public void invoke(ArrayList<StorletInputStream> in, ArrayList<StorletOutputStream> out, Map<String, String> p, StorletLogger log) throws StorletException {
    StorletObjectOutputStream sink = (StorletObjectOutputStream) out.get(0);
    sink.setMetadata(new HashMap<String, String>());
    try { sink.getStream().write("${word}".getBytes()); } catch (java.io.IOException error) { throw new StorletException("no"); }
  }
}`,
});

const differences: Record<Exclude<keyof Habits, "profile">, { probe: Probe; studio: unknown; strict: unknown }> = {
  failsLogUpload: {
    probe: async (_engine, send) => {
      const log = { ...simple, "X-Storlet-Generate-Log": "true" };
      const get = await send("GET", "/c/o", log);
      const proxied = await send("GET", "/c/o", { ...log, "X-Storlet-Run-On-Proxy": "" });
      const put = await send("PUT", "/c/p", log, "x");
      return [get.status, proxied.status, put.status];
    },
    studio: [200, 200, 201],
    strict: [503, 500, 500],
  },
  comparesCodeBySize: {
    probe: async (engine, send) => {
      const source = (word: string): string => testStorlets.upper.replace("source.read().upper()", `b'${word}'`);
      const seen: string[] = [];
      const run = async (): Promise<unknown> => seen.push((await send("GET", "/c/o", { "X-Run-Storlet": "sized.py" })).text);
      for (const word of ["one", "two", "three"]) {
        await engine.putStorlet("sized.py", "sized.Storlet", source(word));
        await run();
        // The files of a node outlive daemon and sandbox.
        if (word === "two") await stopSandbox(engine).then(run);
      }
      for (const word of ["long", "longer"]) {
        await putObject(engine, "/dependency/kept.py", `word = b'${word}'`, { "X-Object-Meta-Storlet-Dependency-Version": "1" });
        const source = readsDependency.replaceAll("dep", "kept");
        await engine.putStorlet("depends.py", "depends.Storlet", source, { "X-Object-Meta-Storlet-Dependency": "kept.py" });
        seen.push((await send("GET", "/c/o", { "X-Run-Storlet": "depends.py" })).text);
      }
      return seen;
    },
    studio: ["one", "two", "two", "three", "long", "longer"],
    strict: ["one", "one", "one", "three", "long", "long"],
  },
  sharesMainClass: {
    // The second object has the first one's main class, as after a copy: on a real node their files lie side by side.
    probe: async (engine, send) => {
      await engine.putStorlet("shared.py", "shared.Storlet", testStorlets.upper);
      const run = async (storlet: string): Promise<unknown> => {
        const answer = await send("GET", "/c/o", { "X-Run-Storlet": storlet });
        return answer.status === 200 ? answer.text : answer.status;
      };
      const seen = [await run("shared.py")];
      await send("COPY", "/storlet/shared.py", { Destination: "storlet/sharing.py" });
      seen.push(await run("sharing.py"));
      if (jdk.missing !== null) return undefined;
      for (const word of ["first", "second"]) {
        await putObject(engine, `/storlet/${word}-1.0.jar`, await buildJar({ sources: saying(word) }), registrationOf("Java", "say.Say"));
      }
      for (const word of ["first", "second", "first"]) seen.push(await run(`${word}-1.0.jar`));
      return seen;
    },
    studio: ["ABCDEF", 503, "first", "second", "first"],
    strict: ["ABCDEF", "ABCDEF", "first", "second", "second"],
  },
  waitsForJava: {
    probe: async (engine, send) => {
      if (jdk.missing !== null) return undefined;
      await putObject(engine, "/storlet/crash-1.0.jar", await buildJar({ sources: crashing }), registrationOf("Java", "crash.Crash"));
      const run = { "X-Run-Storlet": "crash-1.0.jar" };
      const get = await send("GET", "/c/o", run);
      const put = await send("PUT", "/c/p", run, "x");
      const { durationMs, exception } = await runOf(engine, put.headers);
      return [get.status, short(put), exception?.type, durationMs >= 2500];
    },
    studio: [503, [500, "Storlet execution failed"], "java.lang.IllegalStateException", false],
    strict: [503, [500, "Storlet execution timed out"], "java.lang.IllegalStateException", true],
  },
  ignoresProxyOnlyOption: {
    probe: async (_engine, _send, profile) => {
      await using configured = await createTestEngine({ sandbox: "process", profile, settings: "storlet_execute_on_proxy_only: true" });
      await configured.fetch("PUT", "/c");
      await putObject(configured, "/c/o", "abcdef");
      await deployStorlets(configured, ["simple.py"]);
      const answer = await textOf(configured.fetch("GET", "/c/o", { headers: { ...simple, "X-Storlet-Range": "bytes=1-2" } }));
      // Only a range that is cut on the proxy is told of.
      return [answer.text, answer.headers.get("storlet-input-range")];
    },
    studio: ["bc", "bytes 1-2/6"],
    strict: ["bc", null],
  },
  needsUserName: {
    probe: async (engine, send) => {
      await engine.fetch("PUT", "/unnamed");
      await putObject(engine, "/unnamed/o", "abc");
      await engine.fetch("POST", "/storlet", { headers: { "X-Container-Read": "test:tester3" } });
      const run = { headers: { "X-Run-Storlet": "upper.py" } };
      const byTempauth = await engine.as("test:tester3", "testing3");
      const byKeystone = await engine.asKeystone("test:tester3", "testing3");
      await send("POST", "/unnamed", { "X-Storlet-Container-Read": "tester3", "X-Storlet-Name": "upper.py" });
      return [short(await textOf(byTempauth("GET", "/unnamed/o", run))), short(await textOf(byKeystone("GET", "/unnamed/o", run)))];
    },
    studio: [
      [200, "ABC"],
      [200, "ABC"],
    ],
    strict: [
      [500, "Internal server error"],
      [200, "ABC"],
    ],
  },
  copiesErrorPages: {
    probe: async (_engine, send) => {
      const copy = await send("COPY", "/c/nope", { ...simple, Destination: "c/copied" });
      const failed = await send("COPY", "/c/o", { "X-Run-Storlet": "broken.py", Destination: "c/copied2" });
      return [copy.status, failed.status, short(await send("GET", "/c/copied2"))];
    },
    studio: [404, 503, [404, expect.stringContaining("Not Found")]],
    strict: [201, 201, [200, failedMarkup]],
  },
  readsErrorPages: {
    probe: async (_engine, send) =>
      short(await send("GET", "/c/o", { "X-Run-Storlet": "multi_input.py", "X-Storlet-Extra-Resources": "/c/nope" })),
    studio: [404, expect.stringContaining("Not Found")],
    strict: [200, expect.stringMatching(/^abcdef<html><h1>Not Found/)],
  },
  fumblesRanges: {
    probe: async (_engine, send) => {
      const answers: unknown[] = [];
      for (const range of ["bytes=4-", "bytes=-2", "bytes=x"]) {
        const answer = await send("GET", "/c/o", { ...simple, "X-Storlet-Range": range });
        answers.push([answer.status, answer.status === 200 ? answer.text : ""]);
      }
      const proxied = await send("GET", "/c/o", { ...simple, "X-Storlet-Range": "bytes=4-", "X-Storlet-Run-On-Proxy": "" });
      return [...answers, short(proxied)];
    },
    studio: [
      [200, "ef"],
      [200, "ef"],
      [400, ""],
      [200, "ef"],
    ],
    strict: [
      [503, ""],
      [200, "abcdef"],
      [500, ""],
      [200, "ef"],
    ],
  },
  ignoresProxyRanges: {
    probe: async (_engine, send) => {
      await send("COPY", "/c/o", { ...simple, Destination: "c/r", "X-Storlet-Range": "bytes=1-2", "X-Storlet-Run-On-Proxy": "" });
      return (await send("GET", "/c/r")).text;
    },
    studio: "bc",
    strict: "abcdef",
  },
  skipsDynamicObjects: {
    probe: async (engine, send) => {
      await engine.fetch("PUT", "/parts");
      await putObject(engine, "/parts/p1", "dynamic");
      await putObject(engine, "/c/dynamic", "", { "X-Object-Manifest": "parts/p" });
      const run = { "X-Run-Storlet": "half.py" };
      return [
        (await send("GET", "/c/dynamic", run)).text,
        (await send("GET", "/c/dynamic", { ...run, "X-Storlet-Run-On-Proxy": "" })).text,
      ];
    },
    studio: ["dnmc", "dnmc"],
    strict: ["dynamic", "dnmc"],
  },
  endsQuietly: {
    probe: async (engine, send) => {
      await engine.putStorlet("half_way.py", "half_way.Storlet", half);
      const run = { "X-Run-Storlet": "half_way.py" };
      const get = await readWhatComes(await engine.fetch("GET", "/c/o", { headers: run }));
      const put = await send("PUT", "/c/half", run, "x");
      return [get, put.status, (await send("HEAD", "/c/half")).headers.get("content-length")];
    },
    studio: [[200, "begun", "cut"], 500, expect.anything()],
    strict: [[200, "begun", "whole"], 201, "20000"],
  },
  diesOfParameters: {
    probe: async (_engine, send) => short(await send("GET", "/c/o", { ...simple, "X-Storlet-Parameter-1": "novalue" })),
    studio: [400, expect.stringContaining("no colon")],
    strict: [500, "An error occurred"],
  },
  takesPostForAcl: {
    probe: async (_engine, send) => (await send("POST", "/c/o", simple)).status,
    studio: 405,
    strict: 401,
  },
  trustsEngineHeaders: {
    probe: async (engine, send) => {
      await putObject(engine, "/dependency/dep.py", "word = b'injected'", { "X-Object-Meta-Storlet-Dependency-Version": "1" });
      await engine.putStorlet("needs.py", "needs.Storlet", readsDependency);
      const answer = await send("GET", "/c/o", { "X-Run-Storlet": "needs.py", "X-Storlet-Dependency": "dep.py" });
      return [answer.status, answer.status === 200 ? answer.text : ""];
    },
    studio: [503, ""],
    strict: [200, "injected"],
  },
  lowersAclNames: {
    probe: async (engine, send) => {
      await engine.fetch("PUT", "/acls");
      await putObject(engine, "/acls/o", "abc");
      await engine.fetch("POST", "/storlet", { headers: { "X-Container-Read": "test:tester3" } });
      await engine.putStorlet("Big.py", "Big.Storlet", testStorlets.upper);
      await engine.putStorlet("small.py", "small.Storlet", testStorlets.upper);
      const member = await engine.asKeystone("test:tester3", "testing3");
      const statuses: number[] = [];
      for (const name of ["Big.py", "small.py"]) {
        await send("POST", "/acls", { "X-Storlet-Container-Read": "tester3", "X-Storlet-Name": name });
        statuses.push((await textOf(member("GET", "/acls/o", { headers: { "X-Run-Storlet": name } }))).status);
      }
      return statuses;
    },
    studio: [200, 200],
    strict: [403, 200],
  },
  comparesClientEtag: {
    probe: async (_engine, send) => {
      const etag = { ETag: "900150983cd24fb0d6963f7d28e17f72" };
      const changed = await send("PUT", "/c/etag", { "X-Run-Storlet": "upper.py", ...etag }, "abc");
      const kept = await send("PUT", "/c/etag", { ...simple, ...etag }, "abc");
      return [changed.status, kept.status];
    },
    studio: [201, 201],
    strict: [422, 201],
  },
  overrunsMessages: {
    probe: async (_engine, send) => {
      const large = { ...simple, "X-Storlet-Parameter-1": `k:${"v".repeat(4000)}` };
      return [(await send("GET", "/c/o", large)).status, (await send("PUT", "/c/p", large, "x")).status];
    },
    studio: [400, 400],
    strict: [503, 500],
  },
  refusesRunOnUpload: {
    probe: async (_engine, send) =>
      (
        await send(
          "PUT",
          "/storlet/up.py",
          {
            ...simple,
            "X-Object-Meta-Storlet-Language": "Python",
            "X-Object-Meta-Storlet-Interface-Version": "1.0",
            "X-Object-Meta-Storlet-Object-Metadata": "no",
            "X-Object-Meta-Storlet-Main": "up.Up",
          },
          "x",
        )
      ).status,
    studio: 201,
    strict: 405,
  },
  refusesFreshMetadata: {
    probe: async (_engine, send) => {
      const statuses: number[] = [];
      for (const value of ["false", "true"]) {
        statuses.push((await send("COPY", "/c/o", { ...simple, Destination: "c/fresh", "X-Fresh-Metadata": value })).status);
      }
      return statuses;
    },
    studio: [201, 400],
    strict: [400, 400],
  },
  fixesOutputGap: {
    // A pause of 1.5 s, where 1 s is configured: the real system takes no notice of what is configured.
    probe: async (engine) => {
      await engine.putStorlet(
        "pauses.py",
        "pauses.Storlet",
        testStorlets.stalls.replace("time.sleep(3600)", "time.sleep(1.5)\n        sink.write(b'ended')"),
      );
      const [, , ending] = await readWhatComes(await engine.fetch("GET", "/c/o", { headers: { "X-Run-Storlet": "pauses.py" } }));
      return ending;
    },
    studio: "cut",
    strict: "whole",
  },
};

it("every difference is a row of docs/fidelity.md", () => {
  const text = readFileSync(join(projectRoot, "docs/fidelity.md"), "utf8");
  const section = text.slice(text.indexOf("## Storlets: two profiles"), text.indexOf("## Storlets: in both profiles"));
  const named = [...section.matchAll(/^\| (\w+) /gm)].map(([, name]) => name).filter((name) => name !== "Name");
  expect(named.toSorted()).toEqual(Object.keys(differences).toSorted());
});

describe.each(["studio", "strict"] as const)("profile %s", (profile) => {
  let engine: TestEngine;
  let send: Send;
  beforeAll(async () => {
    engine = await createTestEngine({ sandbox: "process", profile, storletTimeoutMs: 3000, outputGapMs: 1000 });
    send = (method, path, headers = {}, body) => textOf(engine.fetch(method, path, { headers, ...(body === undefined ? {} : { body }) }));
    await engine.fetch("PUT", "/c");
    await putObject(engine, "/c/o", "abcdef");
    await deployStorlets(engine, ["simple.py", "broken.py", "multi_input.py", "half.py"]);
    await engine.putStorlet("upper.py", "upper.Storlet", testStorlets.upper);
  }, 60_000);
  afterAll(() => engine[Symbol.asyncDispose](), 60_000);

  it.each(Object.entries(differences))("%s", async (_habit, { probe, ...expected }) => {
    const seen = await probe(engine, send, profile);
    if (seen !== undefined) expect(seen).toEqual(expected[profile]);
  });

  it("warns where new code does not run", async () => {
    const filter = { storlet: "sized.py", levels: ["warn"], sources: ["engine"] };
    const lines = await callApi<LogLine[]>(engine, "logs.history", { filter, limit: 10 });
    const expected = [
      "The new code of sized.py is as large as the old one, which runs on: here as on the real system only another size is noticed.",
    ];
    expect(lines.map(({ text }) => text)).toEqual(profile === "strict" ? expected : []);
  });

  it("is recorded with each run", async () => {
    const answer = await send("GET", "/c/o", simple);
    expect((await runOf(engine, answer.headers)).profile).toBe(profile);
  });

  it("records a run of a message that is too large as failed, where there was one", async () => {
    const answer = await send("GET", "/c/o", { ...simple, "X-Storlet-Parameter-1": `k:${"v".repeat(4000)}` });
    if (profile === "strict") expect((await runOf(engine, answer.headers)).problem?.code).toBe("INPUT_TOO_LARGE");
    else expect(answer.status).toBe(400);
  });
});
