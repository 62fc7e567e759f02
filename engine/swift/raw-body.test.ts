/** Requests that Node's parser refuses and we read by hand: their bodies, however framed and however cut into packets. */
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestSwift, type TestSwift } from "./test-swift.ts";

const account = "/v1/AUTH_test";
const owner = { as: "test:tester" } as const;
/** A name whose bytes Node takes for no URL. */
const raw = "caf\xc3\xa9";

let swift: TestSwift;
let token: string;
beforeAll(async () => {
  swift = await createTestSwift();
  token = await swift.tokenOf("test:tester");
  await swift.send("PUT", `${account}/c`, owner);
});
afterAll(() => swift[Symbol.asyncDispose]());

const put = (...headers: string[]): string =>
  [`PUT ${account}/c/${raw} HTTP/1.1`, "Host: x", `X-Auth-Token: ${token}`, ...headers, "", ""].join("\r\n");

/** Sends one piece; every other one once what came back matches its condition (or a moment after the one before it has left). */
function converse(pieces: readonly (readonly [when: RegExp | null, bytes: string])[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = "";
    const left = [...pieces];
    const socket = connect(swift.port, "127.0.0.1");
    socket.setNoDelay(true);
    const advance = (): void => {
      const [next] = left;
      if (next === undefined || (next[0] !== null && !next[0].test(received))) return;
      left.shift();
      socket.write(Buffer.from(next[1], "latin1"), () => setImmediate(advance));
    };
    socket.on("connect", advance);
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
      advance();
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(received));
  });
}

const stored = async (): Promise<string> => (await swift.send("GET", `${account}/c/caf%C3%A9`, owner)).text;

describe("a body after a head that Node refuses", () => {
  it.each<[string, () => readonly (readonly [RegExp | null, string])[], string]>([
    [
      "chunked, in one packet",
      () => [[null, `${put("Transfer-Encoding: chunked")}3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: x\r\n\r\n`]],
      "abcde",
    ],
    [
      "chunked, in many packets",
      () =>
        ["", "5", "\r", "\nab", "cde\r\n", "0\r", "\n\r", "\n"].map((text, at) => [
          null,
          at === 0 ? put("Transfer-Encoding: chunked") : text,
        ]),
      "abcde",
    ],
    [
      "announced, in two packets",
      () => [
        [null, `${put("Content-Length: 6")}abc`],
        [null, "def"],
      ],
      "abcdef",
    ],
    [
      "after 100 Continue",
      () => [
        [null, put("Content-Length: 3", "Expect: 100-continue")],
        [/^HTTP\/1\.1 100 /, "xyz"],
      ],
      "xyz",
    ],
    [
      "after a head in two packets",
      () => [
        [null, put("Content-Length: 2").slice(0, 60)],
        [null, `${put("Content-Length: 2").slice(60)}ok`],
      ],
      "ok",
    ],
  ])("arrives: %s", async (_what, pieces, body) => {
    const received = await converse(pieces());
    expect(received).toMatch(/HTTP\/1\.1 201 /);
    expect(await stored()).toBe(body);
  });

  it.each([
    ["that is no number of bytes", ["Transfer-Encoding: chunked"], "x\r\n", 400],
    ["with chunks that run into each other", ["Transfer-Encoding: chunked"], "1\r\nabc\r\n0\r\n\r\n", 400],
    ["with a line that never ends", ["Transfer-Encoding: chunked"], "1".repeat(9000), 400],
    ["framed in two ways", ["Transfer-Encoding: chunked", "Content-Length: 3"], "0\r\n\r\n", 400],
    ["coded otherwise", ["Transfer-Encoding: gzip,chunked"], "0\r\n\r\n", 501],
    ["of no length", [], "", 411],
  ])("is refused %s", async (_what, headers, bytes, status) => {
    const before = await stored();
    expect(await converse([[null, `${put(...headers)}${bytes}`]])).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(await stored()).toBe(before);
  });

  it("is not waited for where there is no request", async () => {
    expect(await converse([[null, "\x16\x03\x01\x02\x00"]])).toMatch(/^HTTP\/1\.1 400 /);
  });
});
