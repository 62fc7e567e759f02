/** The closed set of error codes, and the family each belongs to. Owns no behaviour: `support/errors.ts` throws them. */
import { z } from "zod";

/**
 * Families decide who has to act: the user (their input), the environment (their machine), the storlet (its author),
 * a remote peer, or us (a bug). `cancelled` is never logged as a failure.
 */
const errorFamilies = {
  BAD_INPUT: "user",
  NOT_FOUND: "user",
  CONFLICT: "user",
  UNAUTHORIZED: "user",
  FORBIDDEN: "user",
  DEPLOY_REFUSED: "user",
  CHECK_FAILED: "user",
  INPUT_TOO_LARGE: "user",

  DOCKER_UNAVAILABLE: "environment",
  IMAGE_MISSING: "environment",
  IMAGE_BUILD_FAILED: "environment",
  SANDBOX_START_FAILED: "environment",
  SANDBOX_LIMIT: "environment",
  SANDBOX_GONE: "environment",
  RUNTIME_MISSING: "environment",
  PORT_IN_USE: "environment",
  DATA_IN_USE: "environment",
  DISK_FULL: "environment",
  ENGINE_NOT_RUNNING: "environment",

  STORLET_LOAD_FAILED: "storlet",
  STORLET_EXCEPTION: "storlet",
  STORLET_KILLED: "storlet",
  STORLET_NO_METADATA: "storlet",
  STORLET_BAD_METADATA: "storlet",
  STORLET_TIMEOUT: "storlet",
  STORLET_STALLED: "storlet",

  REMOTE_FAILED: "remote",
  CANCELLED: "cancelled",
  INTERNAL: "internal",
} as const;

export type ErrorCode = keyof typeof errorFamilies;
export type ErrorFamily = (typeof errorFamilies)[ErrorCode];

export const errorCodeSchema = z.enum(Object.keys(errorFamilies) as [ErrorCode, ...ErrorCode[]]);

/** The family an error code belongs to. */
export function errorFamily(code: ErrorCode): ErrorFamily {
  return errorFamilies[code];
}

/** What a screen or terminal shows of an error: what happened, why, what to do, and the code. */
export const problemSchema = z.object({
  code: errorCodeSchema,
  message: z.string(),
  detail: z.string().optional(),
  hint: z.string().optional(),
});
export type Problem = z.infer<typeof problemSchema>;
