/** Connects the parts that run a storlet's unit tests: the programs of this machine first, else the sandbox image. */
import { readFile, realpath } from "node:fs/promises";
import { join, posix } from "node:path";
import { oldestJava, planTests, runTestsHere, type TestTask } from "./build/unit-tests.ts";
import type { TestRunOptions } from "./cli/host.ts";
import type { Surroundings } from "./compose.ts";
import { dockerConnectionOf } from "./compute/choose-sandbox.ts";
import { createDockerClient } from "./compute/drivers/docker/client.ts";
import { defaultImageName, insidePaths } from "./compute/drivers/docker/container.ts";
import { probeDocker } from "./compute/drivers/docker/probe.ts";
import { runOnce } from "./compute/drivers/docker/run-once.ts";
import { findPython } from "./compute/drivers/process/facts.ts";
import type { Language } from "./contract/index.ts";
import { findProgram, probeProgram } from "./doctor/probes.ts";
import { StudioError } from "./support/errors.ts";
import { parseManifest } from "./workspace/manifest.ts";

/** Where the tested folder lies in a container. */
const folderInside = "/mnt/storlet";

/** A program of this machine, or why there is none that fits. */
async function findHere(language: Language, searchPath: string, signal: AbortSignal): Promise<{ path: string } | { missing: string }> {
  if (language === "python") {
    const python = await findPython({ searchPath });
    return python === null ? { missing: "There is no Python 3.7 or later on this machine." } : { path: python.path };
  }
  const question = { names: ["javac"], args: ["-version"], pattern: /javac (?:1\.)?(\d+)/ };
  const { version, trouble } = await probeProgram(question, searchPath, process.platform, signal);
  const java = await findProgram(["java"], searchPath, process.platform);
  if (trouble !== null) return { missing: `The JDK of this machine does not work: ${trouble}` };
  if (version === null || java === null) return { missing: "There is no JDK on the PATH of this machine (no javac)." };
  if (Number(version) < oldestJava) return { missing: `The JDK of this machine is Java ${version}, which is too old.` };
  return { path: java };
}

/** The image's programs, or why they cannot be used. */
async function findImage(surroundings: Surroundings): Promise<{ docker: ReturnType<typeof createDockerClient> } | { missing: string }> {
  const connection = dockerConnectionOf(surroundings.dockerHost);
  const probe = await probeDocker({ connection });
  if (!probe.available || connection === null) return { missing: probe.reason ?? "Docker does not answer." };
  const docker = createDockerClient(connection);
  if ((await docker.findImage(defaultImageName)) === null) return { missing: `Docker has no image ${defaultImageName}.` };
  return { docker };
}

function nothingFits(language: Language, missing: readonly string[]): StudioError {
  const needs = language === "java" ? `a JDK ${oldestJava} or later` : "Python 3";
  return new StudioError("RUNTIME_MISSING", `The tests were not run: they need ${needs}, here or in the sandbox image.`, {
    detail: missing.join(" "),
    hint: `Install ${language === "java" ? "one, such as openjdk-17-jdk-headless," : "it"} or build the image with \`studio image build\`.`,
  });
}

async function runTask(surroundings: Surroundings, language: Language, task: TestTask, options: TestRunOptions): Promise<number | null> {
  const runtime = join(surroundings.resourcesDirectory, "runtime");
  const missing: string[] = [];
  if (options.sandbox !== "docker") {
    const searchPath = surroundings.searchPath ?? "";
    const here = await findHere(language, searchPath, options.signal);
    if ("path" in here) {
      return runTestsHere(here.path, planTests(language, task, runtime), { searchPath, signal: options.signal, onLine: options.onLine });
    }
    missing.push(here.missing);
  }
  // A file that is written has to be written here.
  if (options.sandbox !== "process" && task.kind === "test") {
    const image = await findImage(surroundings);
    if ("docker" in image) {
      const command = planTests(language, { kind: "test", folder: folderInside }, insidePaths.runtime, posix.join);
      return runOnce({
        docker: image.docker,
        image: defaultImageName,
        command: [command.program, ...command.args],
        environment: command.environment,
        mounts: [
          [await realpath(runtime), insidePaths.runtime],
          [await realpath(task.folder), folderInside],
        ],
        signal: options.signal,
        onLine: options.onLine,
      });
    }
    missing.push(image.missing);
  }
  throw nothingFits(language, missing);
}

/**
 * Runs the unit tests of a storlet folder without any server; true where all pass. Throws NOT_FOUND for a folder without storlet.yaml,
 * BAD_INPUT for one that is not understood, RUNTIME_MISSING where neither this machine nor the image can run them.
 */
export async function testStorlet(surroundings: Surroundings, folder: string, options: TestRunOptions): Promise<boolean> {
  const file = join(folder, "storlet.yaml");
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw new StudioError("NOT_FOUND", `${folder} is not the folder of a storlet: it has no storlet.yaml.`, { cause: error });
  });
  const { language } = parseManifest(text, file);
  return (await runTask(surroundings, language, { kind: "test", folder }, options)) === 0;
}

/** Writes the Java API and the helpers for tests as a jar, for an IDE. Throws RUNTIME_MISSING where this machine has no JDK. */
export async function writeTestLibrary(surroundings: Surroundings, file: string, options: TestRunOptions): Promise<boolean> {
  return (await runTask(surroundings, "java", { kind: "library", file }, options)) === 0;
}
