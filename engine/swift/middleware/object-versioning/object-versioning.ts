/**
 * Object versioning, the newer kind: every write of a container's objects is kept as a version of its own. Owns which request goes
 * where; accounts, containers, objects and single versions have a file each beside it.
 */
import type { Store } from "../../../store/types.ts";
import type { Handler, Middleware, SwiftPath, SwiftRequest, SwiftResponse } from "../../types.ts";
import { listContainers } from "./accounts.ts";
import { deleteContainer, readContainer, showEnabled, switchVersions } from "./containers.ts";
import { enabledHeader, readVersioning } from "./names.ts";
import { deleteObject, postObject, putObject, readObject, type Versioned } from "./objects.ts";
import { answerVersion } from "./versions.ts";

type VersioningStore = Pick<Store, "findContainer" | "nextTicks">;

export function createObjectVersioning(store: VersioningStore): Middleware {
  async function answerContainer(request: SwiftRequest, path: SwiftPath, next: Handler): Promise<SwiftResponse> {
    const { method } = request;
    const sets = (method === "PUT" || method === "POST") && request.headers.has(enabledHeader);
    if (sets) return switchVersions(request, path, next, store.findContainer(path.account, path.container!));
    if (method === "DELETE") return deleteContainer(request, path, next, store);
    return readContainer(request, path, next, store);
  }

  function answerObject(request: SwiftRequest, path: SwiftPath, next: Handler): Promise<SwiftResponse> {
    const container = store.findContainer(path.account, path.container!);
    const versioning = container === null ? null : readVersioning(container.metadata);
    const versioned: Versioned | null =
      container === null || versioning === null
        ? null
        : { request, path, versioning, next, nextTicks: store.nextTicks, metadata: container.metadata };
    const hasId = (request.query.get("version-id") ?? "") !== "";
    if (hasId) return answerVersion(versioned, request, next, (name) => store.findContainer(path.account, name) !== null);
    if (versioned === null) return next(request);
    switch (request.method) {
      case "PUT":
        return versioned.versioning.enabled ? putObject(versioned) : next(request);
      case "DELETE":
        return versioned.versioning.enabled ? deleteObject(versioned) : next(request);
      case "POST":
        return postObject(versioned);
      default:
        return readObject(versioned);
    }
  }

  return async (request, next) => {
    const { path } = request;
    if (path === null) return next(request);
    if (path.container === null) return request.method === "GET" ? listContainers(request, path, next) : next(request);
    if (path.object !== null) return answerObject(request, path, next);
    const response = await answerContainer(request, path, next);
    showEnabled(response.headers);
    return response;
  };
}
