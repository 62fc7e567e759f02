/** The newest log lines in memory, as the JSON that is on disk: a tenth of what they take as objects. Owns no file and no listener. */
import type { LogFilter, LogLine } from "../contract/index.ts";

/** Both ends excluded. */
export interface SeqRange {
  readonly afterSeq: number;
  readonly beforeSeq: number;
}

export interface LogRing {
  /** Adds a line that is newer than all others: its JSON, and its number. */
  add(json: string, seq: number): void;
  /** Lines between two numbers that match, the newest first, `limit` at most. */
  newest(filter: LogFilter, limit: number, between: SeqRange): LogLine[];
}

interface LogRingOptions {
  /** True where a line is what a filter asks for. */
  matches(line: LogLine, filter: LogFilter): boolean;
  readonly keepLines: number;
  readonly keepBytes: number;
}

/** Lines that are closed are packed together; what is newer lies open. */
const chunkBytes = 256 * 1024;
/** Of the memory of a chunk, which is used again by a later one. */
const chunkCapacity = 288 * 1024;
const lineEnd = 0x0a;

interface Chunk {
  /** What `bytes` lie in. */
  readonly memory: Buffer;
  readonly bytes: Buffer;
  readonly lines: number;
  readonly lastSeq: number;
}

/** Texts of which the JSON of a matching line has one each, so that most lines need no reading. */
function cluesOf(filter: LogFilter): string[][] {
  const field = (name: string, values: readonly string[]): string[] => values.map((value) => `"${name}":${JSON.stringify(value)}`);
  return [
    ...(filter.levels === undefined ? [] : [field("level", filter.levels)]),
    ...(filter.sources === undefined ? [] : [field("source", filter.sources)]),
    ...(filter.storlet === undefined ? [] : [field("storlet", [filter.storlet])]),
    ...(filter.run === undefined ? [] : [field("run", [filter.run])]),
  ];
}

/** What the lower-case JSON of a match contains; null where JSON may write it in another way. */
function textClueOf({ text }: LogFilter): string | null {
  return text !== undefined && /^[ -!#-[\]-~]+$/.test(text) ? text.toLowerCase() : null;
}

export function createLogRing({ matches, keepLines, keepBytes }: LogRingOptions): LogRing {
  const chunks: Chunk[] = [];
  const spares: Buffer[] = [];
  let packedLines = 0;
  let packedBytes = 0;
  let open: string[] = [];
  let openLength = 0;
  let lastSeq = 0;

  function pack(): void {
    const text = `${open.join("\n")}\n`;
    const sizeBytes = Buffer.byteLength(text);
    const memory = (sizeBytes <= chunkCapacity ? spares.pop() : undefined) ?? Buffer.allocUnsafeSlow(Math.max(sizeBytes, chunkCapacity));
    memory.write(text);
    const bytes = memory.subarray(0, sizeBytes);
    chunks.push({ memory, bytes, lines: open.length, lastSeq });
    packedLines += open.length;
    packedBytes += bytes.byteLength;
    open = [];
    openLength = 0;
    for (let first = chunks[0]; first !== undefined && chunks.length > 1; first = chunks[0]) {
      if (packedBytes <= keepBytes && packedLines - first.lines < keepLines) return;
      chunks.shift();
      packedLines -= first.lines;
      packedBytes -= first.bytes.byteLength;
      if (first.memory.byteLength === chunkCapacity && spares.length === 0) spares.push(first.memory);
    }
  }

  /** The JSON of lines, the newest first; of chunks without a clue only their number of lines. */
  function* walk(clues: readonly string[][], textClue: string | null, { afterSeq, beforeSeq }: SeqRange): Generator<string | number> {
    for (let index = open.length - 1; index >= 0; index--) yield open[index] as string;
    for (let index = chunks.length - 1; index >= 0; index--) {
      const { bytes, lines, lastSeq: chunkSeq } = chunks[index] as Chunk;
      if (chunkSeq <= afterSeq) return;
      const isBefore = (chunks[index - 1]?.lastSeq ?? 0) + 1 < beforeSeq;
      const mayMatch =
        isBefore &&
        clues.every((texts) => texts.some((text) => bytes.includes(text))) &&
        (textClue === null || bytes.toString().toLowerCase().includes(textClue));
      if (!mayMatch) {
        yield lines;
        continue;
      }
      for (let end = bytes.byteLength - 1; end > 0;) {
        const start = bytes.lastIndexOf(lineEnd, end - 1) + 1;
        yield bytes.toString("utf8", start, end);
        end = start - 1;
      }
    }
  }

  return {
    add(json, seq) {
      open.push(json);
      openLength += json.length + 1;
      lastSeq = seq;
      if (openLength >= chunkBytes) pack();
    },
    newest(filter, limit, between) {
      const found: LogLine[] = [];
      if (limit <= 0) return found;
      const clues = cluesOf(filter);
      let seen = 0;
      for (const next of walk(clues, textClueOf(filter), between)) {
        seen += typeof next === "number" ? next : 1;
        if (seen > keepLines) break;
        if (typeof next === "number" || !clues.every((texts) => texts.some((text) => next.includes(text)))) continue;
        const line = JSON.parse(next) as LogLine;
        if (line.seq <= between.afterSeq) break;
        if (line.seq < between.beforeSeq && matches(line, filter)) found.push(line);
        if (found.length === limit) break;
      }
      return found;
    },
  };
}
