/** The commands of managers and authors, as programs: accounts, images, the deploy dialogue, a new storlet from the template, configuration. */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { conformanceStorlets, get42 } from "./conformance.ts";
import { createDataDirectory, startEngineProcess, type EngineProcess } from "./engine-process.ts";
import { findDocker, projectRoot } from "./test-engine.ts";

const docker = findDocker();
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

/** Runs `studio …` with the engine's data directory. */
async function studio(words: string[], input = ""): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [join(projectRoot, "engine/main.ts"), ...words, "--data", directory.path], { stdio: "pipe" });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
  child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, stdout, stderr };
}

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
