/** The doctor: looks at everything at once, each look with a deadline of its own, and reports. Changes nothing, blocks nobody. */
import type { DoctorReport } from "../contract/index.ts";
import type { Clock } from "../support/clock.ts";
import type { DockerFinding, ImageFinding } from "./findings.ts";
import { probeBubblewrap, probeDisk, probePort, probeProgram } from "./probes.ts";
import { describeFindings, summarize } from "./words.ts";

export interface DoctorOptions {
  readonly clock: Clock;
  readonly platform: NodeJS.Platform;
  /** Such as `v24.21.0`. */
  readonly nodeVersion: string;
  /** The user's PATH. */
  readonly searchPath: string;
  readonly dataDirectory: string;
  /** `ours`: the engine that asks listens there. Port 0 stands for any. */
  readonly ports: readonly { readonly use: string; readonly port: number; readonly ours: boolean }[];
  /** Asks Docker whether it can run sandboxes. Never rejects. */
  probeDocker(deadlineMs: number): Promise<DockerFinding>;
  /** Looks the sandbox image up. Asked only where Docker is available. */
  findImage(signal: AbortSignal): Promise<ImageFinding>;
  /** Begins commands that a user may copy; `npm run studio --` where absent. */
  readonly studioCommand?: string;
}

/** Milliseconds for each look. All run at once, so this is the longest a report takes. */
const checkDeadlineMs = 1_500;

/** A look that ends: null where it takes too long or fails. The signal tells it to clean up. */
async function look<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T | null> {
  const ending = new AbortController();
  const late = Promise.withResolvers<null>();
  const timer = setTimeout(() => late.resolve(null), checkDeadlineMs);
  try {
    return await Promise.race([work(ending.signal), late.promise]);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
    ending.abort();
  }
}

/** Runs every check in parallel. Never rejects; takes 1.5 s at most. */
export async function runDoctor(options: DoctorOptions): Promise<DoctorReport> {
  const { clock, platform, searchPath, dataDirectory, studioCommand = "npm run studio --" } = options;
  const startedMs = clock.elapsedMs();
  const docker = look(() => options.probeDocker(checkDeadlineMs - 100));
  // One deadline for both: the image is looked up in what is left of it.
  const image = look(async (signal) => ((await docker)?.available === true ? options.findImage(signal) : null));
  const program = (names: string[], args: string[], pattern: RegExp): ReturnType<typeof look<Awaited<ReturnType<typeof probeProgram>>>> =>
    look((signal) => probeProgram({ names, args, pattern }, searchPath, platform, signal));
  const [dockerFound, imageFound, bubblewrap, python, java, ports, disk] = await Promise.all([
    docker,
    image,
    look((signal) => probeBubblewrap(searchPath, platform, signal)),
    program(platform === "win32" ? ["python", "python3"] : ["python3", "python"], ["--version"], /Python (\d+(?:\.\d+)+)/),
    program(["javac"], ["-version"], /javac (\d+(?:[._]\d+)*)/),
    look(() => Promise.all(options.ports.map(probePort))),
    look(() => probeDisk(dataDirectory)),
  ]);
  const findings = {
    platform,
    nodeVersion: options.nodeVersion,
    docker: dockerFound,
    image: imageFound,
    bubblewrap,
    python,
    java,
    ports,
    disk,
  };
  const items = describeFindings(findings, studioCommand);
  return { items, tookMs: Math.round(clock.elapsedMs() - startedMs), summary: summarize(items) };
}
