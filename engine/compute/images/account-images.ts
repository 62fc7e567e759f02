/** Images of accounts: an account's own image is one that has the name of its scope. Lists, loads and names them; runs nothing. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { StudioError } from "../../support/errors.ts";
import type { DockerClient } from "../drivers/docker/client.ts";
import { scopeImageName } from "../drivers/docker/container.ts";

export interface AccountImages {
  list(): Promise<{ name: string; sizeBytes: number; isDefault: boolean }[]>;
  /** Loads a tar as `docker save` writes it; yields what Docker says. */
  load(file: string): AsyncIterable<string>;
  /** Gives an image the name of a scope; returns that name. Throws IMAGE_MISSING, or BAD_INPUT where the scope is no image name. */
  assign(scope: string, image: string): Promise<string>;
}

export function createAccountImages(docker: DockerClient, defaultImage: string): AccountImages {
  return {
    async list() {
      const images = await docker.listImages();
      return images
        .map(({ name, sizeBytes }) => ({ name, sizeBytes, isDefault: name === defaultImage || name === `${defaultImage}:latest` }))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    },
    async *load(file) {
      const facts = await stat(file).catch(() => null);
      if (facts === null || !facts.isFile()) throw new StudioError("NOT_FOUND", `${file} is not a file.`);
      for await (const { text, isError } of docker.loadImage(createReadStream(file))) {
        if (isError) throw new StudioError("IMAGE_BUILD_FAILED", `${file} was not loaded.`, { detail: text });
        yield text;
      }
    },
    async assign(scope, image) {
      const name = scopeImageName(scope);
      if (name === null) {
        throw new StudioError("BAD_INPUT", `The account's scope ${scope} cannot be the name of an image.`, {
          hint: "Docker takes lower-case letters and digits, with single dots, dashes and underscores between them.",
        });
      }
      if ((await docker.findImage(image)) === null) {
        throw new StudioError("IMAGE_MISSING", `There is no image ${image}.`, { hint: "See `studio image list`." });
      }
      await docker.tagImage(image, name);
      return name;
    },
  };
}
