/** The helpers for unit tests of Java storlets, and what their runner says: by tests written in Java. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findTestJdk } from "../compute/test-java.ts";
import { planTests, runTestsHere } from "./unit-tests.ts";

const jdk = await findTestJdk(process.env);
const runtime = resolve(import.meta.dirname, "../../resources/runtime");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "studio-unit-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

async function test(): Promise<{ code: number | null; lines: string[] }> {
  const lines: string[] = [];
  const code = await runTestsHere("java", planTests("java", { kind: "test", folder }, runtime), {
    searchPath: process.env["PATH"] ?? "",
    signal: new AbortController().signal,
    onLine: (line) => lines.push(line),
  });
  return { code, lines };
}

const storlet = (body: string, fields = ""): string => `package p;
import java.util.*;
import org.openstack.storlet.common.*;
public class Probe implements IStorlet {
    ${fields}
    public void invoke(ArrayList<StorletInputStream> in, ArrayList<StorletOutputStream> out, Map<String, String> p, StorletLogger log)
            throws StorletException {
        StorletObjectOutputStream sink = (StorletObjectOutputStream) out.get(0);
        try { if (p.containsKey("io")) throw new java.io.IOException("io"); ${body} } catch (java.io.IOException e) { throw new StorletException(e.getMessage()); }
    }
}
`;
const tests = (methods: string): string => `package p;
import java.util.*;
import org.openstack.storlet.common.StorletException;
import storlet.testing.*;
public class ProbeTest {
    static StorletTester tester() { return new StorletTester(new Probe()); }
    ${methods}
}
`;

describe.skipIf(jdk.missing !== null)("tests in Java", () => {
  it("meet inputs, metadata, ranges, parameters and the log as in a sandbox", async () => {
    put(
      "src/p/Probe.java",
      storlet(
        `Map<String, String> all = new HashMap<>(p);
         for (StorletInputStream each : in) { all.putAll(each.getMetadata()); }
         if (p.containsKey("early")) sink.getStream().write('!');
         if (p.containsKey("big")) all.put("Big", "x".repeat(5000));
         if (!p.containsKey("silent")) sink.setMetadata(all);
         for (StorletInputStream each : in) each.getStream().transferTo(sink.getStream());
         log.emitLog("run " + ++runs);
         if (p.containsKey("close")) { sink.close(); sink.getStream().write(1); }`,
        "private int runs;",
      ),
    );
    put(
      "test/p/ProbeTest.java",
      tests(`
    public void inputs() throws Exception {
        StorletTester.Result result = tester().input("one").metadata("my-key", "v").input(new byte[] {1, 2}).metadata("b", "w").parameter("n", 3).run();
        Check.equal(new byte[] {'o', 'n', 'e', 1, 2}, result.bytes());
        Check.equal("v", result.metadata().get("My-Key"));
        Check.equal("w", result.metadata().get("B"));
        Check.equal("3", result.metadata().get("n"));
        Check.equal(true, new java.io.File(result.metadata().get("storlet_execution_path")).isAbsolute());
        Check.equal(List.of(false, false), List.of(result.isClosed(), result.wroteBeforeMetadata()));
    }
    public void ranges() throws Exception {
        Check.equal("123", tester().input("0123456789").range(1, 3).run().text());
        Check.equal("89", tester().input("0123456789").range(8, 99).run().text());
        Check.equal("", tester().input("0123456789").range(50, 99).run().text());
        Check.fails(IllegalArgumentException.class, () -> tester().input("x").range(2, 1));
    }
    public void oneInstanceServesAllRuns() throws Exception {
        StorletTester tester = tester().input("x").metadata("A", "1");
        Check.equal(List.of("run 1"), tester.run().log());
        Check.equal(List.of("run 2"), tester.run().log());
        Check.equal("x", tester.run().text());
    }
    public void metadata() throws Exception {
        Check.equal(null, tester().parameter("silent", 1).run().metadata());
        Check.equal(true, tester().parameter("early", 1).run().wroteBeforeMetadata());
        StorletException error = Check.fails(StorletException.class, () -> tester().parameter("big", 1).run());
        Check.equal(true, error.getMessage().contains("at most 4096"));
    }
    public void closedIsClosed() throws Exception {
        Check.equal("Stream closed", Check.fails(StorletException.class, () -> tester().parameter("close", 1).run()).getMessage());
    }`),
    );
    const { code, lines } = await test();
    expect(lines.at(-1)).toBe("5 tests, 0 failed");
    expect(code).toBe(0);
  });

  it("tell what failed and where, and go on", async () => {
    put("src/p/Probe.java", storlet(`sink.setMetadata(null);`));
    put(
      "test/p/ProbeTest.java",
      tests(`
    public void a() { Check.equal("one", "two"); }
    public void b() throws Exception { tester().run(); }
    public void c() { Check.fails(RuntimeException.class, () -> {}); }
    public void d() {}
    public int notATest() { throw new Error(); }
    public static void norThis() { throw new Error(); }`),
    );
    put("test/p/Helper.java", "package p;\npublic class Helper { public void notRun() { throw new Error(); } }\n");
    const { code, lines } = await test();
    const text = lines.join("\n");
    expect([code, lines.at(-1)]).toEqual([1, "4 tests, 3 failed"]);
    expect(text).toContain(
      'FAILED  ProbeTest.a: java.lang.AssertionError: expected "one", but it was "two"\n        at p.ProbeTest.a(ProbeTest.java:8)',
    );
    expect(text).toMatch(/FAILED {2}ProbeTest\.b: java\.lang\.NullPointerException[^]*at p\.Probe\.invoke\(Probe\.java:9\)/);
    expect(text).toContain("FAILED  ProbeTest.c: java.lang.AssertionError: expected RuntimeException, but nothing was thrown");
    expect(text).toContain("ok      ProbeTest.d");
  });

  it.each([
    ["does not compile", () => put("src/p/Probe.java", storlet("nope();")), 1, /Probe\.java:9: cannot find symbol/],
    ["has no tests", () => rmSync(join(folder, "test"), { recursive: true }), 2, /put classes whose names end in Test below test\//],
    ["has no method that is one", () => put("test/p/ProbeTest.java", tests("")), 2, /No class has a test/],
  ])("say so where a storlet %s", async (_case, change, code, named) => {
    put("src/p/Probe.java", storlet(""));
    put("test/p/ProbeTest.java", tests("public void a() {}"));
    change();
    const told = await test();
    expect([told.code, told.lines.join("\n")]).toEqual([code, expect.stringMatching(named)]);
  });

  it("leave nothing behind", async () => {
    put("src/p/Probe.java", storlet(""));
    put("test/p/ProbeTest.java", tests("public void a() { new Thread(() -> { while (true) Thread.onSpinWait(); }).start(); }"));
    expect((await test()).code).toBe(0);
    expect(readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()).toEqual([
      "src",
      "src/p",
      "src/p/Probe.java",
      "test",
      "test/p",
      "test/p/ProbeTest.java",
    ]);
  });
});

it("plans the same for a container, with its paths", () => {
  const python = planTests("python", { kind: "test", folder: "/mnt/s" }, "/rt", posix.join);
  expect(python).toEqual({
    program: "python3",
    args: ["-B", "-m", "unittest", "discover", "-s", "/mnt/s"],
    environment: { PYTHONPATH: "/rt/python" },
  });
  expect(planTests("java", { kind: "library", file: "a.jar" }, "/rt", posix.join).args.slice(-3)).toEqual(["/rt/java", "library", "a.jar"]);
});
