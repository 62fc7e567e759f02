/** Why a daemon did not start, in words for its author. Owns no daemon. */
import type { z } from "zod";
import type { StorletException } from "../contract/index.ts";
import { StudioError } from "../support/errors.ts";
import { isWantOfRoom, rememberWantOfRoom } from "./daemon-room.ts";
import { rememberFailure } from "./failure.ts";
import type { LogBus } from "./log-bus.ts";
import type { startAnswerSchema } from "./protocol.ts";
import type { Bundle } from "./types.ts";

type StartRefusal = Extract<z.infer<typeof startAnswerSchema>, { ok: false }>;

/** The agent's refusal as an error; a traceback goes to the log. `wasWantOfRoom` knows it where it was for want of room. */
export function startError(logs: LogBus, scope: string, bundle: Bundle, refusal: StartRefusal, run: string | undefined): StudioError {
  const error = "traceback" in refusal ? loadError(logs, scope, bundle, refusal, run) : refusedError(bundle, refusal);
  return isWantOfRoom(refusal, bundle.language) ? rememberWantOfRoom(error) : error;
}

function refusedError(bundle: Bundle, { code, message }: Extract<StartRefusal, { message: string }>): StudioError {
  if (code === "RUNTIME_MISSING") return noRuntimeError(bundle, message);
  return new StudioError("STORLET_LOAD_FAILED", `The daemon of ${bundle.name} could not start.`, { detail: message });
}

function loadError(logs: LogBus, scope: string, bundle: Bundle, exception: StorletException, run: string | undefined): StudioError {
  const { type, message, traceback, frames } = exception;
  logs.write({
    level: "error",
    source: "traceback",
    scope,
    storlet: bundle.name,
    text: traceback.trimEnd(),
    ...(run === undefined ? {} : { run }),
  });
  const place = frames.at(-1);
  const error = new StudioError("STORLET_LOAD_FAILED", `${bundle.name} could not be loaded: ${type}: ${message.split("\n", 1)[0]}`, {
    detail: place === undefined ? `Loading ${bundle.entry} failed.` : `${place.file}, line ${place.line}.`,
    hint: "The whole traceback is in the logs.",
  });
  const outcome = {
    state: "failed",
    error,
    exception: { type, message, traceback, frames },
    bytesIn: 0,
    bytesOut: 0,
    contract: null,
  } as const;
  return rememberFailure(error, { placement: null, outcome });
}

/** The code did not come to an end while it was loaded. */
export function slowLoadError({ name, language }: Bundle, ms: number): StudioError {
  const [what, hint] =
    language === "java"
      ? ["Its constructor still ran", "Keep the constructor short: do the work in invoke."]
      : ["Code at the top of the module still ran", "Keep the top of the module short: do the work in __call__."];
  return new StudioError("STORLET_LOAD_FAILED", `${name} did not load within ${ms / 1000} s.`, { detail: `${what}; it was ended.`, hint });
}

function noRuntimeError(bundle: Bundle, detail: string): StudioError {
  return new StudioError("RUNTIME_MISSING", `${bundle.name} needs ${describeLanguage(bundle)}, which the sandbox does not have.`, {
    detail,
    hint: "Change the language version of the storlet, or use an image that has it.",
  });
}

function describeLanguage({ language, languageVersion }: Bundle): string {
  const name = language === "python" ? "Python" : "Java";
  return languageVersion === undefined ? name : `${name} ${languageVersion}`;
}
