/** The commands of managers and authors, as programs: accounts, images, the deploy dialogue, a new storlet from the template, configuration. */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { zipEntryNames } from "../cli/deploy-dialogue.ts";
import { buildJar, findTestJdk } from "../compute/test-java.ts";
import { conformanceStorlets, get42 } from "./conformance.ts";
import { createDataDirectory, runStudio, startEngineProcess, type EngineProcess } from "./engine-process.ts";
import { findDocker, projectRoot } from "./test-engine.ts";

const docker = findDocker();
const jdk = await findTestJdk(process.env);
const directory = createDataDirectory();
let engine: EngineProcess;

beforeAll(async () => {
  // One sandbox at a time, and parameters that only a configuration file can set.
  writeFileSync(
    join(directory.path, "studio.yaml"),
    "max_extra_resources: 0\nmax_containers_per_node: 1\nprofile: strict\nstorlet_timeout: 2.5\n",
  );
  engine = await startEngineProcess(directory.path, ["--sandbox", "process", "--profile", "studio"]);
  const { url, headers } = await login("test:tester", "testing");
  await fetch(`${url}/c`, { method: "PUT", headers });
  await fetch(`${url}/c/o`, { method: "PUT", headers, body: "abc" });
}, 60_000);
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  directory[Symbol.dispose]();
});

const studio = (words: string[], input?: string, environment?: Record<string, string>) =>
  runStudio(directory.path, words, input, environment);

async function login(user: string, key: string): Promise<{ url: string; headers: Record<string, string> }> {
  const response = await fetch(engine.ready.auth, { headers: { "X-Auth-User": user, "X-Auth-Key": key } });
  return { url: response.headers.get("x-storage-url") ?? "", headers: { "X-Auth-Token": response.headers.get("x-auth-token") ?? "" } };
}

it("enables another account for storlets, with its containers, and disables it", async () => {
  const { url, headers } = await login("test2:tester2", "testing2");
  expect((await studio(["account", "enable", "test2"])).stdout).toBe("AUTH_test2 is enabled for storlets.\n");
  const account = await fetch(url, { method: "HEAD", headers });
  expect(account.headers.get("x-account-meta-storlet-enabled")).toBe("True");
  expect((await (await fetch(url, { headers })).text()).trim().split("\n")).toEqual(["dependency", "storlet", "storletlog"]);
  expect((await studio(["account", "disable", "AUTH_test2"])).code).toBe(0);
  const run = await fetch(`${url}/c/o`, { headers: { ...headers, "X-Run-Storlet": "x.py" } });
  expect([run.status, await run.text()]).toEqual([400, "Account disabled for storlets"]);
  expect((await studio(["account", "remove", "test2"])).code).toBe(2);
});

it("reads studio.yaml, and what the command line says over it", async () => {
  const { url, headers } = await login("test:tester", "testing");
  const extra = await fetch(`${url}/c/o`, { headers: { ...headers, "X-Run-Storlet": "x.py", "X-Storlet-Extra-Resources": "/c/o" } });
  expect([extra.status, await extra.text()]).toEqual([403, "Usage of extra resources is not allowed"]);
  // The profile of the command line: a parameter without a colon is a 400 with words.
  const bad = await fetch(`${url}/c/o`, { headers: { ...headers, "X-Run-Storlet": "x.py", "X-Storlet-Parameter-1": "x" } });
  expect(bad.status).toBe(400);
});

it.each([
  ["max_extra_resources: many", "max_extra_resources"],
  ["stortlet_timeout: 3", "stortlet_timeout"],
  ["- a list", "cannot be used"],
  ["{", "is not YAML"],
])("refuses the configuration %j", async (text, named) => {
  const file = join(directory.path, "bad.yaml");
  writeFileSync(file, text);
  const own = createDataDirectory();
  const child = spawn(process.execPath, [
    join(projectRoot, "engine/main.ts"),
    "serve",
    "--port",
    "0",
    "--data",
    own.path,
    "--config",
    file,
  ]);
  let stderr = "";
  child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
  expect(await new Promise((resolve) => child.once("close", resolve))).toBe(2);
  expect(stderr).toContain(named);
  own[Symbol.dispose]();
});

it("asks the questions of deploy_storlet, and deploys what it is told", async () => {
  const { url, headers } = await login("test:tester", "testing");
  const folder = join(directory.path, "code");
  mkdirSync(folder);
  writeFileSync(join(folder, "exec_dep.py"), conformanceStorlets["exec_dep.py"]?.source ?? "");
  writeFileSync(join(folder, "get42.sh"), get42);
  const input = `python\n${join(folder, "exec_dep.py")}\nexec_dep.ExecDepStorlet\n${join(folder, "get42.sh")}\n\n`;
  const told = await studio(["deploy-storlet"], input);
  expect(told.stdout).toBe(
    [
      "Enter storlet language (java or python): ",
      "Enter absolute path to storlet file: ",
      "Please enter fully qualified storlet main class <filename.ClassName>: ",
      "Please enter dependency files (leave a blank line when you are done): ",
      "Storlet deployment complete",
      "",
    ].join("\n"),
  );
  const answer = await fetch(`${url}/c/o`, { headers: { ...headers, "X-Run-Storlet": "exec_dep.py" } });
  expect([answer.status, answer.headers.get("x-object-meta-depend-ret-code")]).toEqual([200, "42"]);
});

it.skipIf(jdk.missing !== null)("deploys a jar with its dependency by the dialogue, under the real tool's name", async () => {
  const { url, headers } = await login("test:tester", "testing");
  const folder = join(directory.path, "jars");
  mkdirSync(folder);
  writeFileSync(join(folder, "seven-1.0.jar"), await buildJar({ folder: "seven" }));
  writeFileSync(join(folder, "get42"), get42);
  const answers = ["Java", join(folder, "seven-1.0.jar"), "seven.ExecDep", join(folder, "get42"), "", ""];
  const told = await studio(["deploy_storlet", "test.conf"], answers.join("\n"));
  expect(told.stdout).toContain("\t* seven.ExecDep\n\t* seven.Half\n");
  expect([told.code, told.stdout.split("\n").at(-2)]).toEqual([0, "Storlet deployment complete"]);
  const answer = await fetch(`${url}/c/o`, { headers: { ...headers, "X-Run-Storlet": "seven-1.0.jar" } });
  expect([answer.status, answer.headers.get("x-object-meta-depend-ret-code")]).toEqual([200, "42"]);
  const dependency = await fetch(`${url}/dependency/get42`, { method: "HEAD", headers });
  expect(dependency.headers.get("x-object-meta-storlet-dependency-permissions")).toBe("0755");
});

it.each([
  ["a file that is not there", "Java\n/nowhere/x-1.0.jar\n", "/nowhere/x-1.0.jar cannot be read"],
  ["a jar that is none", `java\n${join(projectRoot, "package.json")}\n`, "not a jar"],
  [
    "a main class that Swift refuses",
    `python\n${join(projectRoot, "resources/samples/storlets/word_count/word_count.py")}\nother.X\n\n`,
    "400",
  ],
  ["an end in the middle", "python\n", "cannot be read"],
])("tells of %s in the dialogue", async (_case, input, named) => {
  const told = await studio(["deploy-storlet"], input);
  expect(told.code).not.toBe(0);
  expect(told.stderr).toContain(named);
  expect(told.stdout).not.toContain("complete");
});

it("lists the classes of a jar in the dialogue for Java", async () => {
  const jar = join(directory.path, "probe-1.0.jar");
  execFileSync("python3", [
    "-c",
    "import sys, zipfile\nwith zipfile.ZipFile(sys.argv[1], 'w') as z:\n    z.writestr('org/example/Probe.class', b'x')\n    z.writestr('META-INF/MANIFEST.MF', b'')",
    jar,
  ]);
  const told = await studio(["deploy-storlet"], `JAVA\n${jar}\norg.example.Probe\n\n`);
  expect(told.stdout.split("\n")).toEqual([
    "Enter storlet language (java or python): ",
    "Enter absolute path to storlet jar file: ",
    "Your jar file contains the following classes:",
    "\t* org.example.Probe",
    "Please enter fully qualified storlet main class (choose from the list above): ",
    "Please enter dependency files (leave a blank line when you are done):",
    "Storlet deployment complete",
    "",
  ]);
});

it("knows two languages", async () => {
  const told = await studio(["deploy-storlet"], "ruby\n");
  expect([told.code, told.stdout]).toEqual([1, "Enter storlet language (java or python): \nThe language you specified is not supported\n"]);
});

it.skipIf(jdk.missing !== null)("makes a Java storlet from a template whose test passes, and which deploys and runs", async () => {
  const made = await studio(["new", "java", "line_counter_java"]);
  expect([made.code, made.stderr]).toEqual([0, ""]);
  expect(made.stdout).toContain("2 tests, 0 failed\nIts test passes.\n");
  const folder = join(directory.path, "workspace", "storlets", "line_counter_java");
  const deployed = await studio(["deploy", folder]);
  expect([deployed.code, deployed.stderr]).toEqual([0, ""]);
  const run = await studio(["invoke", "line_counter_java-1.0.jar", "c/o"]);
  expect([run.code, run.stdout]).toEqual([0, "abc"]);
  expect(run.stderr).toContain("contract kept: metadata before data, 2 of 4096 bytes, output closed");

  const source = join(folder, "src/line_counter_java/LineCounterJava.java");
  writeFileSync(source, readFileSync(source, "utf8").replace("lines++", "lines += 2"));
  const failing = await studio(["test", "line_counter_java"]);
  expect(failing.code).toBe(1);
  expect(failing.stderr).toContain("FAILED  LineCounterJavaTest.passesEverythingThrough");
  expect(failing.stderr).toContain("expected [2 lines], but it was [4 lines]");
  expect(failing.stderr).toMatch(/at line_counter_java\.LineCounterJavaTest\.passesEverythingThrough\(LineCounterJavaTest\.java:\d+\)/);
});

it.skipIf(jdk.missing !== null)("writes the Java API and the helpers as a jar", async () => {
  const jar = join(directory.path, "api.jar");
  expect((await studio(["test", "--library", jar])).code).toBe(0);
  const names = zipEntryNames(readFileSync(jar));
  expect(names).toContain("org/openstack/storlet/common/IStorlet.class");
  expect(names).toContain("storlet/testing/StorletTester.class");
});

it("says what is missing where tests cannot be run", async () => {
  const told = await studio(["new", "java", "untested"], "", { PATH: "/nowhere", DOCKER_HOST: `unix://${directory.path}/no.sock` });
  expect(told.code).toBe(0);
  expect(told.stdout).toContain("The tests were not run: they need a JDK 17 or later, here or in the sandbox image.");
  expect(told.stdout).toContain("There is no JDK on the PATH of this machine (no javac). Docker is not installed or not running");
  expect(existsSync(join(directory.path, "workspace/storlets/untested/src/untested/Untested.java"))).toBe(true);
});

it.skipIf("missing" in docker).each(["java", "python"])("runs the tests of a %s storlet in the sandbox image", async (language) => {
  const made = await studio(["new", language, `in_image_${language}`, "-t", "inputs", "--sandbox", "docker"]);
  expect([made.code, made.stderr]).toEqual([0, ""]);
  expect(made.stdout).toContain("Its test passes.\n");
});

it("lists templates, and tells them where there is no such one", async () => {
  expect((await studio(["new"])).stdout).toMatch(/^ {2}records +Work on a range of lines \(python, java\)$/m);
  const told = await studio(["new", "python", "other", "--template", "nope"]);
  expect(told.stderr).toContain("transform, metadata, records, inputs");
  expect((await studio(["new", "perl", "other"])).code).toBe(2);
  expect((await studio(["new", "python"])).code).toBe(2);
  expect((await studio(["test"])).code).toBe(2);
  expect((await studio(["test", "not_there"])).stderr).toContain("no storlet.yaml");
});

it.each([
  ["", "has no storlet.yaml"],
  ["language: python\nmain: a\n", "write it as file.Class"],
  ["language: python\nmain: absent.Absent\n", "absent.py is missing"],
  ["language: python\nmain: code.Code\ndependencies: [helper.py]\n", "helper.py is missing"],
  ["language: java\nmain: x.Code\n", "holds no Java source"],
  ["language: java\nmain: x.Code\nlanguage-version: 21\n", "Java 21 cannot be compiled for"],
  ["language: cobol\nmain: x.Code\n", "language"],
])("tells what is wrong with a folder whose storlet.yaml is %j", async (manifest, named) => {
  const folder = mkdtempSync(join(directory.path, "described-"));
  writeFileSync(join(folder, "code.py"), "class Code:\n    pass\n");
  if (manifest !== "") writeFileSync(join(folder, "storlet.yaml"), manifest);
  if (manifest.includes("language-version")) writeFileSync(join(folder, "Code.java"), "package x;\nclass Code {}\n");
  const told = await studio(["deploy", folder]);
  expect(told.code).not.toBe(0);
  expect(told.stderr).toContain(named);
});

it("makes a storlet from the template whose test passes, and which deploys and runs", async () => {
  const made = await studio(["new", "python", "line_counter"]);
  expect(made.stdout).toContain("Its test passes.\n");
  const folder = join(directory.path, "workspace", "storlets", "line_counter");
  expect(readFileSync(join(folder, "storlet.yaml"), "utf8")).toContain("main: line_counter.LineCounter");
  expect((await studio(["deploy", join(folder, "line_counter.py")])).code).toBe(0);
  const run = await studio(["invoke", "line_counter.py", "c/o"]);
  expect([run.code, run.stdout]).toEqual([0, "abc"]);
  expect(run.stderr).toContain("contract kept: metadata before data, 2 of 4096 bytes, output closed");
  expect((await studio(["new", "python", "line_counter"])).code).toBe(1);
  expect((await studio(["new", "python", "Line Counter"])).code).toBe(2);
  expect(existsSync(join(folder, "__pycache__"))).toBe(false);
});

it("starts no more sandboxes than configured", async () => {
  const { url, headers } = await login("test2:tester2", "testing2");
  await studio(["account", "enable", "test2"]);
  await fetch(`${url}/c`, { method: "PUT", headers });
  await fetch(`${url}/c/o`, { method: "PUT", headers, body: "abc" });
  await fetch(`${url}/storlet/half.py`, {
    method: "PUT",
    headers: {
      ...headers,
      "X-Object-Meta-Storlet-Language": "python",
      "X-Object-Meta-Storlet-Interface-Version": "1.0",
      "X-Object-Meta-Storlet-Object-Metadata": "no",
      "X-Object-Meta-Storlet-Main": "half.HalfStorlet",
    },
    body: conformanceStorlets["half.py"]?.source ?? "",
  });
  // A check of source text takes a sandbox as well: the other account has the only one.
  expect((await studio(["new", "python", "occupies"])).code).toBe(0);
  expect((await studio(["deploy", join(directory.path, "workspace/storlets/occupies/occupies.py")])).code).toBe(0);
  const run = await fetch(`${url}/c/o`, { headers: { ...headers, "X-Run-Storlet": "half.py" } });
  expect(run.status).toBe(503);
  expect((await studio(["logs"])).stdout).toContain("SANDBOX_LIMIT");
});

describe.skipIf("missing" in docker)("images", () => {
  const inspect = (name: string): string =>
    execFileSync("docker", ["image", "inspect", "-f", "{{.Id}}", name], { encoding: "utf8" }).trim();

  it("lists them, gives an account its own, and loads one from a tar", async () => {
    const tag = `studiotest${process.pid}`;
    try {
      expect((await studio(["image", "list"])).stdout).toMatch(/storlet_engine_image:latest {2}\(default\)/);
      expect((await studio(["image", "assign", tag, "storlet_engine_image"])).stdout).toContain(` of AUTH_${tag}.`);
      expect(inspect(tag.slice(0, 13))).toBe(inspect("storlet_engine_image"));
      const refused = await studio(["image", "assign", tag, "no_such_image"]);
      expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("IMAGE_MISSING")]);
      // An image of one empty layer, as `docker save` writes it.
      const tar = join(directory.path, "image.tar");
      execFileSync("sh", [
        "-c",
        `tar -cf - --files-from /dev/null | docker import - ${tag}loaded && docker save -o ${tar} ${tag}loaded && docker rmi ${tag}loaded`,
      ]);
      expect((await studio(["image", "import", tar])).stdout).toContain(`${tag}loaded`);
      expect(inspect(`${tag}loaded`)).toMatch(/^sha256:/);
    } finally {
      for (const name of [tag.slice(0, 13), `${tag}loaded`]) {
        try {
          execFileSync("docker", ["rmi", name], { stdio: "ignore" });
        } catch {
          // It was not made.
        }
      }
    }
  }, 60_000);
});
