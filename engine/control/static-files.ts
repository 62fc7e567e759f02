/** Serves the built screen from its folder. Owns content types, caching and the page's security headers. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { pipeline } from "node:stream/promises";

const contentTypes: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".ttf": "font/ttf",
  ".woff2": "font/woff2",
};

export const pageHeaders = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data: blob:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

/** Answers `path` (decoded, starting with `/`) from `directory`; `/` is the page. Unknown paths are 404. */
export async function serveStaticFile(directory: string, path: string, response: ServerResponse, headOnly: boolean): Promise<void> {
  const file = normalize(join(directory, path === "/" ? "index.html" : path));
  const facts = file.startsWith(directory + sep) && !path.includes("\0") ? await stat(file).catch(() => null) : null;
  if (facts === null || !facts.isFile()) {
    response.writeHead(404, { ...pageHeaders, "content-type": "text/plain; charset=utf-8" }).end(`There is nothing at ${path}.\n`);
    return;
  }
  response.writeHead(200, {
    ...pageHeaders,
    "content-type": contentTypes[extname(file)] ?? "application/octet-stream",
    "content-length": facts.size,
    // Names below assets/ carry a content hash.
    "cache-control": path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
  });
  if (headOnly) response.end();
  // A reader that goes away half-way is nobody's failure.
  else await pipeline(createReadStream(file), response).catch(() => {});
}
