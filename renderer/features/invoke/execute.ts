/** Sends a recipe whose variables are filled in and holds the answer against what it expects. Owns what is read for that; shows nothing. */
import type { Recipe } from "../../../engine/contract/index.ts";
import { checkExpectations, needsOf, type AnswerFacts, type Check } from "../../../engine/contract/recipe-checks.ts";
import { byteString, parseObjectPath, requestOf, type ObjectPath, type StorletRequest } from "../../../engine/contract/recipe-request.ts";
import { decodeBase64 } from "../../api/base64.ts";
import { api } from "../../api/client.ts";
import { swiftPath } from "../../api/swift.ts";
import { formatBytes } from "../../ui/format.ts";
import { exchange, keptBodyBytes, type AnswerBody, type AnswerHead, type Exchange } from "./exchange.ts";
import { headersWithType } from "./request.ts";

/** Content of an object that goes through the page into a PUT; more than this is for a terminal. */
const maxBodyBytes = 256_000_000;
/** Bytes of a body that expectations look at. */
const maxCheckedBytes = 64 * 1024 * 1024;

interface ExecuteOptions {
  recipe: Recipe;
  storletObject: string;
  account: string;
  /** A file of this computer to send instead of the recipe's body. */
  file: File | null;
  signal: AbortSignal;
  onProgress?(head: AnswerHead, sizeBytes: number): void;
}

/** What a PUT sends, and the type it is sent as. Throws with a Problem's words where it cannot be had. */
async function readBody({ recipe, account, file, signal }: ExecuteOptions): Promise<{ body: BodyInit | null; contentType: string | null }> {
  if (recipe.door !== "PUT") return { body: null, contentType: null };
  if (file !== null) return { body: file, contentType: file.type || "application/octet-stream" };
  const { body } = recipe;
  if (body === null || body.kind === "text") return { body: body?.text ?? "", contentType: "text/plain; charset=utf-8" };
  if (body.kind === "file") {
    const { base64 } = await api.recipes.body.query({ path: body.path }, { signal });
    return { body: decodeBase64(base64), contentType: "application/octet-stream" };
  }
  const { container, object } = parseObjectPath(body.object) as ObjectPath;
  const response = await fetch(swiftPath(account, container, object), { signal, cache: "no-store" });
  const sizeBytes = Number(response.headers.get("content-length") ?? 0);
  if (!response.ok || sizeBytes > maxBodyBytes) await response.body?.cancel();
  if (response.status === 404) throw new Error(`There is no object ${container}/${object} to send.`);
  if (!response.ok) throw new Error(`${container}/${object} could not be read: Swift answered ${response.status} ${response.statusText}.`);
  if (sizeBytes > maxBodyBytes)
    throw new Error(
      `${container}/${object} has ${formatBytes(sizeBytes)}, too much for this screen. Copy the request as curl and send it from a terminal.`,
    );
  return { body: await response.blob(), contentType: response.headers.get("content-type") ?? "application/octet-stream" };
}

async function bodyFacts({ bytes, sizeBytes, cut }: AnswerBody): Promise<AnswerFacts["body"]> {
  if (cut) return { why: `It broke off after ${formatBytes(sizeBytes)}.` };
  if (bytes.byteLength < sizeBytes)
    return { why: `It has ${formatBytes(sizeBytes)}; no more than ${formatBytes(maxCheckedBytes)} is looked at.` };
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const sha256 = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return { text: new TextDecoder().decode(bytes), sha256 };
}

/** Of PUT and COPY: what lies in the object that was stored, as far as the expectations ask for it. */
async function readStored(
  { recipe, account, signal }: ExecuteOptions,
  { container, object }: ObjectPath,
): Promise<Pick<AnswerFacts, "metadata" | "body">> {
  const needs = needsOf(recipe.expect);
  if (!needs.body && !needs.metadata) return { metadata: [], body: { why: "It was not read." } };
  const url = swiftPath(account, container, object);
  const stored = await exchange({ url, method: needs.body ? "GET" : "HEAD", headers: [], body: null, signal, keepBytes: maxCheckedBytes });
  if (stored.head === null || stored.head.status !== 200) return { metadata: [], body: { why: "The stored object could not be read." } };
  return { metadata: stored.head.headers, body: await bodyFacts(stored.body) };
}

async function check(options: ExecuteOptions, request: StorletRequest, answer: Exchange): Promise<Check[]> {
  const { recipe } = options;
  const { head } = answer;
  if (head === null || answer.outcome === "cancelled") return [];
  const isStored = request.storedAs !== null && head.status < 300;
  const needsBody = needsOf(recipe.expect).body;
  const own = { metadata: head.headers, body: needsBody ? await bodyFacts(answer.body) : { why: "It was not read." } };
  return checkExpectations(recipe.expect, {
    status: head.status,
    headers: head.headers,
    durationMs: answer.totalMs,
    cut: answer.body.cut ? `It broke off after ${formatBytes(answer.body.sizeBytes)}.` : null,
    ...(isStored && request.storedAs !== null ? await readStored(options, request.storedAs) : own),
  });
}

export interface Execution {
  request: StorletRequest;
  exchange: Exchange;
  /** None where no answer came. */
  checks: Check[];
}

/** Sends it and reads the whole answer. Rejects where what is sent cannot be had; any answer, and none, is a result. */
export async function execute(options: ExecuteOptions): Promise<Execution> {
  const { recipe, storletObject, account, signal, onProgress } = options;
  const request = requestOf(recipe, storletObject);
  const { container, object } = request.target;
  const { body, contentType } = await readBody(options);
  const sent = headersWithType(request, contentType);
  const answer = await exchange({
    url: swiftPath(account, container, object),
    method: request.method,
    headers: sent.map(([name, value]) => [name, byteString(value)] as const),
    body,
    signal,
    ...(needsOf(recipe.expect).body && request.storedAs === null ? { keepBytes: maxCheckedBytes } : {}),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  const checks = await check(options, request, answer);
  // What is looked at may be long; what is shown is not.
  const kept = { ...answer.body, bytes: answer.body.bytes.slice(0, keptBodyBytes) };
  return { request: { ...request, headers: sent }, exchange: { ...answer, body: kept }, checks };
}
