/** Images of this machine's Docker, for the engine and for commands that need none. Part of the composition: connects, decides nothing. */
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CliHost } from "./cli/host.ts";
import { dockerConnectionOf } from "./compute/choose-sandbox.ts";
import { createDockerClient } from "./compute/drivers/docker/client.ts";
import { defaultImageName, scopeImageName } from "./compute/drivers/docker/container.ts";
import { probeDocker } from "./compute/drivers/docker/probe.ts";
import { createAccountImages } from "./compute/images/account-images.ts";
import { buildSandboxImage } from "./compute/images/build.ts";
import type { ImageList, ImageProgress } from "./contract/index.ts";
import { scopeOf } from "./storlets/rules.ts";
import { StudioError } from "./support/errors.ts";

/** Of the surroundings, what finds Docker and what an image is built from. */
interface ImageSurroundings {
  /** DOCKER_HOST. */
  readonly dockerHost: string | undefined;
  readonly resourcesDirectory: string;
}

/** Images of accounts on this machine's Docker. Calls throw DOCKER_UNAVAILABLE where there is none. */
export function accountImages(surroundings: ImageSurroundings): CliHost["images"] {
  const connection = dockerConnectionOf(surroundings.dockerHost);
  if (connection === null) throw new StudioError("DOCKER_UNAVAILABLE", "DOCKER_HOST is not understood.", { hint: "Correct DOCKER_HOST." });
  const images = createAccountImages(createDockerClient(connection), defaultImageName);
  return {
    list: () => images.list(),
    load: (file) => images.load(file),
    assign: async (account, image) => ({ scope: scopeOf(account), image: await images.assign(scopeOf(account), image) }),
  };
}

/** The images that sandboxes of a scope would use. Docker that does not answer is a reason, not an error. */
export async function listImages(surroundings: ImageSurroundings, defaultImage: string, scope: string): Promise<ImageList> {
  const connection = dockerConnectionOf(surroundings.dockerHost);
  const probe = await probeDocker({ connection });
  if (!probe.available || connection === null) return { reason: probe.reason ?? "Docker does not answer.", images: [] };
  const docker = createDockerClient(connection);
  const own = scopeImageName(scope);
  const wanted = [
    { name: defaultImage, use: "every account" },
    ...(own === null ? [] : [{ name: own, use: `account ${scope} alone, where it is there` }]),
  ];
  const found = await Promise.all(wanted.map(({ name }) => docker.findImage(name).catch(() => null)));
  const images = wanted.map(({ name, use }, index) => {
    const image = found[index] ?? null;
    return { name, use, sizeBytes: image?.sizeBytes ?? null, createdAt: image?.createdAt ?? null };
  });
  return { reason: null, images };
}

/** Builds the sandbox image. Throws DOCKER_UNAVAILABLE or IMAGE_BUILD_FAILED while it is read. */
export async function* buildImage(surroundings: ImageSurroundings, signal: AbortSignal, force: boolean): AsyncGenerator<ImageProgress> {
  const connection = dockerConnectionOf(surroundings.dockerHost);
  const probe = await probeDocker({ connection });
  if (!probe.available || connection === null) {
    throw new StudioError("DOCKER_UNAVAILABLE", "The image cannot be built without Docker.", {
      detail: probe.reason ?? "",
      hint: probe.hint ?? "Start Docker.",
    });
  }
  yield* buildSandboxImage({
    docker: createDockerClient(connection),
    signal,
    force,
    recipeDirectory: join(surroundings.resourcesDirectory, "images"),
    temporaryDirectory: tmpdir(),
  });
}
