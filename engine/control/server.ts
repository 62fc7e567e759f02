/**
 * The control server: one loopback port with the screen, the control API under `/trpc`, and Swift for the screen under `/swift`.
 * Owns sockets and the guard at the door; what is behind is the router's and Swift's.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { createHTTPHandler } from "@trpc/server/adapters/standalone";
import type { Problem } from "../contract/index.ts";
import { decodePercent } from "../contract/recipe-request.ts";
import { StudioError } from "../support/errors.ts";
import { cookieName, hasToken, refuseForeign, type GuardRequest } from "./guard.ts";
import type { AppRouter } from "./router.ts";
import { pageHeaders, serveStaticFile } from "./static-files.ts";

interface ControlServerOptions {
  router: AppRouter;
  token: string;
  /** Folder of the built screen. */
  rendererDirectory: string;
  /** The one account that `/swift` gives its owner's rights in. */
  account: string;
  /** Answers a request as Swift would answer the owner of the account. `target` is the request target without `/swift`. */
  answerSwift(request: IncomingMessage, response: ServerResponse, target: string): void;
  onBug(error: unknown): void;
}

export interface ControlServer extends AsyncDisposable {
  readonly port: number;
  /** Address that opens the screen, token included. */
  readonly url: string;
}

function guardRequestOf(request: IncomingMessage, url: URL): GuardRequest {
  const single = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);
  const { host, origin, authorization, cookie } = request.headers;
  const fetchSite = single(request.headers["sec-fetch-site"]);
  return { method: request.method ?? "GET", host, origin, fetchSite, authorization, cookie, queryToken: url.searchParams.get("token") };
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { ...pageHeaders, "content-type": "text/plain; charset=utf-8", connection: "close" }).end(`${text}\n`);
}

/** A refusal at the door in the form that clients of the API read. */
function refuseApiCall(response: ServerResponse, status: 401 | 403, message: string): void {
  const problem: Problem = { code: status === 401 ? "UNAUTHORIZED" : "FORBIDDEN", message };
  const error = { message, code: status === 401 ? -32001 : -32003, data: { code: problem.code, httpStatus: status, problem } };
  response.writeHead(status, { ...pageHeaders, "content-type": "application/json", connection: "close" }).end(JSON.stringify({ error }));
}

/** How long the end waits for answers that are still owed. */
const lastAnswersMs = 500;

const noToken = "This needs the session token of the running engine. Open the address that the engine printed when it started.";

/** Listens on 127.0.0.1. Throws PORT_IN_USE where the port is taken. */
export async function createControlServer(options: ControlServerOptions & { port: number }): Promise<ControlServer> {
  const { router, token, rendererDirectory, account, answerSwift, onBug } = options;
  const answerApi = createHTTPHandler({
    router,
    basePath: "/trpc/",
    onError: ({ error }) => error.code === "INTERNAL_SERVER_ERROR" && onBug(error.cause ?? error),
  });
  let port = 0;
  /** Answers to calls that changed something. Streams are not among them: they would not end. */
  const owed = new Set<Promise<void>>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = request.url ?? "/";
    const url = new URL(target, "http://127.0.0.1");
    const guarded = guardRequestOf(request, url);
    const foreign = refuseForeign(guarded, port);
    // A link from elsewhere may open the page: it holds nothing, and its own calls are same-origin.
    const isPageOpening = url.pathname === "/" && guarded.method === "GET" && request.headers["sec-fetch-mode"] === "navigate";
    const isApi = url.pathname.startsWith("/trpc/");
    const isSwift = url.pathname.startsWith("/swift/");
    const turnAway = (status: 401 | 403, text: string): void =>
      isApi ? refuseApiCall(response, status, text) : refuse(response, status, text);
    if (foreign !== null && !(isPageOpening && guarded.host === `127.0.0.1:${port}`)) return turnAway(403, foreign);
    if ((isApi || isSwift) && !hasToken({ ...guarded, queryToken: null }, token, port)) return turnAway(401, noToken);
    if (isApi) return void answerApi(request, response);
    if (isSwift) {
      const inner = target.slice("/swift".length);
      const isOwn = inner.startsWith(`/v1/${account}/`) || inner.startsWith(`/v1/${account}?`) || inner === `/v1/${account}`;
      return isOwn ? answerSwift(request, response, inner) : refuse(response, 403, `Only ${account} can be reached here.`);
    }

    if (guarded.method !== "GET" && guarded.method !== "HEAD") return refuse(response, 405, "Only GET and HEAD work here.");
    if (url.pathname === "/" && guarded.queryToken !== null) {
      if (!hasToken({ ...guarded, authorization: undefined, cookie: undefined }, token, port)) return refuse(response, 401, noToken);
      response.setHeader("set-cookie", `${cookieName(port)}=${token}; HttpOnly; SameSite=Strict; Path=/`);
    }
    await serveStaticFile(rendererDirectory, decodePercent(url.pathname), response, guarded.method === "HEAD");
  }

  const server = createServer({ requestTimeout: 0 }, (request, response) => {
    if (request.method === "POST") {
      const sent = new Promise<void>((resolve) => response.once("close", resolve)).then(() => void owed.delete(sent));
      owed.add(sent);
    }
    answer(request, response).catch((error: unknown) => {
      onBug(error);
      if (response.headersSent) response.destroy();
      else refuse(response, 500, "The engine failed to answer. Its log has the reason.");
    });
  });
  port = await listen(server, options.port);
  return {
    port,
    url: `http://127.0.0.1:${port}/?token=${token}`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await Promise.race([Promise.all(owed), delay(lastAnswersMs, undefined, { ref: false })]);
      server.closeAllConnections();
      await closed;
    },
  };
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === "EADDRINUSE";
      reject(
        isTaken
          ? new StudioError("PORT_IN_USE", `Port ${port} is taken.`, {
              hint: "Choose another with --control-port, or 0 for any.",
              cause: error,
            })
          : error,
      );
    });
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : port;
}
