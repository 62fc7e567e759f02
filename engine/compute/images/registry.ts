/** Builds the sandbox image from a base image that a registry delivers, with the recipe's Dockerfile. Owns the patience for registries. */
import { StudioError } from "../../support/errors.ts";
import type { DockerClient } from "../drivers/docker/client.ts";
import type { ImageLine } from "../drivers/docker/json-lines.ts";
import type { BuildLine } from "./debootstrap.ts";

/** The base in the recipe's Dockerfile. */
export const baseImageName = "debian:bookworm-slim";

/** Files of the recipe that the build needs. */
const contextFiles = ["Dockerfile", "packages.txt", "finish.sh"];

/** Lines before a failure that its error quotes. */
const quotedLines = 6;

interface RegistryOptions {
  readonly docker: DockerClient;
  readonly imageName: string;
  readonly recipeDirectory: string;
  readonly signal: AbortSignal;
  /** Milliseconds until the registry's first word; 8,000 where absent. */
  readonly answerMs?: number;
  /** Milliseconds between two lines of a pull or build; 120,000 where absent. */
  readonly silenceMs?: number;
}

/** Reads lines until the end; aborts where none comes for too long. Throws IMAGE_BUILD_FAILED with the line that tells of an error. */
async function* readPatiently(
  open: (signal: AbortSignal) => AsyncIterable<ImageLine>,
  patience: { signal: AbortSignal; firstMs: number; nextMs: number; what: string },
): AsyncGenerator<string> {
  const silence = new AbortController();
  const tooLong = (): void => silence.abort();
  let timer = setTimeout(tooLong, patience.firstMs);
  const last: string[] = [];
  try {
    for await (const line of open(AbortSignal.any([patience.signal, silence.signal]))) {
      clearTimeout(timer);
      if (line.isError)
        throw new StudioError("IMAGE_BUILD_FAILED", `${patience.what} failed.`, { detail: [...last, line.text].join("\n") });
      last.push(line.text);
      if (last.length > quotedLines) last.shift();
      yield line.text;
      timer = setTimeout(tooLong, patience.nextMs);
    }
  } catch (thrown) {
    if (patience.signal.aborted) throw new StudioError("CANCELLED", "The image build was cancelled.", { cause: thrown });
    if (silence.signal.aborted) {
      throw new StudioError("IMAGE_BUILD_FAILED", `${patience.what} failed.`, { detail: "No answer in time.", cause: thrown });
    }
    if (thrown instanceof StudioError) throw thrown;
    throw new StudioError("IMAGE_BUILD_FAILED", `${patience.what} failed.`, { detail: (thrown as Error).message, cause: thrown });
  } finally {
    clearTimeout(timer);
  }
}

/** Pulls the base where it is not there, and builds. Throws CANCELLED or IMAGE_BUILD_FAILED. */
export async function* buildFromRegistry(options: RegistryOptions): AsyncGenerator<BuildLine> {
  const { docker, imageName, recipeDirectory, signal, answerMs = 8_000, silenceMs = 120_000 } = options;
  if ((await docker.findImage(baseImageName, signal)) === null) {
    const step = `Pulling ${baseImageName}`;
    yield { step, detail: "" };
    const patience = { signal, firstMs: answerMs, nextMs: silenceMs, what: `Pulling ${baseImageName}` };
    for await (const detail of readPatiently((ending) => docker.pullImage(baseImageName, ending), patience)) yield { step, detail };
  }
  const step = `Installing packages on ${baseImageName}`;
  yield { step, detail: "" };
  const patience = { signal, firstMs: silenceMs, nextMs: silenceMs, what: "The build" };
  const build = (ending: AbortSignal): AsyncIterable<ImageLine> => docker.buildImage(recipeDirectory, contextFiles, imageName, ending);
  for await (const detail of readPatiently(build, patience)) yield { step, detail };
}
