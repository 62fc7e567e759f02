/** The two ways to send a recorded request again. */
import { z } from "zod";

/** A replay takes the code and inputs of then, or those of today. */
export const replayModeSchema = z.enum(["exact", "today"]);
export type ReplayMode = z.infer<typeof replayModeSchema>;
