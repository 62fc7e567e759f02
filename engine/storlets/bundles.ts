/** From a storlet object in Swift to a bundle the compute core can run. Owns the digest; reads objects only through the pipeline. */
import { createHash } from "node:crypto";
import type { Bundle, BundleFile } from "../compute/types.ts";
import { StudioError } from "../support/errors.ts";
import { discardBody } from "../support/streams.ts";
import type { HeaderMap, SwiftResponse } from "../swift/types.ts";
import { dependencyContainer, dependencyMode, readRegistration, storletContainer } from "./rules.ts";

/** Reads an object of the account with the system's own rights. */
export type ReadObject = (method: "GET" | "HEAD", container: string, object: string) => Promise<SwiftResponse>;

const storletMode = 0o600;

function bundleFile(read: ReadObject, container: string, name: string, mode: number): BundleFile {
  return {
    name,
    mode,
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

/**
 * The bundle of a storlet object, given the headers of its HEAD. Its digest covers the code, the dependencies and everything of
 * the registration that changes how it runs, so any redeploy that matters is another digest, and one that does not is the same.
 * With `bySize`, as on the real system: code of the same size is the same, and dependencies never change. Throws STORLET_LOAD_FAILED
 * where a dependency is missing.
 */
export async function resolveBundle(storlet: string, headers: HeaderMap, read: ReadObject, bySize = false): Promise<Bundle> {
  const registration = readRegistration(headers);
  if (registration === null) {
    throw new StudioError("STORLET_LOAD_FAILED", `${storlet} is not a deployed storlet.`, {
      detail: "Its object has no X-Object-Meta-Storlet-Language or -Main.",
      hint: "Deploy it again.",
    });
  }
  const { language, main, languageVersion, dependencies } = registration;
  const files: BundleFile[] = [bundleFile(read, storletContainer, storlet, storletMode)];
  const identity: unknown[] = [language, main, languageVersion, storlet, headers.get(bySize ? "content-length" : "etag")];
  for (const name of dependencies) {
    const head = await read("HEAD", dependencyContainer, name);
    if (head.status !== 200) {
      throw new StudioError("STORLET_LOAD_FAILED", `The dependency ${name} of ${storlet} is missing.`, {
        detail: `${dependencyContainer}/${name} answers ${head.status}.`,
        hint: `Upload ${name} into the container ${dependencyContainer}.`,
      });
    }
    const mode = dependencyMode(head.headers);
    files.push(bundleFile(read, dependencyContainer, name, mode));
    identity.push(bySize ? name : [name, head.headers.get("etag"), mode]);
  }
  const digest = createHash("sha256").update(JSON.stringify(identity)).digest("hex");
  return { name: storlet, language, entry: main, digest, files, ...(languageVersion === null ? {} : { languageVersion }) };
}
