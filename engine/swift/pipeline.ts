/** The order of the middleware, which is that of a real Swift proxy. Owns composition; what each step does is its own file. */
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
  readonly domainRemap: Middleware;
  readonly info: Middleware;
  /** The identity API, which a real deployment serves from a place of its own. */
  readonly keystone: Middleware;
  readonly etagQuoter: Middleware;
  readonly listingFormats: Middleware;
  readonly containerSync: Middleware;
  readonly bulk: Middleware;
  readonly tempUrl: Middleware;
  readonly formPost: Middleware;
  readonly auth: Middleware;
  readonly staticWeb: Middleware;
  /** Middleware from outside (storlets): it sees authenticated requests before anything copies, splits or redirects them. */
  readonly afterAuth: readonly Middleware[];
  readonly copy: Middleware;
  readonly containerQuotas: Middleware;
  readonly accountQuotas: Middleware;
  readonly slo: Middleware;
  readonly dlo: Middleware;
  readonly versionedWrites: Middleware;
  readonly objectVersioning: Middleware;
  readonly symlink: Middleware;
  readonly cors: Middleware;
  readonly backend: Handler;
}

/** The whole pipeline. */
export function createPipeline(parts: PipelineParts): Handler {
  const middleware: Middleware[] = [
    parts.transaction,
    parts.gatekeeper,
    parts.healthcheck,
    parts.domainRemap,
    parts.info,
    parts.keystone,
    parts.etagQuoter,
    parts.listingFormats,
    parts.containerSync,
    parts.bulk,
    parts.tempUrl,
    parts.formPost,
    parts.auth,
    parts.staticWeb,
    ...parts.afterAuth,
    parts.copy,
    parts.containerQuotas,
    parts.accountQuotas,
    parts.slo,
    parts.dlo,
    parts.versionedWrites,
    parts.objectVersioning,
    parts.symlink,
    parts.cors,
  ];
  return compose(middleware, parts.backend);
}
