/** For tests of Java storlets: jars built with this machine's JDK from sources and the public API's bare signatures, and cores to run them on. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { findTestDocker } from "./drivers/docker/test-docker.ts";
import { probeProcessDriver } from "./drivers/process/facts.ts";
import { testCompute, type TestCompute, type TestSettings } from "./test-compute.ts";
import { dockerCompute } from "./test-sandboxes.ts";
import type { Bundle, BundleFile } from "./types.ts";

const run = promisify(execFile);
const fixtures = fileURLToPath(new URL("./java-tests", import.meta.url));

/** Whether this machine has javac; without it, says that tests are left out, and throws under CI=true. */
export async function findTestJdk(environment: Readonly<Record<string, string | undefined>>): Promise<{ missing: string | null }> {
  try {
    await run("javac", ["-version"]);
    return { missing: null };
  } catch (error) {
    const missing = `there is no javac on the PATH: ${error instanceof Error ? error.message : String(error)}`;
    if (environment["CI"] === "true") throw new Error(`Tests of Java storlets cannot run: ${missing}`, { cause: error });
    process.stderr.write(`\n*** Tests of Java storlets are LEFT OUT: ${missing}\n`);
    return { missing };
  }
}

async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

interface JarOptions {
  /** Texts by path; without them, the folder `storlets/<folder>` of the fixtures. */
  readonly sources?: Readonly<Record<string, string>>;
  readonly folder?: string;
  readonly release?: number;
  /** Name of the API's package; the older one gets the same signatures under that name. */
  readonly api?: "org.openstack.storlet.common" | "com.ibm.storlet.common";
}

const built = new Map<string, Promise<Uint8Array>>();

/** Compiles sources against the API's signatures, which do not go into the jar. Starting javac takes a second: each jar is made once. */
export function buildJar(options: JarOptions): Promise<Uint8Array> {
  const key = JSON.stringify(options);
  const jar = built.get(key) ?? compileJar(options);
  built.set(key, jar);
  return jar;
}

async function compileJar({ sources, folder = "", release = 8, api = "org.openstack.storlet.common" }: JarOptions): Promise<Uint8Array> {
  const directory = await mkdtemp(join(tmpdir(), "jar-"));
  try {
    const renamed = (text: string): string => text.replaceAll("org.openstack.storlet.common", api);
    const put = async (path: string, text: string): Promise<string> => {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, renamed(text));
      return path;
    };
    const signatures = join(fixtures, "api/org/openstack/storlet/common");
    const apiFiles = await Promise.all(
      (await readdir(signatures)).map(async (name) =>
        put(join(directory, "api", api.replaceAll(".", "/"), name), await readFile(join(signatures, name), "utf8")),
      ),
    );
    const own =
      sources === undefined
        ? await Promise.all(
            (await filesBelow(join(fixtures, "storlets", folder))).map(async (file) =>
              put(join(directory, "src", file.slice(fixtures.length)), await readFile(file, "utf8")),
            ),
          )
        : await Promise.all(Object.entries(sources).map(([path, text]) => put(join(directory, "src", path), text)));
    const javac = (target: string, classPath: string, files: string[]): Promise<unknown> =>
      run("javac", [
        "-nowarn",
        "-Xlint:-options",
        "-g",
        "--release",
        String(release),
        "-d",
        join(directory, target),
        "-cp",
        classPath,
        ...files,
      ]);
    await javac("api-classes", directory, apiFiles);
    await javac("classes", join(directory, "api-classes"), own);
    await run("jar", ["--create", "--file", join(directory, "out.jar"), "-C", join(directory, "classes"), "."]);
    return await readFile(join(directory, "out.jar"));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** A bundle of one jar and more files. */
export function javaBundle(
  jar: Uint8Array,
  entry: string,
  options: { name?: string; files?: Readonly<Record<string, { content: Uint8Array; mode: number }>> } = {},
): Bundle {
  const { name = "probe-1.0.jar", files = {} } = options;
  const all = { [name]: { content: jar, mode: 0o600 }, ...files };
  const hash = createHash("sha256").update(entry);
  for (const [path, { content }] of Object.entries(all)) hash.update(path).update(content);
  const bundleFiles: BundleFile[] = Object.entries(all).map(([path, { content, mode }]) => ({
    name: path,
    mode,
    open: async () => Buffer.from(content),
  }));
  return { name, language: "java", entry, digest: hash.digest("hex"), files: bundleFiles };
}

/** Every kind of sandbox that this machine offers to tests. */
export async function javaHosts(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<{ host: string; create(settings?: TestSettings): Promise<TestCompute> }[]> {
  const { bubblewrap } = await probeProcessDriver();
  const { connection, missing } = await findTestDocker(environment);
  const process = (isolation: "bubblewrap" | "plain") => ({
    host: isolation,
    create: (settings: TestSettings = {}) => testCompute({ isolation, ...settings }),
  });
  const docker = { host: "Docker", create: (settings: TestSettings = {}) => dockerCompute(connection, settings) };
  return [...(bubblewrap.works ? [process("bubblewrap")] : []), process("plain"), ...(missing === null ? [docker] : [])];
}
