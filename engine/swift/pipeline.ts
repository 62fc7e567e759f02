/**
 * The order of the middleware. Owns composition; what each step does is its own file. The order is that of a real Swift proxy, with
 * seats for what is not built yet.
 */
import type { Handler, Middleware } from "./types.ts";

/** One handler out of middleware, the outermost first, and what lies at the end. */
export function compose(middleware: readonly Middleware[], end: Handler): Handler {
  return middleware.reduceRight<Handler>((next, step) => (request) => step(request, next), end);
}

/** What fills the seats of the pipeline. */
export interface PipelineParts {
  readonly transaction: Middleware;
  readonly gatekeeper: Middleware;
  readonly healthcheck: Middleware;
  readonly info: Middleware;
  readonly listingFormats: Middleware;
  readonly auth: Middleware;
  /** Middleware from outside (storlets): it sees authenticated requests before anything copies, splits or redirects them. */
  readonly afterAuth: readonly Middleware[];
  readonly copy: Middleware;
  readonly backend: Handler;
}

/** The whole pipeline. A comment marks the seat of each middleware to come. */
export function createPipeline(parts: PipelineParts): Handler {
  const middleware: Middleware[] = [
    parts.transaction,
    parts.gatekeeper,
    parts.healthcheck,
    parts.info,
    // domain-remap, cors, etag-quoter
    parts.listingFormats,
    // bulk, tempurl, formpost
    parts.auth,
    // staticweb, account-quotas, container-quotas
    ...parts.afterAuth,
    parts.copy,
    // slo, dlo, versioned-writes, object-versioning, symlink
  ];
  return compose(middleware, parts.backend);
}
