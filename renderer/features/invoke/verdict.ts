/** Says how an invocation ended: the headline, and for what went wrong what happened, why, its effect and what to do. Pure. */
import type { Door, Frame, Problem, Run, RunState } from "../../../engine/contract/index.ts";
import { formatCounted, formatDuration, formatExactBytes } from "../../ui/format.ts";
import { storletTitle } from "../runs/index.ts";
import type { ObjectPath } from "../../../engine/contract/recipe-request.ts";
import type { Exchange } from "./exchange.ts";

/** What the screen can do about a failure; the caller turns it into a button. */
export type Remedy =
  | { kind: "deploy" }
  | { kind: "enable-account" }
  | { kind: "create-container"; container: string }
  | { kind: "reveal"; line: number };

export interface Trouble {
  title: string;
  why: string | null;
  effect: string | null;
  todo: string | null;
  code: string | null;
  remedies: readonly Remedy[];
}

export interface Verdict {
  state: Extract<RunState, "succeeded" | "failed" | "timed-out" | "cancelled">;
  /** "200 OK", "Failed", "Cancelled". */
  headline: string;
  /** A fact in a badge: "200, body cut", "503". */
  badge: string | null;
  trouble: Trouble | null;
}

/** What an invocation was, and what is known of how it ended. */
export interface InvocationFacts {
  /** Object name of the storlet. */
  storlet: string;
  door: Door;
  /** What the address names. */
  target: ObjectPath;
  /** Where it is stored; absent for a GET, and where a record does not tell. */
  storedAs?: ObjectPath | null;
  exchange: Pick<Exchange, "outcome" | "head" | "totalMs" | "reason"> & { body: { sizeBytes: number; cut: boolean } };
  /** The text of an error answer's body. */
  bodyText: string;
  run: Run | null;
}

const noTrouble = { why: null, effect: null, todo: null, code: null, remedies: [] };

/** The words of a Swift error body: `<html><h1>Title</h1><p>words</p></html>`, or plain text. */
export function swiftErrorText(body: string): string {
  const paragraph = /<p>([\s\S]*?)<\/p>/i.exec(body)?.[1] ?? body;
  return paragraph
    .replace(/<[^>]*>/g, " ")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, "&")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 500);
}

/** The innermost frame of the author's code: what a failure points at. */
export function failingFrame(run: Run | null): Frame | null {
  return run?.exception?.frames.at(-1) ?? null;
}

const statusOf = ({ exchange: { head } }: InvocationFacts): string => (head === null ? "" : `${head.status} ${head.statusText}`.trim());

function clientEffect(facts: InvocationFacts): string | null {
  const { head, body } = facts.exchange;
  if (head === null) return null;
  if (body.cut) return `${head.status} was already sent, so the client got ${formatExactBytes(body.sizeBytes)} and a cut connection.`;
  const stored = facts.door !== "GET" && head.status >= 400 ? " Nothing was stored." : "";
  return head.status >= 400 ? `The client got ${statusOf(facts)}.${stored}` : null;
}

function exceptionTrouble(facts: InvocationFacts, run: Run & { exception: NonNullable<Run["exception"]> }): Trouble {
  const frame = failingFrame(run);
  const name = storletTitle(facts.storlet);
  const { type, message } = run.exception;
  return {
    title: frame === null ? `${name} stopped with ${type}` : `${name} stopped at line ${frame.line} with ${type}`,
    why: message === "" ? `${type} carries no message.` : message,
    effect: clientEffect(facts),
    todo: frame === null ? (run.problem?.hint ?? null) : `Look at line ${frame.line}, save, and run again.`,
    code: run.problem?.code ?? "STORLET_EXCEPTION",
    remedies: frame === null ? [] : [{ kind: "reveal", line: frame.line }],
  };
}

function problemTrouble(facts: InvocationFacts, problem: Problem): Trouble {
  return {
    title: problem.message,
    why: problem.detail ?? null,
    effect: clientEffect(facts),
    todo: problem.hint ?? null,
    code: problem.code,
    remedies: [],
  };
}

/** Refusals of Swift and the storlet middleware that never became a run, by what they mean for the user. */
function refusalTrouble(facts: InvocationFacts): Trouble {
  const status = facts.exchange.head?.status ?? 0;
  const words = swiftErrorText(facts.bodyText);
  const { container, object } = facts.target;
  const code = status === 0 ? null : `HTTP ${status}`;
  if (status === 400 && words.includes("Account disabled")) {
    return {
      ...noTrouble,
      title: "Storlets are switched off for this account",
      why: "The account lacks the metadata Storlet-Enabled: true.",
      todo: "Switch them on, then run again.",
      code,
      remedies: [{ kind: "enable-account" }],
    };
  }
  if (status === 401 && words.includes("verify access to the storlet")) {
    return {
      ...noTrouble,
      title: `${facts.storlet} is not deployed`,
      why: "The storlet container has no such object, or this account may not read it.",
      todo: "Deploy it. Saving the file does that too.",
      code,
      remedies: [{ kind: "deploy" }],
    };
  }
  if (status === 404 && facts.door === "PUT") {
    return {
      ...noTrouble,
      title: `There is no container ${container}`,
      why: "Swift stores an object only in a container that is there.",
      todo: "Create the container, then run again.",
      code,
      remedies: [{ kind: "create-container", container }],
    };
  }
  if (status === 404 && facts.storedAs != null) {
    return {
      ...noTrouble,
      title: `There is no object ${container}/${object}, or no container ${facts.storedAs.container}`,
      why: "A copy needs both. Swift answered 404 Not Found.",
      todo: "Choose another object, or create the container.",
      code,
      remedies: [{ kind: "create-container", container: facts.storedAs.container }],
    };
  }
  if (status === 404) {
    return {
      ...noTrouble,
      title: `There is no object ${container}/${object}`,
      why: "Swift answered 404 Not Found.",
      todo: "Choose another object.",
      code,
    };
  }
  return {
    ...noTrouble,
    title: `Swift answered ${statusOf(facts)}`,
    why: words === "" || words === facts.exchange.head?.statusText ? null : words,
    effect: facts.door !== "GET" && status >= 400 ? "Nothing was stored." : null,
    todo: null,
    code,
  };
}

function unreachableVerdict(facts: InvocationFacts): Verdict {
  const why = facts.exchange.reason === null ? "" : ` (${facts.exchange.reason})`;
  return {
    state: "failed",
    headline: "No answer",
    badge: null,
    trouble: {
      ...noTrouble,
      title: "The engine did not answer",
      why: `The connection broke after ${formatDuration(facts.exchange.totalMs)}${why}.`,
      todo: "The screen connects again by itself. Run again then.",
      code: "ENGINE_NOT_RUNNING",
    },
  };
}

function troubleOf(facts: InvocationFacts): Trouble | null {
  const { run, exchange } = facts;
  if (run?.exception != null) return exceptionTrouble(facts, { ...run, exception: run.exception });
  if (run?.problem != null && run.problem.code !== "CANCELLED") return problemTrouble(facts, run.problem);
  if (exchange.body.cut) {
    return {
      ...noTrouble,
      title: `The answer broke off after ${formatCounted(exchange.body.sizeBytes, "byte")}`,
      why: exchange.reason,
      effect: clientEffect(facts),
      todo: "The log of the run says more.",
    };
  }
  return exchange.head !== null && exchange.head.status >= 400 ? refusalTrouble(facts) : null;
}

/** How it ended. The status sent to the client and the run on record both count: a 200 whose body was cut is a failure. */
export function judge(facts: InvocationFacts): Verdict {
  const { exchange, run } = facts;
  if (exchange.outcome === "cancelled") return { state: "cancelled", headline: "Cancelled", badge: null, trouble: null };
  if (exchange.outcome === "unreachable") return unreachableVerdict(facts);
  const status = statusOf(facts);
  const trouble = troubleOf(facts);
  if (trouble === null) return { state: "succeeded", headline: status, badge: null, trouble };
  const state = run?.state === "timed-out" ? "timed-out" : "failed";
  const cut = exchange.body.cut || run?.bodyCut === true;
  return {
    state,
    headline: state === "timed-out" ? "Timed out" : "Failed",
    badge: exchange.head === null ? null : cut ? `${exchange.head.status}, body cut` : String(exchange.head.status),
    trouble,
  };
}

/** The same for a run that another client made: all there is of it is the record. */
export function judgeRecorded(run: Run): Verdict {
  if (run.state === "cancelled") return { state: "cancelled", headline: "Cancelled", badge: null, trouble: null };
  const slash = run.object.indexOf("/");
  return judge({
    storlet: run.storlet,
    door: run.door,
    target: { container: run.object.slice(0, slash), object: run.object.slice(slash + 1) },
    exchange: {
      outcome: "answered",
      head: run.status === null ? null : { status: run.status, statusText: "", headers: [], transactionId: run.transactionId },
      totalMs: run.durationMs,
      reason: null,
      body: { sizeBytes: run.bytesOut, cut: run.bodyCut },
    },
    bodyText: "",
    run,
  });
}
