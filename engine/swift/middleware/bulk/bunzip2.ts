/**
 * Decompresses bzip2 block by block. Owns the format. A block is decoded in one go, in at most a tenth of a second; memory stays at
 * some ten megabytes whatever the size of the archive.
 */
import { TarError } from "./tar.ts";

const invalid = (): TarError => new TarError("invalid compressed data");

/** More than the longest block takes, compressed: one with this much of it at hand can be decoded without waiting. */
const windowBytes = 3 * 1024 * 1024;
const outputBytes = 256 * 1024;

const blockMark = 0x314159265359;
const endMark = 0x177245385090;
const groupLength = 50;
const longestCode = 20;

const crcTable = Uint32Array.from({ length: 256 }, (_unused, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc << 1) ^ (crc < 0 ? 0x04c11db7 : 0);
  return crc;
});

/** Reads bits, the highest first, out of what has arrived. */
class BitReader {
  readonly #iterator: AsyncIterator<Uint8Array>;
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #buffer = 0;
  #count = 0;
  #isOver = false;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#iterator = source[Symbol.asyncIterator]();
  }

  /** Waits until `count` bytes are at hand, or all there are. */
  async fill(count: number): Promise<void> {
    let have = this.#bytes.byteLength - this.#at;
    if (have >= count || this.#isOver) return;
    const parts = [this.#bytes.subarray(this.#at)];
    while (have < count) {
      const { done, value } = await this.#iterator.next();
      if (done === true) {
        this.#isOver = true;
        break;
      }
      parts.push(Buffer.from(value));
      have += value.byteLength;
    }
    this.#bytes = Buffer.concat(parts, have);
    this.#at = 0;
  }

  /** Up to 24 bits. Throws where there are no more. */
  bits(count: number): number {
    while (this.#count < count) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) throw new TarError("unexpected end of data");
      this.#at += 1;
      this.#buffer = ((this.#buffer << 8) | byte) & 0x7fffffff;
      this.#count += 8;
    }
    this.#count -= count;
    return (this.#buffer >>> this.#count) & ((1 << count) - 1);
  }

  /** 32 bits as an unsigned number. */
  word(): number {
    return this.bits(16) * 0x10000 + this.bits(16);
  }

  /** A mark of 48 bits. */
  mark(): number {
    return this.bits(24) * 0x1000000 + this.bits(24);
  }

  /** Leaves the rest of a byte that has been begun. */
  align(): void {
    this.#count -= this.#count % 8;
  }

  /** True where no whole byte is left. */
  isAtEnd(): boolean {
    return this.#count < 8 && this.#at >= this.#bytes.byteLength;
  }

  async close(): Promise<void> {
    await this.#iterator.return?.();
  }
}

/** A Huffman code as decoding wants it: by length, the highest code, and where its symbols begin. */
interface Code {
  readonly shortest: number;
  readonly longest: number;
  readonly limit: Int32Array;
  readonly base: Int32Array;
  readonly symbols: Uint16Array;
}

function makeCode(lengths: Uint8Array): Code {
  const counts = new Int32Array(longestCode + 2);
  for (const length of lengths) counts[length]! += 1;
  const symbols = new Uint16Array(lengths.length);
  let filled = 0;
  for (let length = 1; length <= longestCode; length += 1) {
    for (const [symbol, own] of lengths.entries()) if (own === length) symbols[filled++] = symbol;
  }
  const limit = new Int32Array(longestCode + 2).fill(-1);
  const base = new Int32Array(longestCode + 2);
  let code = 0;
  let before = 0;
  for (let length = 1; length <= longestCode; length += 1) {
    base[length] = before - code;
    code += counts[length]!;
    before += counts[length]!;
    limit[length] = code - 1;
    code *= 2;
  }
  return { shortest: Math.min(...lengths), longest: Math.max(...lengths), limit, base, symbols };
}

function readSymbol(reader: BitReader, code: Code): number {
  let length = code.shortest;
  let value = reader.bits(length);
  while (value > code.limit[length]!) {
    if (length >= code.longest) throw invalid();
    length += 1;
    value = value * 2 + reader.bits(1);
  }
  const symbol = code.symbols[code.base[length]! + value];
  if (symbol === undefined) throw invalid();
  return symbol;
}

/** The byte values that a block uses, in order. */
function readAlphabet(reader: BitReader): Uint8Array {
  const groups = reader.bits(16);
  const used: number[] = [];
  for (let group = 0; group < 16; group += 1) {
    if ((groups & (0x8000 >> group)) === 0) continue;
    const members = reader.bits(16);
    for (let member = 0; member < 16; member += 1) if ((members & (0x8000 >> member)) !== 0) used.push(group * 16 + member);
  }
  if (used.length === 0) throw invalid();
  return Uint8Array.from(used);
}

function readSelectors(reader: BitReader, codeCount: number): Uint8Array {
  const count = reader.bits(15);
  if (count === 0) throw invalid();
  const order = Array.from({ length: codeCount }, (_unused, at) => at);
  const selectors = new Uint8Array(count);
  for (let at = 0; at < count; at += 1) {
    let place = 0;
    while (reader.bits(1) === 1) {
      place += 1;
      if (place >= codeCount) throw invalid();
    }
    const [chosen] = order.splice(place, 1);
    order.unshift(chosen!);
    selectors[at] = chosen!;
  }
  return selectors;
}

function readCodes(reader: BitReader, codeCount: number, symbolCount: number): Code[] {
  return Array.from({ length: codeCount }, () => {
    const lengths = new Uint8Array(symbolCount);
    let length = reader.bits(5);
    for (let symbol = 0; symbol < symbolCount; symbol += 1) {
      while (reader.bits(1) === 1) length += reader.bits(1) === 0 ? 1 : -1;
      if (length < 1 || length > longestCode) throw invalid();
      lengths[symbol] = length;
    }
    return makeCode(lengths);
  });
}

/** Reads a block's symbols: runs and places in a list of bytes that moves the last one to its front. Returns the number of bytes. */
function readBytes(reader: BitReader, alphabet: Uint8Array, block: Uint32Array, blockSize: number): number {
  const codeCount = reader.bits(3);
  if (codeCount < 2 || codeCount > 6) throw invalid();
  const selectors = readSelectors(reader, codeCount);
  const codes = readCodes(reader, codeCount, alphabet.length + 2);
  const recent = Uint8Array.from(alphabet);
  const last = alphabet.length + 1;
  let filled = 0;
  let run = 0;
  let runBit = 1;
  for (let at = 0; ; at += 1) {
    const selector = selectors[Math.floor(at / groupLength)];
    if (selector === undefined) throw invalid();
    const symbol = readSymbol(reader, codes[selector]!);
    if (symbol <= 1) {
      run += runBit << symbol;
      runBit <<= 1;
      if (run > blockSize) throw invalid();
      continue;
    }
    if (run > 0) {
      if (filled + run > blockSize) throw invalid();
      block.fill(recent[0]!, filled, filled + run);
      filled += run;
      run = 0;
      runBit = 1;
    }
    if (symbol === last) return filled;
    if (filled >= blockSize) throw invalid();
    const byte = recent[symbol - 1]!;
    recent.copyWithin(1, 0, symbol - 1);
    recent[0] = byte;
    block[filled++] = byte;
  }
}

/** Turns the last column of the sorted rotations into a chain: each entry's low byte is a byte, the rest where the next one is. */
function link(block: Uint32Array, length: number): void {
  const starts = new Uint32Array(257);
  for (let at = 0; at < length; at += 1) starts[(block[at]! & 0xff) + 1]! += 1;
  for (let byte = 0; byte < 256; byte += 1) starts[byte + 1]! += starts[byte]!;
  for (let at = 0; at < length; at += 1) {
    const byte = block[at]! & 0xff;
    const place = starts[byte]!;
    starts[byte] = place + 1;
    block[place] = block[place]! | (at << 8);
  }
}

/** Follows the chain and undoes the first step of compression: four equal bytes are followed by a count of further ones. */
function* unpack(block: Uint32Array, length: number, origin: number, expectedCrc: number): Generator<Buffer> {
  let output = Buffer.allocUnsafe(outputBytes);
  let filled = 0;
  let crc = 0xffffffff | 0;
  let place = block[origin]! >>> 8;
  let previous = -1;
  let equal = 0;
  for (let at = 0; at < length; at += 1) {
    const entry = block[place]!;
    place = entry >>> 8;
    const value = entry & 0xff;
    let byte = value;
    let count = 1;
    if (equal === 4) {
      byte = previous;
      count = value;
      equal = 0;
      previous = -1;
    } else {
      equal = value === previous ? equal + 1 : 1;
      previous = value;
    }
    for (; count > 0; count -= 1) {
      output[filled++] = byte;
      crc = (crc << 8) ^ crcTable[((crc >>> 24) ^ byte) & 0xff]!;
      if (filled < outputBytes) continue;
      yield output;
      output = Buffer.allocUnsafe(outputBytes);
      filled = 0;
    }
  }
  if (~crc >>> 0 !== expectedCrc) throw invalid();
  if (filled > 0) yield output.subarray(0, filled);
}

/** One block of which all is at hand. */
function* decodeBlock(reader: BitReader, block: Uint32Array, blockSize: number): Generator<Buffer> {
  const crc = reader.word();
  // Randomised blocks have not been written since 1999.
  if (reader.bits(1) === 1) throw invalid();
  const origin = reader.bits(24);
  const length = readBytes(reader, readAlphabet(reader), block, blockSize);
  if (origin >= length) throw invalid();
  link(block, length);
  yield* unpack(block, length, origin, crc);
}

/** What a bzip2 file holds; several files one behind the other are one. Throws a TarError where it is none, or breaks off. */
export async function* bunzip2(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = new BitReader(source);
  try {
    do {
      await reader.fill(windowBytes);
      if (reader.bits(24) !== 0x425a68) throw invalid();
      const level = reader.bits(8) - 0x30;
      if (level < 1 || level > 9) throw invalid();
      const blockSize = level * 100_000;
      const block = new Uint32Array(blockSize);
      while (true) {
        await reader.fill(windowBytes);
        const mark = reader.mark();
        if (mark === endMark) break;
        if (mark !== blockMark) throw invalid();
        yield* decodeBlock(reader, block, blockSize);
      }
      reader.word();
      reader.align();
      await reader.fill(windowBytes);
    } while (!reader.isAtEnd());
  } finally {
    await reader.close();
  }
}
