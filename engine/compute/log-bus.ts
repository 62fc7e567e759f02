/** The log bus: every line of storlets, daemons, agents and engine, numbered, kept on disk and handed to whoever listens. */
import { closeSync, fstatSync, mkdirSync, openSync, readdirSync, readSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { LogFilter, LogLine } from "../contract/index.ts";
import type { Clock } from "../support/clock.ts";
import { createEmitter } from "../support/lifecycle.ts";
import { createLogRing } from "./log-ring.ts";

export type LogEntry = Omit<LogLine, "seq" | "time">;

export interface LogBus extends AsyncDisposable {
  /** Adds one line. A text with line breaks is one entry (a traceback stays whole). */
  write(entry: LogEntry): void;
  /** The newest `limit` lines that match, oldest first; with `afterSeq`, only later ones; with `beforeSeq`, only earlier ones. */
  history(filter: LogFilter, limit: number, afterSeq?: number, beforeSeq?: number): LogLine[];
  /** Calls back with batches of new lines, at most one batch per turn of the event loop. */
  subscribe(listener: (lines: readonly LogLine[]) => void): () => void;
}

interface LogBusOptions {
  directory: string;
  clock: Clock;
  /** Lines kept in memory. */
  keepLines?: number;
  /** Bytes of them in memory, about. */
  keepBytes?: number;
  /** Size at which a file is closed and the next one begun. */
  fileBytes?: number;
  /** Files kept on disk, the newest ones. */
  keepFiles?: number;
}

/** Longest text kept of one line: longer ones are cut with a note. */
const maxTextLength = 1024 * 1024;

/** How much of each of the two newest files is read back at the start. */
const reopenBytes = 4 * 1024 * 1024;

/** True where a line is what a filter asks for. */
export function matchesFilter(line: LogLine, filter: LogFilter): boolean {
  if (filter.levels !== undefined && !filter.levels.includes(line.level)) return false;
  if (filter.sources !== undefined && !filter.sources.includes(line.source)) return false;
  if (filter.storlet !== undefined && line.storlet !== filter.storlet) return false;
  if (filter.storlets !== undefined && (line.storlet === undefined || !filter.storlets.includes(line.storlet))) return false;
  if (filter.from !== undefined && line.time < filter.from) return false;
  if (filter.to !== undefined && line.time > filter.to) return false;
  if (filter.run !== undefined && line.run !== filter.run) return false;
  if (filter.text !== undefined && !line.text.toLowerCase().includes(filter.text.toLowerCase())) return false;
  return true;
}

const fileNamePattern = /^log-(\d+)\.jsonl$/;

function listLogFiles(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => fileNamePattern.test(name))
    .sort();
}

/** Whole lines within the last `tailBytes` of a file; what a crash cut off is passed over. */
function readLastLines(path: string, tailBytes: number): StoredLine[] {
  const descriptor = openSync(path, "r");
  try {
    const { size } = fstatSync(descriptor);
    const start = Math.max(0, size - tailBytes);
    const bytes = Buffer.alloc(size - start);
    readSync(descriptor, bytes, 0, bytes.byteLength, start);
    const texts = bytes.toString("utf8").split("\n");
    if (start > 0) texts.shift();
    return texts.flatMap((text) => parseLine(text));
  } finally {
    closeSync(descriptor);
  }
}

/** A line as a file has it. */
interface StoredLine {
  readonly json: string;
  readonly seq: number;
}

function parseLine(json: string): StoredLine[] {
  if (json === "") return [];
  try {
    return [{ json, seq: (JSON.parse(json) as LogLine).seq }];
  } catch {
    return [];
  }
}

/** Opens a file to add lines. A crash may have left half a line: begin on a fresh one, so that only that half is lost. */
function openForAppending(path: string): { descriptor: number; path: string; sizeBytes: number } {
  const descriptor = openSync(path, "a+");
  const { size } = fstatSync(descriptor);
  const last = Buffer.alloc(1);
  if (size > 0 && readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a) writeSync(descriptor, "\n");
  return { descriptor, path, sizeBytes: size };
}

/** Opens the log of a data directory. The newest lines of earlier engines are there again. */
export function createLogBus(options: LogBusOptions): LogBus {
  const { directory, clock, keepLines = 200_000, keepBytes = 48 * 1024 * 1024, fileBytes = 64 * 1024 * 1024, keepFiles = 16 } = options;
  mkdirSync(directory, { recursive: true });

  const emitter = createEmitter<readonly LogLine[]>();
  // Only the newest lines of earlier engines: the start must not wait for a large log. The newest file may just have been begun.
  const names = listLogFiles(directory);
  const ring = createLogRing({ matches: matchesFilter, keepLines, keepBytes });
  let nextSeq = 1;
  for (const { json, seq } of names.slice(-2).flatMap((name) => readLastLines(join(directory, name), reopenBytes))) {
    ring.add(json, seq);
    nextSeq = seq + 1;
  }
  let file = openForAppending(join(directory, names.at(-1) ?? "log-000001.jsonl"));

  let pending: LogLine[] = [];
  let flushScheduled = false;
  let closed = false;

  function rotate(): void {
    closeSync(file.descriptor);
    const number = Number(fileNamePattern.exec(file.path.slice(directory.length + 1))?.[1] ?? 0) + 1;
    const path = join(directory, `log-${String(number).padStart(6, "0")}.jsonl`);
    file = openForAppending(path);
    for (const name of listLogFiles(directory).slice(0, -keepFiles)) unlinkSync(join(directory, name));
  }

  function flush(): void {
    flushScheduled = false;
    if (pending.length === 0) return;
    const batch = pending;
    pending = [];
    const lines = batch.map((line) => JSON.stringify(line));
    const text = `${lines.join("\n")}\n`;
    for (const [index, line] of batch.entries()) ring.add(lines[index] as string, line.seq);
    try {
      // As a string: buffers of so many writes would be memory that the system does not get back.
      writeSync(file.descriptor, text);
      file.sizeBytes += Buffer.byteLength(text);
      if (file.sizeBytes >= fileBytes) rotate();
    } catch {
      // A full disk must not stop the work that is being logged: the lines stay in memory and on the screens.
    }
    emitter.emit(batch);
  }

  return {
    write(entry) {
      if (closed) return;
      const text = entry.text.length > maxTextLength ? `${entry.text.slice(0, maxTextLength)} … cut at 1 MB` : entry.text;
      const line: LogLine = { ...entry, seq: nextSeq++, time: clock.nowMs(), text };
      pending.push(line);
      if (!flushScheduled) {
        flushScheduled = true;
        setImmediate(flush);
      }
    },
    history(filter, wanted, afterSeq = 0, beforeSeq = Infinity) {
      const limit = Math.min(wanted, keepLines);
      const found: LogLine[] = [];
      for (let index = pending.findLastIndex((line) => line.seq < beforeSeq); index >= 0 && found.length < limit; index--) {
        const line = pending[index] as LogLine;
        if (line.seq <= afterSeq) return found.reverse();
        if (matchesFilter(line, filter)) found.push(line);
      }
      return [...found, ...ring.newest(filter, limit - found.length, { afterSeq, beforeSeq })].reverse();
    },
    subscribe: (listener) => emitter.on(listener),
    async [Symbol.asyncDispose]() {
      if (closed) return;
      closed = true;
      flush();
      closeSync(file.descriptor);
    },
  };
}
