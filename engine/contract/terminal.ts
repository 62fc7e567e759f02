/** Shells in sandboxes, as screens see them. */
import { z } from "zod";

/** Characters of a terminal's window. */
export const terminalSizeSchema = z.object({ columns: z.number().int().min(1).max(1000), rows: z.number().int().min(1).max(1000) });
export type TerminalSize = z.infer<typeof terminalSizeSchema>;

/** What a terminal says: first that it is open, then what it shows (Base64), at last how its shell ended; `exit` is null where its sandbox did. */
export type TerminalEvent =
  | { kind: "opened"; id: string; scope: string; isolated: boolean }
  | { kind: "output"; base64: string }
  | { kind: "ended"; exit: { code: number | null; signal: string | null } | null };
