/** The one exception type of the project, and how anything thrown becomes it. Owns no codes: those are in the contract. */
import { errorFamily, type ErrorCode, type ErrorFamily, type Problem } from "../contract/index.ts";
import { definedOnly } from "./defined.ts";

interface StudioErrorOptions {
  /** Why it happened: one line, for a person. */
  detail?: string;
  /** What to do about it. */
  hint?: string;
  cause?: unknown;
}

/** An expected failure with a code: `message` says what happened, `detail` why, `hint` what to do. */
export class StudioError extends Error {
  override readonly name = "StudioError";
  readonly code: ErrorCode;
  readonly detail: string | undefined;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: StudioErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.detail = options.detail;
    this.hint = options.hint;
  }

  get family(): ErrorFamily {
    return errorFamily(this.code);
  }

  /** The part of the error that may leave the engine. */
  toProblem(): Problem {
    return {
      code: this.code,
      message: this.message,
      ...definedOnly({ detail: this.detail, hint: this.hint }),
    };
  }
}

/** A problem that came from elsewhere as the error it was there. */
export function fromProblem({ code, message, detail, hint }: Problem): StudioError {
  return new StudioError(code, message, definedOnly({ detail, hint }));
}

/** Anything thrown as a StudioError: its own kind unchanged, aborts as CANCELLED, a full disk as DISK_FULL, the rest as INTERNAL. */
export function toStudioError(thrown: unknown): StudioError {
  if (thrown instanceof StudioError) return thrown;
  if (!(thrown instanceof Error)) return new StudioError("INTERNAL", String(thrown));
  if (thrown.name === "AbortError") return new StudioError("CANCELLED", "The request was cancelled.", { cause: thrown });
  if ((thrown as NodeJS.ErrnoException).code === "ENOSPC") {
    return new StudioError("DISK_FULL", "The disk is full.", {
      detail: thrown.message,
      hint: "Free some space, then try again.",
      cause: thrown,
    });
  }
  return new StudioError("INTERNAL", thrown.message, { cause: thrown });
}
