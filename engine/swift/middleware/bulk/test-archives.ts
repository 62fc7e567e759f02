/** Archives for tests: a small writer of tar, and one archive that the bzip2 of others has written. */

export interface TestFile {
  name: string | Buffer;
  body?: string | Buffer;
  /** The type flag; `0`, a file, by default. */
  type?: string;
  prefix?: string;
}

const blockBytes = 512;

function makeHeader({ name, type = "0", prefix = "" }: TestFile, sizeBytes: number): Buffer {
  const header = Buffer.alloc(blockBytes);
  (typeof name === "string" ? Buffer.from(name) : name).copy(header, 0, 0, 100);
  header.write("0000644\0", 100, "latin1");
  header.write(`${sizeBytes.toString(8).padStart(11, "0")}\0`, 124, "latin1");
  header.write("        ", 148, "latin1");
  header.write(type, 156, "latin1");
  header.write("ustar\u000000", 257, "latin1");
  header.write(prefix, 345, "utf8");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return header;
}

/** A tar of files, in order. */
export function makeTar(files: readonly TestFile[]): Buffer {
  const parts = files.flatMap((file) => {
    const body = Buffer.from(file.body ?? "");
    const padding = Buffer.alloc((blockBytes - (body.length % blockBytes)) % blockBytes);
    return [makeHeader(file, body.length), body, padding];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * blockBytes)]);
}

/** PAX records for the file behind them. */
export function paxHeader(records: Readonly<Record<string, string>>): TestFile {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = Buffer.byteLength(` ${key}=${value}\n`);
    let length = rest + String(rest).length;
    length = rest + String(length).length;
    return `${length} ${key}=${value}\n`;
  });
  return { name: "pax", type: "x", body: lines.join("") };
}

/** `c1/hello.txt` (hello) and `c1/many` (0123456789, 30,000 times), compressed in several blocks. */
export const tarBz2 = Buffer.from(
  "QlpoMTFBWSZTWSXVvYAAwzfbgMmAQAH/4AQgakeeYARIMADYIimjCME0DIyMRtQwyMCaYEyGJowE1VNI0mQaNDEBoD5+9tsv750qt/DbYsrZ4dlhv2VYN10s" +
    "7drtVt0hr5csGmV+86Ais9LL2sb87TNARWEBFcUBFY3Wvnc0BFauOtARXVcEBFY1Z6ICK2ICK9EBFZ1053d/dLw9+l9WPrFlfsIh9YGC4A/MUFZJlNZSo//p" +
    "QAThwgAf+AgAHBADAKVQwmcVBUeVQVHqoKj5UFRhUFRlUFRpUFRtUFR+qCo4qCo6YoKyTKayGwf3uABOHBAA/8BAAOCAGAUqhhM4qCo8VBUe1QVHyoKjCoKj" +
    "KoKjSoKjaoKj9UFRxUFR0xQVkmU1mivfbfAABPyADAAH/gAAggAFCBoGgJqqaNGjTcW8JVxFzFjqLNTsXgtC9F8LYtRfi7kinChIXpQJ+YA=",
  "base64",
);
