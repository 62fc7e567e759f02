/** From a storlet object in Swift to a bundle the compute core can run. Owns the digest; reads objects only through the pipeline. */
import { createHash } from "node:crypto";
import type { Bundle, BundleFile } from "../compute/types.ts";
import { StudioError } from "../support/errors.ts";
import { discardBody } from "../support/streams.ts";
import type { HeaderMap, SwiftResponse } from "../swift/types.ts";
import { dependencyContainer, dependencyMode, isAssembled, readRegistration, storletContainer, type Registration } from "./rules.ts";

/** Reads an object of the account with the system's own rights. */
export type ReadObject = (method: "GET" | "HEAD", container: string, object: string) => Promise<SwiftResponse>;

/** Makes the bundle of a storlet object, given the headers of its HEAD. Throws STORLET_LOAD_FAILED where it cannot be had. */
export type BundleSource = (scope: string, storlet: string, headers: HeaderMap, read: ReadObject) => Promise<Bundle>;

const storletMode = 0o600;

function bundleFile(read: ReadObject, container: string, name: string, mode: number, headers: HeaderMap): BundleFile {
  const etag = headers.get("etag") ?? "";
  // Of what is assembled, the ETag is another sum.
  return {
    name,
    mode,
    ...(isAssembled(headers) || !/^[0-9a-f]{32}$/.test(etag) ? {} : { md5: etag }),
    async open() {
      const response = await read("GET", container, name);
      if (response.status !== 200 || response.body === null) {
        discardBody(response.body);
        if (response.status === 200) return Buffer.alloc(0);
        throw new StudioError("STORLET_LOAD_FAILED", `${container}/${name} cannot be read.`, {
          detail: `Swift answered ${response.status}.`,
        });
      }
      return response.body;
    },
  };
}

/** What a storlet object says of itself. Throws STORLET_LOAD_FAILED where it says too little. */
export function readDeployed(storlet: string, headers: HeaderMap): Registration {
  const registration = readRegistration(headers);
  if (registration !== null) return registration;
  throw new StudioError("STORLET_LOAD_FAILED", `${storlet} is not a deployed storlet.`, {
    detail: "Its object has no X-Object-Meta-Storlet-Language or -Main.",
    hint: "Deploy it again.",
  });
}

/**
 * The bundle of a storlet object by its content. Its digest covers the code, the dependencies and everything of the registration
 * that changes how it runs, so any redeploy that matters is another digest, and one that does not is the same. Throws
 * STORLET_LOAD_FAILED where a dependency is missing.
 */
async function resolveBundle(storlet: string, headers: HeaderMap, read: ReadObject): Promise<Bundle> {
  const { language, main, languageVersion, dependencies } = readDeployed(storlet, headers);
  const files: BundleFile[] = [bundleFile(read, storletContainer, storlet, storletMode, headers)];
  const identity: unknown[] = [language, main, languageVersion, storlet, headers.get("etag")];
  for (const name of dependencies) {
    const head = await read("HEAD", dependencyContainer, name);
    if (head.status !== 200) {
      throw new StudioError("STORLET_LOAD_FAILED", `The dependency ${name} of ${storlet} is missing.`, {
        detail: `${dependencyContainer}/${name} answers ${head.status}.`,
        hint: `Upload ${name} into the container ${dependencyContainer}.`,
      });
    }
    const mode = dependencyMode(head.headers);
    files.push(bundleFile(read, dependencyContainer, name, mode, head.headers));
    identity.push([name, head.headers.get("etag"), mode]);
  }
  const digest = createHash("sha256").update(JSON.stringify(identity)).digest("hex");
  return { name: storlet, language, entry: main, digest, files, ...(languageVersion === null ? {} : { languageVersion }) };
}

/** Bundles by content: what is deployed is what runs. */
export const bundlesByContent: BundleSource = (_scope, storlet, headers, read) => resolveBundle(storlet, headers, read);
