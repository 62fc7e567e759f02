/** Puts storlets into an account and makes them live, as any Swift client would, only with the daemon started at once. */
import { failureOf } from "../compute/failure.ts";
import type { Compute } from "../compute/types.ts";
import type { Diagnostic, Language } from "../contract/index.ts";
import { StudioError } from "../support/errors.ts";
import { discardBody, readBody } from "../support/streams.ts";
import type { AccountClient } from "../swift/account-client.ts";
import type { BundleSource } from "./bundles.ts";
import { dependencyContainer, logContainer, scopeOf, storletContainer } from "./rules.ts";

export interface Deployment {
  /** Object name in the storlet container. */
  objectName: string;
  language: Language;
  main: string;
  languageVersion: string | null;
  source: Uint8Array;
  /** Names the state of the sources that `source` was built from; null where it is the source itself. */
  sourceDigest?: string | null;
  dependencies: { name: string; content: Uint8Array }[];
}

export interface Deployer {
  /** Enables the account for storlets and makes its three containers. */
  prepareAccount(): Promise<void>;
  /** The same, or takes the flag back. Throws NOT_FOUND where there is no such account. */
  enableAccount(enabled: boolean): Promise<void>;
  /** Uploads dependencies, then the storlet. Throws DEPLOY_REFUSED with Swift's words. */
  deploy(deployment: Deployment): Promise<void>;
  /** Starts the daemon of what is deployed, so that the next invocation is warm and a load failure shows now. */
  load(objectName: string): Promise<void>;
  /** MD5, main class and digest of the sources of what is deployed under a name; null where nothing is. */
  deployed(objectName: string): Promise<{ etag: string; main: string; sourceDigest: string | null } | null>;
}

/** Where a built storlet keeps what it was built from; the real system passes such metadata by. */
const sourceDigestHeader = "x-object-meta-source-digest";

/** Headers of a storlet upload, as the real deploy tool sends them. */
function registrationHeaders(deployment: Deployment): Record<string, string> {
  const { language, main, languageVersion, dependencies } = deployment;
  return {
    "content-type": "application/octet-stream",
    "x-object-meta-storlet-language": language === "python" ? "Python" : "Java",
    "x-object-meta-storlet-interface-version": "1.0",
    "x-object-meta-storlet-object-metadata": "no",
    "x-object-meta-storlet-main": main,
    ...(dependencies.length === 0 ? {} : { "x-object-meta-storlet-dependency": dependencies.map(({ name }) => name).join(",") }),
    ...(languageVersion === null ? {} : { "x-object-meta-storlet-language-version": languageVersion }),
    ...(deployment.sourceDigest == null ? {} : { [sourceDigestHeader]: deployment.sourceDigest }),
  };
}

/** Where in the storlet's own file its loading failed, by the traceback of what `load` threw; null where that is elsewhere. */
export function placeOfFailure(error: unknown, path: string): Omit<Diagnostic, "path"> | null {
  const exception = failureOf(error)?.outcome.exception;
  const frame = exception?.frames.findLast((each) => each.file.split("/").at(-1) === path.split("/").at(-1));
  if (exception == null || frame === undefined) return null;
  return { line: frame.line, column: 1, severity: "error", message: `${exception.type}: ${exception.message}` };
}

export function createDeployer(options: { client: AccountClient; compute: Compute; bundleOf: BundleSource }): Deployer {
  const { client, compute, bundleOf } = options;
  const scope = scopeOf(client.account);

  async function put(container: string, object: string, body: Uint8Array, headers: Record<string, string>): Promise<void> {
    const response = await client.send({ method: "PUT", container, object, headers, body });
    const reply = (await readBody(response.body, 64 * 1024)).toString("utf8");
    if (response.status === 201) return;
    throw new StudioError("DEPLOY_REFUSED", `${object} was not deployed.`, {
      detail: `Swift answered ${response.status}: ${reply}`,
      hint: "Correct storlet.yaml or the file name, then save again.",
    });
  }

  async function enableAccount(enabled: boolean): Promise<void> {
    const posted = await client.send({ method: "POST", headers: { "x-account-meta-storlet-enabled": enabled ? "True" : "False" } });
    discardBody(posted.body);
    if (posted.status > 299)
      throw new StudioError("NOT_FOUND", `${client.account} cannot be changed.`, { detail: `Swift answered ${posted.status}.` });
    if (!enabled) return;
    for (const container of [storletContainer, dependencyContainer, logContainer]) {
      const made = await client.send({ method: "PUT", container });
      discardBody(made.body);
      if (made.status > 299)
        throw new StudioError("INTERNAL", `The container ${container} was not made.`, { detail: `Swift answered ${made.status}.` });
    }
  }

  return {
    prepareAccount: () => enableAccount(true),
    enableAccount,
    async deploy(deployment) {
      for (const { name, content } of deployment.dependencies) {
        await put(dependencyContainer, name, content, {
          "content-type": "application/octet-stream",
          "x-object-meta-storlet-dependency-version": "1",
          "x-object-meta-storlet-dependency-permissions": "0755",
        });
      }
      await put(storletContainer, deployment.objectName, deployment.source, registrationHeaders(deployment));
    },
    async load(objectName) {
      const head = await client.send({ method: "HEAD", container: storletContainer, object: objectName });
      discardBody(head.body);
      if (head.status !== 200) throw new StudioError("NOT_FOUND", `${objectName} is not deployed.`);
      const bundle = await bundleOf(scope, objectName, head.headers, (method, container, object) =>
        client.send({ method, container, object }),
      );
      await compute.ensureDaemon(scope, bundle);
    },
    async deployed(objectName) {
      const head = await client.send({ method: "HEAD", container: storletContainer, object: objectName });
      discardBody(head.body);
      if (head.status !== 200) return null;
      return {
        etag: head.headers.get("etag") ?? "",
        main: head.headers.get("x-object-meta-storlet-main") ?? "",
        sourceDigest: head.headers.get(sourceDigestHeader) ?? null,
      };
    },
  };
}
