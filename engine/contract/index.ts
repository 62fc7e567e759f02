/** The vocabulary shared by engine, control API, command line and screen. Imports zod only. */
export type * from "./desktop.ts";
export * from "./errors.ts";
export * from "./learn.ts";
export * from "./keybindings.ts";
export * from "./logs.ts";
export * from "./recipes.ts";
export * from "./terminal.ts";
export * from "./words.ts";
export * from "./replay-mode.ts";
export * from "./replays.ts";
