/** Builds the sandbox image without a registry: debootstrap into a temporary directory, then an import into Docker. Needs root on Debian or Ubuntu. */
import { copyFile, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { StudioError } from "../../support/errors.ts";
import type { DockerClient } from "../drivers/docker/client.ts";
import { chooseBootstrapSource, parseAptSources, parseOsRelease, type AptSource, type BootstrapSource } from "./apt-sources.ts";
import { findSystemProgram, pipeCommand, readCommand, runCommand, systemEnvironment } from "./run-command.ts";

/** A step and a line of it. */
export interface BuildLine {
  readonly step: string;
  readonly detail: string;
}

export interface BootstrapOptions {
  readonly docker: DockerClient;
  readonly imageName: string;
  /** Host directory with `packages.txt` and `finish.sh`. */
  readonly recipeDirectory: string;
  /** Needs 1.5 GB. A file system mounted `nodev` or `noexec` does not serve. */
  readonly temporaryDirectory: string;
  readonly signal: AbortSignal;
}

const neededPrograms = ["debootstrap", "tar", "unshare", "chroot", "mount"];

/** Dockerfile lines for an image without a Dockerfile. */
const imageChanges = ["ENV LANG=C.UTF-8", "LABEL storlet_studio_image=1"];

/** Contents that belong to the running system, not to the image. */
const leftOut = ["./dev/*", "./proc/*", "./sys/*", "./run/*"];

/** The packages of a recipe: one a line, `#` begins a comment. Pure. */
export function parsePackages(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim())
    .filter((line) => line !== "");
}

/** The mount points at or below a directory, deepest first, from the text of `/proc/self/mounts`. Pure. */
export function mountsBelow(mounts: string, directory: string): string[] {
  return mounts
    .split("\n")
    .map((line) => (line.split(" ")[1] ?? "").replaceAll(/\\(\d{3})/g, (_match, octal: string) => String.fromCharCode(parseInt(octal, 8))))
    .filter((path) => path === directory || path.startsWith(`${directory}/`))
    .sort((one, other) => other.length - one.length);
}

async function readHostSources(): Promise<BootstrapSource | null> {
  const osRelease = await readFile("/etc/os-release", "utf8").catch(() => "");
  const directory = "/etc/apt/sources.list.d";
  const names = await readdir(directory).catch(() => []);
  const files = ["/etc/apt/sources.list", ...names.filter((name) => /\.(list|sources)$/.test(name)).map((name) => join(directory, name))];
  const sources: AptSource[] = [];
  for (const file of files) sources.push(...parseAptSources(file, await readFile(file, "utf8").catch(() => "")));
  return chooseBootstrapSource(parseOsRelease(osRelease), sources);
}

/** Null where this machine can do it, else one sentence why not. */
export async function whyNoBootstrap(): Promise<string | null> {
  if (process.platform !== "linux") return "debootstrap runs on Linux only.";
  const source = await readHostSources();
  if (source === null) return "This machine is neither Debian nor Ubuntu, so debootstrap does not serve.";
  if (process.getuid?.() !== 0) return "debootstrap needs root, and this engine runs as a user.";
  const missing = neededPrograms.filter((name) => findSystemProgram(name) === null);
  return missing.length === 0 ? null : `Not installed: ${missing.join(", ")}.`;
}

/** The host's proxy for packages, where apt has one. */
async function readProxy(signal: AbortSignal): Promise<Record<string, string>> {
  const text = await readCommand("apt-config", ["shell", "PROXY", "Acquire::http::Proxy"], { signal, environment: systemEnvironment({}) });
  const proxy = /^PROXY='(.*)'$/m.exec(text ?? "")?.[1];
  return proxy === undefined || proxy === "" || proxy === "DIRECT" ? {} : { http_proxy: proxy };
}

/** Removes the directory. Refuses where something is still mounted below it: that would be removed too. */
async function removeRoot(directory: string): Promise<void> {
  const never = new AbortController().signal;
  const mounted = async (): Promise<string[]> => mountsBelow(await readFile("/proc/self/mounts", "utf8"), directory);
  for (const path of await mounted()) await readCommand("umount", ["-l", path], { signal: never, environment: systemEnvironment({}) });
  const left = await mounted();
  if (left.length > 0) {
    throw new StudioError("IMAGE_BUILD_FAILED", `${directory} could not be removed.`, {
      detail: `Still mounted: ${left.join(", ")}.`,
      hint: `Run umount on it, then remove ${directory}.`,
    });
  }
  await rm(directory, { recursive: true, force: true, maxRetries: 3 });
}

/** A private mount and process space: whatever is started and mounted in it ends with the program, even one that is killed. */
const inOwnSpace = ["--mount", "--pid", "--fork", "--kill-child", "--"];

async function* installPackages(root: string, options: BootstrapOptions, environment: Record<string, string>): AsyncGenerator<BuildLine> {
  const { signal, recipeDirectory } = options;
  const source = await readHostSources();
  if (source === null) throw new StudioError("IMAGE_BUILD_FAILED", "This machine is neither Debian nor Ubuntu.");
  const packages = parsePackages(await readFile(join(recipeDirectory, "packages.txt"), "utf8"));
  const args = ["debootstrap", "--variant=minbase", `--components=${source.components.join(",")}`, `--include=${packages.join(",")}`];
  if (source.keyring !== null) args.push(`--keyring=${source.keyring}`);
  args.push(source.suite, root, ...(source.mirror === null ? [] : [source.mirror]));
  const step = `Installing ${source.suite} with ${packages.length} packages and what they need`;
  yield { step, detail: args.join(" ") };
  for await (const detail of runCommand("unshare", [...inOwnSpace, ...args], { signal, environment })) yield { step, detail };
}

async function* finishRoot(root: string, options: BootstrapOptions, environment: Record<string, string>): AsyncGenerator<BuildLine> {
  const step = "Preparing Java and removing what no storlet reads";
  yield { step, detail: "" };
  await copyFile(join(options.recipeDirectory, "finish.sh"), join(root, "finish.sh"));
  const script = 'mount -t proc proc "$1/proc" && exec chroot "$1" /bin/sh /finish.sh';
  const args = [...inOwnSpace, "sh", "-c", script, "sh", root];
  for await (const detail of runCommand("unshare", args, { signal: options.signal, environment })) yield { step, detail };
  await rm(join(root, "finish.sh"));
}

async function* importRoot(root: string, options: BootstrapOptions): AsyncGenerator<BuildLine> {
  const { docker, imageName, signal } = options;
  const step = "Importing into Docker";
  yield { step, detail: imageName };
  const args = ["-C", root, "--numeric-owner", ...leftOut.map((pattern) => `--exclude=${pattern}`), "-c", "."];
  const tar = pipeCommand("tar", args, { signal, environment: systemEnvironment({}) });
  for await (const line of docker.importImage(tar.stdout, imageName, imageChanges, signal)) {
    if (line.isError) throw new StudioError("IMAGE_BUILD_FAILED", "Docker did not take the image.", { detail: line.text });
    yield { step, detail: line.text };
  }
  await tar.finished;
}

/** Builds and imports. The temporary directory is gone afterwards, however it ended; throws CANCELLED or IMAGE_BUILD_FAILED. */
export async function* bootstrapImage(options: BootstrapOptions): AsyncGenerator<BuildLine> {
  const directory = await mkdtemp(join(options.temporaryDirectory, "storlet-studio-image-"));
  const root = join(directory, "root");
  try {
    const environment = systemEnvironment(await readProxy(options.signal));
    yield* installPackages(root, options, environment);
    yield* finishRoot(root, options, environment);
    yield* importRoot(root, options);
  } finally {
    await removeRoot(directory);
  }
}
