/** Every way an invocation can end badly, as the error its author reads. Also remembers how a failed invocation ended. Pure apart from that. */
import type { StorletException } from "../contract/index.ts";
import { StudioError, toStudioError } from "../support/errors.ts";
import type { ProcessExit, RunExit } from "./protocol.ts";
import type { InvocationFailure, Outcome } from "./types.ts";

const failures = new WeakMap<Error, InvocationFailure>();

/** Attaches how the invocation ended to the error that reports it. Returns the error. */
export function rememberFailure(error: StudioError, failure: InvocationFailure): StudioError {
  failures.set(error, failure);
  return error;
}

/** How the invocation ended whose `invoke` rejected with this error; null for any other error. */
export function failureOf(error: unknown): InvocationFailure | null {
  return error instanceof Error ? (failures.get(error) ?? null) : null;
}

/** The state of a run that ended with this error. */
export function stateOf(error: StudioError): Outcome["state"] {
  if (error.code === "CANCELLED") return "cancelled";
  if (error.code === "STORLET_TIMEOUT" || error.code === "STORLET_STALLED") return "timed-out";
  return "failed";
}

function formatSeconds(ms: number): string {
  return `${Number((ms / 1000).toFixed(3))} s`;
}

function formatMebibytes(sizeBytes: number): string {
  return `${Math.round(sizeBytes / 1024 / 1024)} MiB`;
}

/** "ended with exit code 3" or "was ended by SIGKILL". */
export function describeExit(exit: ProcessExit): string {
  return exit.signal === null ? `ended with exit code ${exit.code ?? 0}` : `was ended by ${exit.signal}`;
}

export function exceptionError(name: string, exception: StorletException, afterMetadata: boolean): StudioError {
  const place = exception.frames.at(-1);
  const where = place === undefined ? [] : [`${place.file}, line ${place.line}, in ${place.function}.`];
  const when = afterMetadata ? ["It had begun to answer already."] : [];
  const what = exception.message === "" ? exception.type : `${exception.type}: ${firstLine(exception.message)}`;
  return new StudioError("STORLET_EXCEPTION", `${name} raised ${what}`, {
    detail: [...where, ...when].join(" ") || "No line of the storlet's own code is in the traceback.",
    hint: "The whole traceback is in the logs.",
  });
}

export function badMetadataError(name: string, exception: StorletException): StudioError {
  return new StudioError("STORLET_BAD_METADATA", `${name} set output metadata that cannot be sent.`, {
    detail: `${exception.message}.`,
    hint: "Metadata is a few short texts: together at most 4096 bytes as JSON. Longer results belong in the output.",
  });
}

/** How a process ended that raised nothing; null where it ended well. */
export function exitError(name: string, exit: RunExit, hasMetadata: boolean): StudioError | null {
  if (exit.signal !== null) {
    const memory = `It had used ${formatMebibytes(exit.maxRssBytes)} of memory at most.`;
    return new StudioError("STORLET_KILLED", `${name} was killed by ${exit.signal}.`, {
      detail: exit.signal === "SIGKILL" ? memory : `${memory} ${exit.signal} usually comes from the code itself or a library of it.`,
      hint:
        exit.signal === "SIGKILL"
          ? "The system kills what needs more memory than the sandbox has: read the input in pieces, or raise the memory limit."
          : "Run the failing step alone to see what it does.",
    });
  }
  if (exit.code !== 0) {
    return new StudioError("STORLET_KILLED", `The process of ${name} ended with exit code ${exit.code}.`, {
      detail: "It left without an exception, for instance by os._exit.",
      hint: "Raise an exception instead: its traceback is shown.",
    });
  }
  if (hasMetadata) return null;
  return new StudioError("STORLET_NO_METADATA", `${name} ended without setting output metadata.`, {
    detail: "A storlet answers by setting metadata on its output, then by writing to it.",
    hint: "Call set_metadata({}), in Java setMetadata(new HashMap<>()), on the output before the first write; empty metadata is enough.",
  });
}

/** No answer within `replyMs`. */
export function timeoutError(name: string, waitedFor: "place" | "metadata" | "first byte", ms: number, places: number): StudioError {
  if (waitedFor === "place") {
    return new StudioError("STORLET_TIMEOUT", `${name} could not begin within ${formatSeconds(ms)}.`, {
      detail: `All ${places} places of its daemon were taken by other runs.`,
      hint: "Cancel runs that hang, or wait for them to end.",
    });
  }
  const what = waitedFor === "metadata" ? "set no output metadata" : "wrote no output after its metadata";
  return new StudioError("STORLET_TIMEOUT", `${name} ${what} within ${formatSeconds(ms)}.`, {
    detail: "The run was ended.",
    hint: "Set metadata and write a first byte early, then work piece by piece; or raise the storlet timeout.",
  });
}

export function stalledError(name: string, atEnd: boolean, ms: number): StudioError {
  const what = atEnd ? "closed its output but did not end" : "wrote no output";
  return new StudioError("STORLET_STALLED", `${name} ${what} for ${formatSeconds(ms)}.`, {
    detail: "The run was ended and the response cut off.",
    hint: "Write output as it is produced: no pause may be longer than this limit.",
  });
}

export function sandboxGoneError(reason: string): StudioError {
  return new StudioError("SANDBOX_GONE", "The sandbox ended while the storlet ran.", {
    detail: reason,
    hint: "Run it again: a new sandbox is started by itself.",
  });
}

export function refusedError(name: string, message: string): StudioError {
  return new StudioError("SANDBOX_LIMIT", `The sandbox has no room to run ${name}.`, {
    detail: message,
    hint: "Cancel other runs, or raise the sandbox's limit of processes or memory.",
  });
}

export function cancelledError(): StudioError {
  return new StudioError("CANCELLED", "The run was cancelled.");
}

/** What a broken input means for the run. */
export function inputError(error: unknown): StudioError {
  const known = toStudioError(error);
  if (known.code !== "INTERNAL") return known;
  return new StudioError("REMOTE_FAILED", "The input of the run broke off.", { detail: known.message, cause: error });
}

function firstLine(text: string): string {
  const line = text.split("\n", 1)[0] ?? "";
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}

/** A reason that was written to follow a colon, as a sentence of its own. */
export function sentenceOf(reason: string): string {
  const text = reason.charAt(0).toUpperCase() + reason.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
