/** The end of the pipeline: finds the handler for a path and a method. Owns the dispatch and 405. */
import { answerMethodNotAllowed, answerPathProblem } from "../protocol/errors.ts";
import { parsePath } from "../protocol/paths.ts";
import { isReservedName, reservedNamesHeader } from "../protocol/reserved-names.ts";
import type { Handler, SwiftPath } from "../types.ts";
import { createAccountResource } from "./account.ts";
import { answerOptions, type BackendOptions, type Resource } from "./common.ts";
import { createContainerResource } from "./container.ts";
import { createObjectResource } from "./object.ts";

const namesReserved = ({ container, object }: SwiftPath): boolean =>
  (container !== null && isReservedName(container)) || (object !== null && isReservedName(object));

/** The handler that reads and writes the store. */
export function createBackend(options: BackendOptions): Handler {
  const account = createAccountResource(options);
  const container = createContainerResource(options);
  const object = createObjectResource(options);

  function resourceOf(path: SwiftPath): Resource {
    if (path.object !== null) return object;
    return path.container === null ? account : container;
  }

  return async (request) => {
    const { path } = request;
    if (path === null) {
      const parsed = parsePath(request.rawPath);
      return answerPathProblem("problem" in parsed ? parsed.problem : "not-found");
    }
    // Only middleware names what is the system's own, and says so.
    if (namesReserved(path) && !request.headers.has(reservedNamesHeader)) return answerPathProblem("invalid-utf8");
    const resource = resourceOf(path);
    const handler = resource.get(request.method);
    if (handler !== undefined) return handler(request, path);
    // COPY has been handled on the way here; it is named where it works.
    const allowed = [...resource.keys(), ...(path.object === null ? [] : ["COPY"]), "OPTIONS"];
    return request.method === "OPTIONS" ? answerOptions(allowed) : answerMethodNotAllowed(allowed);
  };
}
