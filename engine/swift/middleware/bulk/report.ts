/**
 * The reports of bulk operations, which answer 200 whatever happens. Owns their forms, and the blanks that keep a connection alive
 * until a report is there; the operations fill them.
 */
import { toStudioError } from "../../../support/errors.ts";
import type { Clock } from "../../../support/clock.ts";
import { streamOf, type ByteStream } from "../../../support/streams.ts";
import { negotiateListing, type ListingType } from "../../protocol/accept.ts";
import { htmlType, reasonPhrase } from "../../protocol/errors.ts";
import { escapeXml } from "../../protocol/listings.ts";
import type { SwiftResponse } from "../../types.ts";

export type ReportType = ListingType;

/** What is known so far; whoever does the work fills it. */
export interface Report {
  readonly fields: Record<string, string | number>;
  /** Percent-encoded name, and what became of it. */
  readonly errors: [name: string, status: string][];
}

/** Work that yields where a sign of life may be sent. */
export type Work = AsyncGenerator<undefined, void>;

/** Ends a bulk operation with a status and a text in its report. */
export class BulkFailure extends Error {
  readonly status: number;
  readonly text: string;

  constructor(status: number, text: string) {
    super(text);
    this.status = status;
    this.text = text;
  }
}

/** `404 Not Found` */
export function statusLine(status: number): string {
  return `${status} ${reasonPhrase(status)}`;
}

const unreserved = /[A-Za-z0-9_.~/-]/;

/** Percent-encodes any bytes; `/` stays. */
export function quoteBytes(bytes: Uint8Array): string {
  let quoted = "";
  for (const byte of bytes) {
    const character = String.fromCharCode(byte);
    quoted += unreserved.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return quoted;
}

export function quoteName(name: string): string {
  return quoteBytes(Buffer.from(name, "utf8"));
}

/** The type that the client reads; null where it reads none, or cannot say it. */
export function negotiateReport(accept: string | undefined): ReportType | null {
  const negotiated = negotiateListing(null, accept);
  return "type" in negotiated ? negotiated.type : null;
}

function isXml(type: ReportType | null): boolean {
  return type === "application/xml" || type === "text/xml";
}

const byName = ([one]: [string, unknown], [other]: [string, unknown]): number => (one < other ? -1 : 1);

/** A report as text. The xml form has no declaration; `root` is its outermost element. */
export function formatReport({ fields, errors }: Report, type: ReportType | null, root: string): string {
  if (type === "application/json") return JSON.stringify({ ...fields, Errors: errors });
  const sorted = Object.entries(fields).sort(byName);
  if (isXml(type)) {
    const lines = sorted.map(([field, value]) => {
      const name = field.replaceAll(" ", "_").toLowerCase();
      return `<${name}>${escapeXml(String(value))}</${name}>\n`;
    });
    const failed = errors.map(
      ([name, status]) => `<object><name>${escapeXml(name)}</name><status>${escapeXml(status)}</status></object>\n`,
    );
    return `<${root}>\n${lines.join("")}<errors>\n${failed.join("")}</errors>\n</${root}>\n`;
  }
  const lines = sorted.map(([field, value]) => `${field}: ${value}\n`);
  return `${lines.join("")}Errors:\n${errors.map(([name, status]) => `${name}, ${status}\n`).join("")}`;
}

/** The work, for clients that read some form of report; for others nothing is done. */
export async function* forReaders(type: ReportType | null, work: Work): Work {
  if (type === null) throw new BulkFailure(406, "");
  yield* work;
}

/** Time between two signs of life. */
export const beatEveryMs = 10_000;

export interface StreamOptions {
  readonly clock: Clock;
  readonly type: ReportType | null;
  readonly root: string;
  /** The first sign of life; blanks follow. */
  readonly beat: string;
  /** Whether a sign of life comes before anything has been done. */
  readonly beatsAtOnce: boolean;
}

/** The report as it is when `work` is done, behind signs of life while it yields. An empty line parts them. */
export function streamReport(work: Work, report: Report, options: StreamOptions): ByteStream {
  const { clock, type, root } = options;
  async function* stream(): AsyncGenerator<Uint8Array> {
    let { beat } = options;
    let separator = "";
    const sign = (): Buffer => {
      const bytes = Buffer.from(beat);
      beat = " ";
      separator = "\r\n\r\n";
      return bytes;
    };
    if (options.beatsAtOnce) yield sign();
    let lastMs = clock.elapsedMs();
    try {
      for (let step = await work.next(); step.done !== true; step = await work.next()) {
        const nowMs = clock.elapsedMs();
        if (nowMs - lastMs < beatEveryMs) continue;
        lastMs = nowMs;
        yield sign();
      }
    } finally {
      await work.return();
    }
    yield Buffer.from(separator + formatReport(report, type, root));
  }
  return streamOf(stream(), () => void work.return().catch(() => {}));
}

/** Runs work and puts what it throws into its report: only a client that has gone away ends it without one. */
async function* guard(work: Work, report: Report, onBug: (error: unknown) => void): Work {
  try {
    yield* work;
  } catch (thrown) {
    const { code } = toStudioError(thrown);
    if (code === "CANCELLED") throw thrown;
    // A body that is not what its headers say is no bug of ours.
    const { status, text } = thrown instanceof BulkFailure ? thrown : new BulkFailure(code === "BAD_INPUT" ? 400 : 500, "");
    if (!(thrown instanceof BulkFailure) && code !== "BAD_INPUT") onBug(thrown);
    report.fields["Response Status"] = statusLine(status);
    report.fields["Response Body"] = text;
  }
}

export interface ReportOptions {
  readonly clock: Clock;
  readonly type: ReportType | null;
  readonly root: "delete" | "extract";
  onBug(error: unknown): void;
}

/** A 200 whose body is the report of `work`, which begins when the body is read. */
export function answerReport(report: Report, work: Work, options: ReportOptions): SwiftResponse {
  const { type, onBug } = options;
  const beat = isXml(type) ? '<?xml version="1.0" encoding="UTF-8"?>\n' : " ";
  const body = streamReport(guard(work, report, onBug), report, { ...options, beat, beatsAtOnce: false });
  return { status: 200, headers: new Map([["content-type", type ?? htmlType]]), body };
}
