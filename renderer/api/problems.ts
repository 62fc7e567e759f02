/** Anything that went wrong as a Problem: what happened, why, what to do, and a code. */
import { TRPCClientError } from "@trpc/client";
import type { AppRouter } from "../../engine/control/router.ts";
import type { Problem } from "../../engine/contract/index.ts";

/** A failure of our own that already has a Problem's words. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** A problem of our own, also where the client of the control API wrapped it. */
function ownProblemIn(error: unknown): Problem | undefined {
  if (error instanceof ProblemError) return error.problem;
  return error instanceof TRPCClientError && error.cause instanceof ProblemError ? error.cause.problem : undefined;
}

/** True where the answer was 401: this page has no session. */
export function isUnauthorized(error: unknown): boolean {
  return problemOf(error).code === "UNAUTHORIZED";
}

/** True where no answer came at all: the engine is away. */
function isUnreachable(error: unknown): boolean {
  if (error instanceof TRPCClientError) return error.data === null || error.data === undefined;
  return error instanceof TypeError;
}

/** The problem in an error of the control API, of `fetch`, or of our own code. */
export function problemOf(error: unknown): Problem {
  const own = ownProblemIn(error);
  if (own !== undefined) return own;
  if (error instanceof TRPCClientError) {
    const { data } = error as TRPCClientError<AppRouter>;
    if (data?.problem !== undefined) return data.problem;
  }
  if (isAbort(error)) return { code: "CANCELLED", message: "The request was cancelled." };
  if (isUnreachable(error)) {
    return {
      code: "ENGINE_NOT_RUNNING",
      message: "The engine did not answer",
      detail: `Nothing answers at ${globalThis.location?.host ?? "its address"}.`,
      hint: "The screen connects again by itself. Where it does not, start Storlet Studio again.",
    };
  }
  return { code: "INTERNAL", message: error instanceof Error ? error.message : String(error) };
}

/** What is wrong, why and what to do, as one sentence after the other. */
export function problemText({ message, detail, hint }: Problem): string {
  return [message, detail, hint].filter(Boolean).join(" ");
}

function isAbort(error: unknown): boolean {
  const cause = error instanceof TRPCClientError ? error.cause : error;
  return cause instanceof Error && cause.name === "AbortError";
}
