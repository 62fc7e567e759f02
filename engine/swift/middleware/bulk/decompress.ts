/** Archives as the tar inside them. Owns the choice of decompressor and the words for what is no archive. */
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { chunksOf, type Body } from "../../../support/streams.ts";
import { bunzip2 } from "./bunzip2.ts";
import { TarError } from "./tar.ts";

export type Compression = "none" | "gzip" | "bzip2";

/** Own chunks: a decompressor may still look at one when the next is asked for. */
async function* copies(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const chunk of source) yield Buffer.from(chunk);
}

const zlibProblems: Readonly<Record<string, string>> = {
  "incorrect header check": "not a gzip file",
  "unexpected end of file": "unexpected end of data",
};

async function* gunzip(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const inflater = createGunzip();
  pipeline(Readable.from(copies(source), { objectMode: false }), inflater, () => {});
  try {
    yield* inflater as AsyncIterable<Buffer>;
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException;
    if (code?.startsWith("Z_") !== true) throw thrown;
    throw new TarError(zlibProblems[message] ?? "invalid compressed data", { cause: thrown });
  } finally {
    inflater.destroy();
  }
}

/** The tar of an archive. Throws a TarError where it is not what it is said to be. */
export function decompress(body: Body | null, compression: Compression): AsyncIterable<Uint8Array> {
  const source = chunksOf(body);
  if (compression === "gzip") return gunzip(source);
  return compression === "bzip2" ? bunzip2(source) : source;
}
