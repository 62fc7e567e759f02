/**
 * Reads tar archives as a stream: ustar, GNU long names, PAX records, base-256 sizes. Owns the format; what becomes of the files is
 * the reader's part. What makes an archive invalid, and the words for it, are those of the reference (Python's tarfile).
 */
import type { ByteStream } from "../../../support/streams.ts";

const blockBytes = 512;
/** Long names and PAX records are read into memory: beyond this they are no such thing. */
const longestExtension = 1024 * 1024;
/** What may follow the end of an archive and is still read, so that the sender can finish. */
const longestTail = 1024 * 1024;

/** What is thrown for an archive that cannot be read. */
export class TarError extends Error {}

export interface TarEntry {
  /** As stored: no encoding is sure. */
  readonly name: Buffer;
  readonly sizeBytes: number;
  /** `other`: directories, links, devices. `sparse`: GNU's own form of a file with holes. */
  readonly kind: "file" | "sparse" | "other";
  /** PAX records of the file, over those of the whole archive. */
  readonly pax: ReadonlyMap<string, string>;
  /** To be read before the next entry is asked for; what is left of it is passed over. */
  readonly body: ByteStream;
}

/** Bytes of a stream in the portions that are asked for. */
class Source {
  readonly #iterator: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#iterator = source[Symbol.asyncIterator]();
  }

  /** Some bytes, at most `most`; they are the caller's until the next call. Empty at the end. */
  async some(most: number): Promise<Uint8Array> {
    while (this.#chunk.byteLength === 0) {
      const { done, value } = await this.#iterator.next();
      if (done === true) return this.#chunk;
      this.#chunk = value;
    }
    const part = this.#chunk.subarray(0, most);
    this.#chunk = this.#chunk.subarray(part.byteLength);
    return part;
  }

  /** Exactly `count` bytes, or fewer at the end. */
  async exactly(count: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(count);
    let filled = 0;
    while (filled < count) {
      const part = await this.some(count - filled);
      if (part.byteLength === 0) break;
      bytes.set(part, filled);
      filled += part.byteLength;
    }
    return bytes.subarray(0, filled);
  }

  /** Passes over bytes; false where there are not as many. */
  async skip(count: number): Promise<boolean> {
    for (let left = count; left > 0;) {
      const part = await this.some(left);
      if (part.byteLength === 0) return false;
      left -= part.byteLength;
    }
    return true;
  }

  async close(): Promise<void> {
    await this.#iterator.return?.();
  }
}

function untilNul(field: Buffer): Buffer {
  const end = field.indexOf(0);
  return end < 0 ? field : field.subarray(0, end);
}

/** A number field: octal text, or base 256 where its first bit is set. Null where it is neither. */
function readNumber(field: Buffer): number | null {
  if (field[0] === 0x80 || field[0] === 0xff) {
    let value = 0;
    for (const byte of field.subarray(1)) value = value * 256 + byte;
    return field[0] === 0xff ? value - 256 ** (field.length - 1) : value;
  }
  const text = untilNul(field).toString("latin1").trim();
  return /^[0-7]*$/.test(text) ? Number.parseInt(text || "0", 8) : null;
}

interface Header {
  readonly name: Buffer;
  readonly sizeBytes: number;
  readonly type: string;
}

/** Sums of a header's bytes with blanks for the sum itself. Some writers add signed bytes. */
function checksums(block: Buffer): { unsigned: number; signed: number } {
  let unsigned = 8 * 0x20;
  let signed = 8 * 0x20;
  for (const [at, byte] of block.entries()) {
    if (at >= 148 && at < 156) continue;
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  return { unsigned, signed };
}

const zeros = Buffer.alloc(blockBytes);
const gnuTypes = new Set(["L", "K", "S"]);

/** A header block. `end` where the archive ends; throws what is wrong with it. */
function parseHeader(block: Buffer): Header | "end" {
  if (block.length === 0) throw new TarError("empty file");
  if (block.length < blockBytes) throw new TarError("truncated header");
  if (block.equals(zeros)) return "end";
  const sum = readNumber(block.subarray(148, 156));
  const sums = checksums(block);
  if (sum === null) throw new TarError("invalid header");
  if (sum !== sums.unsigned && sum !== sums.signed) throw new TarError("bad checksum");
  const sizeBytes = readNumber(block.subarray(124, 136));
  if (sizeBytes === null || sizeBytes < 0 || !Number.isSafeInteger(sizeBytes)) throw new TarError("invalid header");
  const given = String.fromCharCode(block[156]!);
  const short = untilNul(block.subarray(0, 100));
  // Before POSIX a directory was a file whose name ends in a slash.
  const type = given === "\0" && short.at(-1) === 0x2f ? "5" : given;
  const prefix = untilNul(block.subarray(345, 500));
  const name = prefix.length > 0 && !gnuTypes.has(type) ? Buffer.concat([prefix, Buffer.from("/"), short]) : short;
  return { name: Buffer.from(name), sizeBytes, type };
}

/** PAX records: `<length> <key>=<value>\n`, the length counting itself. */
export function parsePax(bytes: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  let at = 0;
  while (at < bytes.length && bytes[at] !== 0) {
    const blank = bytes.indexOf(0x20, at);
    const digits = blank < 0 ? "" : bytes.toString("latin1", at, blank);
    const length = /^\d{1,9}$/.test(digits) ? Number(digits) : 0;
    const equals = bytes.indexOf(0x3d, blank);
    const end = at + length;
    if (length === 0 || equals < 0 || equals >= end || end > bytes.length) throw new TarError("invalid header");
    records.set(bytes.toString("utf8", blank + 1, equals), bytes.toString("utf8", equals + 1, end - 1));
    at = end;
  }
  return records;
}

const padded = (sizeBytes: number): number => Math.ceil(sizeBytes / blockBytes) * blockBytes;

/** What stands before a file and belongs to it. */
interface Extensions {
  longName: Buffer | null;
  pax: Map<string, string>;
}

async function readExtension(source: Source, sizeBytes: number): Promise<Buffer> {
  if (sizeBytes > longestExtension) throw new TarError("invalid header");
  const bytes = await source.exactly(padded(sizeBytes));
  if (bytes.length < sizeBytes) throw new TarError("unexpected end of data");
  return bytes.subarray(0, sizeBytes);
}

const fileTypes = new Set(["0", "\0", "7"]);
const bodyless = new Set(["1", "2", "3", "4", "5", "6"]);

function kindOf(type: string): TarEntry["kind"] {
  if (type === "S") return "sparse";
  // Types that nobody knows are files.
  return fileTypes.has(type) || !bodyless.has(type) ? "file" : "other";
}

function toEntry(header: Header, extensions: Extensions, global: ReadonlyMap<string, string>): Omit<TarEntry, "body"> {
  const pax = new Map([...global, ...extensions.pax]);
  const path = pax.get("path");
  const size = pax.get("size");
  const kind = kindOf(header.type);
  const name = path === undefined ? (extensions.longName ?? header.name) : Buffer.from(path, "utf8");
  const sizeBytes = size !== undefined && /^\d{1,15}$/.test(size) ? Number(size) : header.sizeBytes;
  return { name, sizeBytes: kind === "other" ? 0 : sizeBytes, kind, pax };
}

/** The body of one entry, and how much of it is still to come. */
function createBody(source: Source, sizeBytes: number): { stream: ByteStream; leftBytes(): number } {
  let left = sizeBytes;
  let released = false;
  const iterator: AsyncIterator<Uint8Array> = {
    async next() {
      if (left === 0 || released) return { done: true, value: undefined };
      const part = await source.some(left);
      if (part.byteLength === 0) throw new TarError("unexpected end of data");
      left -= part.byteLength;
      return { done: false, value: part };
    },
    async return() {
      released = true;
      return { done: true, value: undefined };
    },
  };
  const stream = { [Symbol.asyncIterator]: () => iterator, cancel: () => void (released = true) };
  return { stream, leftBytes: () => left };
}

/** Takes in the blocks that writers put behind the end. What they hold does not matter. */
async function readTail(source: Source): Promise<void> {
  try {
    await source.skip(longestTail);
  } catch (thrown) {
    if (!(thrown instanceof TarError)) throw thrown;
  }
}

/** The entries of an archive, in order. Throws a TarError where it is none, or breaks off within an entry. */
export async function* readTar(archive: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  const source = new Source(archive);
  const global = new Map<string, string>();
  let extensions: Extensions = { longName: null, pax: new Map() };
  try {
    for (let isFirst = true; ; isFirst = false) {
      let header: Header | "end";
      try {
        header = parseHeader(await source.exactly(blockBytes));
      } catch (thrown) {
        // Behind the first entry, what is no header is the end.
        if (thrown instanceof TarError && !isFirst) return;
        throw thrown;
      }
      if (header === "end") break;
      const { type, sizeBytes } = header;
      if (type === "L") extensions.longName = Buffer.from(untilNul(await readExtension(source, sizeBytes)));
      else if (type === "x" || type === "X") extensions.pax = parsePax(await readExtension(source, sizeBytes));
      else if (type === "g") for (const [key, value] of parsePax(await readExtension(source, sizeBytes))) global.set(key, value);
      else if (type === "K") await readExtension(source, sizeBytes);
      else {
        const entry = toEntry(header, extensions, global);
        extensions = { longName: null, pax: new Map() };
        const body = createBody(source, entry.sizeBytes);
        yield { ...entry, body: body.stream };
        if (!(await source.skip(body.leftBytes() + padded(entry.sizeBytes) - entry.sizeBytes)) && body.leftBytes() > 0) {
          throw new TarError("unexpected end of data");
        }
      }
    }
    await readTail(source);
  } finally {
    await source.close();
  }
}
