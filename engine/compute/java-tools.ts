/** Java in one sandbox: its runtime, compiled there once and kept beside the bundles, and its compiler, kept warm. Owns no daemon. */
import { createHash } from "node:crypto";
import { chmod, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join, posix } from "node:path";
import { randomId } from "../support/clock.ts";
import { StudioError, toStudioError } from "../support/errors.ts";
import { exists } from "../support/files.ts";
import { askAgent } from "./agent-client.ts";
import { halfWrittenPrefix } from "./bundles.ts";
import { compileAnswerSchema, javaAnswerSchema, runtimeAnswerSchema, startAnswerSchema } from "./protocol.ts";
import type { BuildRequest, BuildResult, DriverSandbox } from "./types.ts";

export interface JavaTools {
  /** The path of the runtime's jar as seen from inside. Throws RUNTIME_MISSING where the sandbox has no fitting JDK. */
  javaRuntime(): Promise<string>;
  build(request: BuildRequest): Promise<BuildResult>;
}

interface JavaToolsOptions {
  readonly sandbox: DriverSandbox;
  /** On this machine; the sandbox sees it read-only as `bundlesInside`. */
  readonly bundlesDirectory: string;
  readonly timers: { readonly daemonStartMs: number; readonly compileMs: number };
  say(level: "info" | "warn" | "error", text: string): void;
}

/** A running compiler: its socket, and what it wants to be shown. */
interface Compiler {
  readonly socketName: string;
  readonly token: string | undefined;
}

/** The Java that OpenStack Storlets' images have run for the longest. */
const defaultRelease = 17;
const runtimePrefix = ".java-";
const runtimeJar = "runtime.jar";
const librariesName = ".libraries";

function missing(detail: string): StudioError {
  return new StudioError("RUNTIME_MISSING", "Java storlets need a JDK 17 or later in the sandbox.", {
    detail,
    hint: "Install one, such as openjdk-17-jdk-headless, or use the Docker sandbox: its image has one.",
  });
}

/**
 * The tools of one sandbox; nothing is started before somebody asks. What is compiled here serves this scope alone: code of the scope
 * runs beside the compiler and could reach it.
 */
export function createJavaTools(options: JavaToolsOptions): JavaTools {
  const { sandbox, bundlesDirectory, timers, say } = options;
  let runtime: Promise<string> | null = null;
  let compiler: Promise<Compiler> | null = null;
  let libraries: Promise<unknown> | null = null;

  const gone = (): StudioError => new StudioError("SANDBOX_GONE", "The sandbox did not answer.");
  const askAgentOnce = <T>(request: object, schema: Parameters<typeof askAgent<T>>[2]): Promise<T> =>
    askAgent((name) => sandbox.connect(name), request, schema, { ms: timers.daemonStartMs, onExpiry: gone });

  /** Without `runtimeInside` it builds the runtime first, which takes a second or two. */
  async function startCompiler(runtimeInside: string | null): Promise<Compiler> {
    const key = randomId(4);
    const request = { op: "start", key, name: "Java compiler", language: "java", role: "compiler", runtime: runtimeInside };
    const answer = await askAgentOnce(request, startAnswerSchema);
    if (answer.ok) return { socketName: `${key}.sock`, token: answer.token };
    if ("code" in answer && answer.code === "RUNTIME_MISSING") throw missing(answer.message);
    throw new StudioError("SANDBOX_START_FAILED", "The Java compiler did not start.", {
      detail: answer.message,
      hint: "The log of the sandbox may say more.",
    });
  }

  function askCompiler<T>({ socketName, token }: Compiler, request: object, schema: Parameters<typeof askAgent<T>>[2]): Promise<T> {
    const tooLong = (): StudioError =>
      new StudioError("CHECK_FAILED", `The Java compiler took longer than ${timers.compileMs / 1000} s.`, {
        hint: "Compile fewer sources at once, or raise the sandbox's limits.",
      });
    return askAgent(() => sandbox.connect(socketName), { ...request, token }, schema, { ms: timers.compileMs, onExpiry: tooLong });
  }

  async function prepareRuntime(): Promise<string> {
    const found = await askAgentOnce({ op: "java" }, javaAnswerSchema);
    if (!found.ok) throw missing(found.message);
    const name = `${runtimePrefix}${found.sources.slice(0, 16)}`;
    const inside = posix.join(sandbox.bundlesInside, name, runtimeJar);
    if (await exists(join(bundlesDirectory, name, runtimeJar))) return inside;
    const began = performance.now();
    compiler = startCompiler(null);
    const answer = await askCompiler(await compiler, { op: "runtime" }, runtimeAnswerSchema);
    if (!answer.ok) throw new StudioError("INTERNAL", "The Java runtime was not built.", { detail: answer.message });
    await keepRuntime(name, Buffer.from(answer.jar, "base64"));
    say("info", `Java runtime compiled with Java ${found.version} in ${Math.round(performance.now() - began)} ms.`);
    return inside;
  }

  /** Lays the jar down whole, and removes those of other versions of this program. */
  async function keepRuntime(name: string, jar: Uint8Array): Promise<void> {
    const temporary = join(bundlesDirectory, `${halfWrittenPrefix}${randomId(6)}`);
    await mkdir(temporary, { recursive: true });
    await chmod(temporary, 0o755);
    await writeFile(join(temporary, runtimeJar), jar, { mode: 0o644 });
    const others = (await readdir(bundlesDirectory)).filter((other) => other.startsWith(runtimePrefix));
    await Promise.all(others.map((other) => rm(join(bundlesDirectory, other), { recursive: true, force: true })));
    await rename(temporary, join(bundlesDirectory, name));
  }

  function javaRuntime(): Promise<string> {
    runtime ??= prepareRuntime().catch((error: unknown) => {
      runtime = null;
      compiler = null;
      throw error;
    });
    return runtime;
  }

  /** Asks the compiler; starts it where none runs, and once more where it has died. */
  async function compile(request: object): Promise<ReturnType<typeof compileAnswerSchema.parse>> {
    const runtimeInside = await javaRuntime();
    for (let attempt = 1; ; attempt++) {
      const running = (compiler ??= startCompiler(runtimeInside));
      try {
        return await askCompiler(await running, request, compileAnswerSchema);
      } catch (error) {
        if (compiler === running) compiler = null;
        if (attempt > 1 || toStudioError(error).code !== "SANDBOX_GONE") throw error;
      }
    }
  }

  /** Puts a jar where the sandbox sees it; returns its path there. */
  async function shareLibrary(content: Uint8Array): Promise<string> {
    const directory = join(bundlesDirectory, librariesName);
    // Those of earlier sandboxes go: nobody else needs them.
    await (libraries ??= rm(directory, { recursive: true, force: true }).then(() => mkdir(directory, { mode: 0o755 })));
    const name = `${createHash("sha256").update(content).digest("hex").slice(0, 32)}.jar`;
    if (!(await exists(join(directory, name)))) {
      const temporary = join(directory, randomId(6));
      await writeFile(temporary, content, { mode: 0o644 });
      await rename(temporary, join(directory, name));
    }
    return posix.join(sandbox.bundlesInside, librariesName, name);
  }

  return {
    javaRuntime,
    async build({ sources, resources, libraries: jars, release }) {
      const classPath = [await javaRuntime(), ...(await Promise.all(jars.map(shareLibrary)))];
      const encoded = resources.map(({ name, content }) => ({ name, content: Buffer.from(content).toString("base64") }));
      const answer = await compile({ op: "compile", sources, resources: encoded, classPath, release: release ?? defaultRelease });
      if (!answer.ok) throw new StudioError("CHECK_FAILED", "The sources could not be compiled.", { detail: answer.message });
      return { diagnostics: answer.diagnostics, artifact: answer.jar === undefined ? null : Buffer.from(answer.jar, "base64") };
    },
  };
}
