/** Makes the sandbox image by the first way that works here, and tells its progress. Owns the order of the ways and the words of failure. */
import type { ImageProgress } from "../../contract/index.ts";
import { StudioError, toStudioError } from "../../support/errors.ts";
import type { DockerClient, ImageFacts } from "../drivers/docker/client.ts";
import { defaultImageName } from "../drivers/docker/container.ts";
import { bootstrapImage, whyNoBootstrap, type BuildLine } from "./debootstrap.ts";
import { buildFromRegistry } from "./registry.ts";

export type ImageMethod = "registry" | "debootstrap";

export interface ImageBuildOptions {
  readonly docker: DockerClient;
  /** Aborting cancels the build; nothing temporary stays. */
  readonly signal: AbortSignal;
  /** `auto` where absent: a registry first, then debootstrap. */
  readonly method?: ImageMethod | "auto";
  /** Builds although the image is there. */
  readonly force?: boolean;
  /** `storlet_engine_image` where absent. */
  readonly imageName?: string;
  /** Host directory of `resources/images`. */
  readonly recipeDirectory: string;
  /** Host directory for what is made on the way: 1.5 GB. */
  readonly temporaryDirectory: string;
}

const describeImage = (image: ImageFacts): string => `${image.name}, ${Math.round(image.sizeBytes / 1e6)} MB`;

/** The ways in the order they are tried. */
export function chooseMethods(method: ImageMethod | "auto"): ImageMethod[] {
  return method === "auto" ? ["registry", "debootstrap"] : [method];
}

/** The hint of a build that failed every way. */
export function manualWay(imageName: string, recipeDirectory: string): string {
  return [
    `On a machine with a registry: docker build -t ${imageName} ${recipeDirectory}`,
    `then docker save ${imageName} | gzip > sandbox.tar.gz, and here: docker load -i sandbox.tar.gz.`,
    "Or install debootstrap and run studio image build as root.",
  ].join(" ");
}

async function* build(method: ImageMethod, options: ImageBuildOptions, imageName: string): AsyncGenerator<BuildLine> {
  const { docker, signal, recipeDirectory, temporaryDirectory } = options;
  if (method === "registry") {
    yield* buildFromRegistry({ docker, imageName, recipeDirectory, signal });
    return;
  }
  const reason = await whyNoBootstrap();
  if (reason !== null) throw new StudioError("IMAGE_BUILD_FAILED", "debootstrap does not serve here.", { detail: reason });
  yield* bootstrapImage({ docker, imageName, recipeDirectory, temporaryDirectory, signal });
}

/**
 * Builds the image and yields its progress; the last step has `done`. Says so and ends where the image is there already. Throws
 * DOCKER_UNAVAILABLE, CANCELLED, or IMAGE_BUILD_FAILED with the manual way in its hint. Leaving the iteration early cancels.
 */
export async function* buildSandboxImage(options: ImageBuildOptions): AsyncGenerator<ImageProgress> {
  const { docker, signal, method = "auto", force = false, imageName = defaultImageName, recipeDirectory } = options;
  const startedMs = performance.now();
  const left = new AbortController();
  const ending = AbortSignal.any([signal, left.signal]);
  const throwIfCancelled = (): void => {
    if (signal.aborted) throw new StudioError("CANCELLED", "The image build was cancelled.");
  };
  throwIfCancelled();
  yield { step: `Looking for ${imageName}`, detail: docker.address, done: false };
  const existing = await docker.findImage(imageName, ending);
  if (existing !== null && !force) {
    yield { step: "Already there", detail: describeImage(existing), done: true };
    return;
  }

  const reasons: string[] = [];
  try {
    for (const way of chooseMethods(method)) {
      try {
        for await (const line of build(way, { ...options, signal: ending }, imageName)) yield { ...line, done: false };
        const image = await docker.findImage(imageName, ending);
        if (image === null) throw new StudioError("IMAGE_BUILD_FAILED", "Docker does not have the image after the build.");
        if (existing !== null && existing.id !== image.id) await docker.removeUnusedImage(existing.id);
        const seconds = Math.round((performance.now() - startedMs) / 1000);
        yield { step: "Ready", detail: `${describeImage(image)}, built in ${seconds} s`, done: true };
        return;
      } catch (thrown) {
        throwIfCancelled();
        const error = toStudioError(thrown);
        if (error.code === "DOCKER_UNAVAILABLE" || error.code === "DISK_FULL") throw error;
        reasons.push(`${way}: ${error.detail ?? error.message}`);
        yield { step: `Not from ${way === "registry" ? "a registry" : "debootstrap"}`, detail: error.detail ?? error.message, done: false };
      }
    }
  } finally {
    left.abort();
  }
  throw new StudioError("IMAGE_BUILD_FAILED", `${imageName} could not be built.`, {
    detail: reasons.join("\n"),
    hint: manualWay(imageName, recipeDirectory),
  });
}
