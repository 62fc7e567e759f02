/**
 * Uploads from HTML forms: a signed form gives the right to put files under a prefix. Owns the reading of the form's fields and the
 * answer; each file is a PUT of its own through the rest of the pipeline, streamed.
 */
import type { Store } from "../../store/types.ts";
import type { Clock } from "../../support/clock.ts";
import { StudioError, toStudioError } from "../../support/errors.ts";
import { discardBody, streamOf, type ByteStream } from "../../support/streams.ts";
import { answerPathProblem, answerText, reasonPhrase } from "../protocol/errors.ts";
import { parseDisposition, readForm, type FormPart } from "../protocol/forms.ts";
import { packText, parseInteger, unpackTextLossy } from "../protocol/headers.ts";
import { percentDecode, percentEncode } from "../protocol/paths.ts";
import { allowedDigests, deprecatedDigests, parseSignature, signatureMatches, signingKeys } from "../protocol/signatures.ts";
import { makeSubrequest } from "../request.ts";
import type { Handler, HeaderMap, Middleware, SwiftRequest, SwiftResponse } from "../types.ts";
import { answerBadSignature } from "./tempurl.ts";

/** What `/info` says of forms. */
export const formPostInfo = { allowed_digests: allowedDigests, deprecated_digests: deprecatedDigests };

/** Longer values of fields are cut. */
const longestValue = 4096;

/** The form cannot be carried out: 400, or 401 where it gives no right. */
class FormError extends Error {
  readonly status: 400 | 401;

  constructor(status: 400 | 401, message: string) {
    super(message);
    this.status = status;
  }
}

type Fields = ReadonlyMap<string, string>;

interface FormContext {
  readonly request: SwiftRequest;
  readonly next: Handler;
  readonly keys: readonly Buffer[];
  readonly nowSeconds: number;
}

const titleCase = (text: string): string => text.replace(/[a-z]+/g, (word) => word[0]!.toUpperCase() + word.slice(1));

/** An integer field; 0 where it is missing or empty. */
function integerField(fields: Fields, name: string, problem: string): number {
  const value = fields.get(name) ?? "";
  if (value === "") return 0;
  const number = parseInteger(value);
  if (number === null) throw new FormError(400, problem);
  return number;
}

/** Throws where the form has expired or no key gives its signature. */
function checkRights({ request, keys, nowSeconds }: FormContext, fields: Fields): void {
  if (integerField(fields, "expires", "expired not an integer") < nowSeconds) throw new FormError(401, "form expired");
  const signed = [
    percentDecode(request.rawPath),
    fields.get("redirect") ?? "",
    ...["max_file_size", "max_file_count", "expires"].map((name) => fields.get(name) || "0"),
  ].join("\n");
  const signature = parseSignature(fields.get("signature") ?? "");
  if (signature === null || !keys.some((key) => signatureMatches(signature, key, signed))) throw new FormError(401, "invalid signature");
}

/** The file's bytes, as long as there are not too many of them. */
function capped(part: FormPart, maxBytes: number): { stream: ByteStream; isExceeded(): boolean } {
  let read = 0;
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for await (const chunk of part.body) {
      read += chunk.byteLength;
      if (read > maxBytes) throw new StudioError("INPUT_TOO_LARGE", "The file is larger than the form allows.");
      yield chunk;
    }
  }
  return { stream: streamOf(bytes()), isExceeded: () => read > maxBytes };
}

/** The headers of the PUT: what the fields say of the file, else what its part says. */
function fileHeaders({ request }: FormContext, fields: Fields, part: FormPart): HeaderMap {
  const headers: HeaderMap = new Map([["transfer-encoding", "chunked"]]);
  for (const [field, unit] of [
    ["x_delete_at", "Unix timestamp"],
    ["x_delete_after", "Number of seconds"],
  ] as const) {
    if (!fields.has(field)) continue;
    const value = integerField(fields, field, `${field} not an integer: ${unit} required.`);
    headers.set(field.replaceAll("_", "-"), String(value));
  }
  for (const name of ["content-type", "content-encoding"]) {
    const field = fields.get(name);
    const value = field === undefined ? part.headers.get(name) : packText(field);
    if (value !== undefined) headers.set(name, value || (name === "content-type" ? "application/octet-stream" : ""));
  }
  const origin = request.headers.get("origin");
  if (origin !== undefined) headers.set("origin", origin);
  return headers;
}

/** Stores one file of the form. Throws a FormError where the form does not allow it. */
async function putFile(form: FormContext, fields: Fields, part: FormPart, filename: string): Promise<SwiftResponse> {
  const { request, next, keys } = form;
  if (keys.length === 0) throw new FormError(401, "invalid signature");
  const maxBytes = integerField(fields, "max_file_size", "max_file_size not an integer");
  const headers = fileHeaders(form, fields, part);
  checkRights(form, fields);
  if (filename.includes("\0")) return answerPathProblem("invalid-utf8");
  const { account, container, object } = request.path!;
  const path = { account, container, object: `${object ?? ""}${filename}` };
  const { stream, isExceeded } = capped(part, maxBytes);
  const put = makeSubrequest(request, { method: "PUT", path, headers, body: stream, contentLength: null, authorize: "none" });
  const tooLarge = new FormError(400, "max_file_size exceeded");
  try {
    const response = await next(put);
    discardBody(response.body);
    if (isExceeded()) throw tooLarge;
    return response;
  } catch (thrown) {
    throw isExceeded() && toStudioError(thrown).code === "INPUT_TOO_LARGE" ? tooLarge : thrown;
  }
}

async function readValue(part: FormPart): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of part.body) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size >= longestValue) break;
  }
  return Buffer.concat(chunks)
    .subarray(0, longestValue)
    .toString("utf8")
    .replace(/[\r\n-]+$/, "");
}

interface FormResult {
  readonly status: number;
  readonly message: string;
  readonly fields: Fields;
  /** Headers of the last PUT that the page may need. */
  readonly headers: HeaderMap;
}

/** Goes through the form. Fields count for the files after them; the first file that fails ends it. */
async function carryOut(form: FormContext, boundary: string): Promise<FormResult> {
  const fields = new Map<string, string>();
  let files = 0;
  let last: SwiftResponse | null = null;
  const result = (status: number, message = ""): FormResult => {
    const shared = [...(last?.headers ?? [])].filter(([name]) => name.startsWith("access-control"));
    return { status, message, fields, headers: new Map(shared) };
  };
  for await (const part of readForm(form.request.body, boundary)) {
    const { value, attributes } = parseDisposition(part.headers.get("content-disposition") ?? "");
    const filename = unpackTextLossy(attributes.get("filename") ?? "");
    if (value === "form-data" && filename !== "") {
      files += 1;
      if (files > integerField(fields, "max_file_count", "max_file_count not an integer")) return result(400, "max file count exceeded");
      last = await putFile(form, fields, part, filename);
      if (last.status >= 300) return result(last.status);
    } else {
      const name = attributes.get("name");
      if (name !== undefined) fields.set(unpackTextLossy(name).toLowerCase(), await readValue(part));
    }
  }
  return last === null ? result(400, "no files to process") : result(last.status);
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The status as text, or a way on to the page that the form names. */
function answerForm({ status, message, fields, headers }: FormResult): SwiftResponse {
  const redirect = (fields.get("redirect") ?? "").replace(/\p{Cc}/gu, "");
  if (redirect === "") {
    const line = `${status} ${reasonPhrase(status)}`;
    return answerText(status, message === "" ? line : `${line}\r\nFormPost: ${titleCase(message)}`, headers, "text/plain");
  }
  const url = `${redirect}${redirect.includes("?") ? "&" : "?"}status=${status}&message=${percentEncode(message)}`;
  const body = `<html><body><p><a href="${escapeHtml(url)}">Click to continue...</a></p></body></html>`;
  return answerText(303, body, [...headers, ["location", packText(url)]], "text/html");
}

function answerFormError(error: FormError): SwiftResponse {
  if (error.status === 401) return answerBadSignature(`FormPost: ${titleCase(error.message)}`);
  return answerText(400, `FormPost: ${error.message}`, [], "text/plain");
}

/** The middleware. Its place is left of auth. */
export function createFormPost({ store, clock }: { store: Store; clock: Clock }): Middleware {
  function keysOf({ path }: SwiftRequest): Buffer[] {
    if (path === null || path.container === null) return [];
    return [
      ...signingKeys(store.findAccount(path.account)?.metadata, "account"),
      ...signingKeys(store.findContainer(path.account, path.container)?.metadata, "container"),
    ];
  }

  return async (request, next) => {
    if (request.method !== "POST") return next(request);
    const { value, attributes } = parseDisposition(request.headers.get("content-type") ?? "");
    const boundary = attributes.get("boundary");
    if (value !== "multipart/form-data" || boundary === undefined) return next(request);
    const form = { request, next, keys: keysOf(request), nowSeconds: clock.nowMs() / 1000 };
    try {
      return answerForm(await carryOut(form, boundary));
    } catch (thrown) {
      if (thrown instanceof SyntaxError) return answerText(400, "FormPost: invalid starting boundary", [], "text/plain");
      if (thrown instanceof FormError) return answerFormError(thrown);
      throw thrown;
    }
  };
}
