/** Requests gone wrong, by the thousand, as raw bytes: nothing crashes, nothing is a 500, and the server is right afterwards. */
import { connect } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTemporaryDirectory, type TemporaryDirectory } from "../../store/test-store.ts";
import { createMixedClient } from "./mixed-client.ts";
import { createRandom, type Random } from "./random.ts";
import { createPlainClient, logIn, startServerProcess, type ServerProcess } from "./server-process.ts";

const isLong = process.env["STUDIO_LONG_TESTS"] === "1";
const requestsInAll = isLong ? 1_000_000 : 20_000;
const seed = Number(process.env["STUDIO_FUZZ_SEED"] ?? 1);
const perConnection = 2;
/** A server that waits for more, because a mutation announced more, is told that there is none. */
const idleMs = 30;
const lastRequest = "GET /healthcheck HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
const connectionsAtOnce = 32;

/** Requests that are right, for `$T` a token and `$N` a number. */
const templates = [
  "GET /v1/AUTH_test HTTP/1.1\r\nX-Auth-Token: $T\r\n\r\n",
  "GET /v1/AUTH_test?format=json&limit=10&marker=a&end_marker=z&prefix=f&delimiter=%2F&reverse=true HTTP/1.1\r\nX-Auth-Token: $T\r\n\r\n",
  "POST /v1/AUTH_test HTTP/1.1\r\nX-Auth-Token: $T\r\nX-Account-Meta-Colour: blue\r\nContent-Length: 0\r\n\r\n",
  "PUT /v1/AUTH_test/f$N HTTP/1.1\r\nX-Auth-Token: $T\r\nX-Container-Read: .r:*,.rlistings\r\nX-Storage-Policy: gold\r\nContent-Length: 0\r\n\r\n",
  "GET /v1/AUTH_test/fuzz?format=xml&prefix=a%2F&delimiter=%2F&path=a&limit=5 HTTP/1.1\r\nX-Auth-Token: $T\r\nAccept: application/json;q=0.5, text/xml\r\n\r\n",
  "POST /v1/AUTH_test/fuzz HTTP/1.1\r\nX-Auth-Token: $T\r\nX-Container-Meta-Quota-Bytes: 100000000\r\nX-Remove-Container-Meta-A: x\r\nContent-Length: 0\r\n\r\n",
  "PUT /v1/AUTH_test/fuzz/a/b/o$N HTTP/1.1\r\nX-Auth-Token: $T\r\nContent-Type: text/plain; charset=utf-8\r\nX-Object-Meta-Colour: blue\r\nX-Delete-After: 1000\r\nContent-Length: 11\r\n\r\nhello world",
  "PUT /v1/AUTH_test/fuzz/o$N HTTP/1.1\r\nX-Auth-Token: $T\r\nETag: 5eb63bbbe01eeed093cb22bb8f5acdc3\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\nb\r\nhello world\r\n0\r\n\r\n",
  'GET /v1/AUTH_test/fuzz/o$N HTTP/1.1\r\nX-Auth-Token: $T\r\nRange: bytes=0-3,5-6,-2\r\nIf-None-Match: "5eb63bbb"\r\nIf-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n',
  "HEAD /v1/AUTH_test/fuzz/o$N HTTP/1.1\r\nX-Auth-Token: $T\r\nIf-Match: *\r\n\r\n",
  "POST /v1/AUTH_test/fuzz/o$N HTTP/1.1\r\nX-Auth-Token: $T\r\nX-Object-Meta-Shape: round\r\nX-Delete-At: 99999999999\r\nContent-Length: 0\r\n\r\n",
  "COPY /v1/AUTH_test/fuzz/o$N HTTP/1.1\r\nX-Auth-Token: $T\r\nDestination: fuzz/copy$N\r\nDestination-Account: AUTH_test\r\nX-Fresh-Metadata: true\r\n\r\n",
  "PUT /v1/AUTH_test/fuzz/copied$N HTTP/1.1\r\nX-Auth-Token: $T\r\nX-Copy-From: /fuzz/o$N\r\nRange: bytes=1-5\r\nContent-Length: 0\r\n\r\n",
  "DELETE /v1/AUTH_test/fuzz/copy$N HTTP/1.1\r\nX-Auth-Token: $T\r\nX-If-Delete-At: 1\r\n\r\n",
  "DELETE /v1/AUTH_test/f$N HTTP/1.1\r\nX-Auth-Token: $T\r\n\r\n",
  "OPTIONS /v1/AUTH_test/fuzz/o$N HTTP/1.1\r\nOrigin: http://example.org\r\nAccess-Control-Request-Method: GET\r\n\r\n",
  "GET /auth/v1.0 HTTP/1.1\r\nX-Auth-User: test:tester\r\nX-Auth-Key: testing\r\n\r\n",
  "GET /info?swiftinfo_sig=a&swiftinfo_expires=1 HTTP/1.1\r\n\r\n",
  'PUT /v1/AUTH_test/fuzz/large$N?multipart-manifest=put HTTP/1.1\r\nX-Auth-Token: $T\r\nContent-Length: 60\r\n\r\n[{"path":"/fuzz/o$N","etag":null,"size_bytes":null,"range":"0-1"}]',
  "PUT /v1/AUTH_test/fuzz/dlo$N HTTP/1.1\r\nX-Auth-Token: $T\r\nX-Object-Manifest: fuzz/o\r\nContent-Length: 0\r\n\r\n",
  "PUT /v1/AUTH_test/fuzz/link$N HTTP/1.1\r\nX-Auth-Token: $T\r\nX-Symlink-Target: fuzz/o$N\r\nContent-Length: 0\r\n\r\n",
  "DELETE /v1/AUTH_test?bulk-delete HTTP/1.1\r\nX-Auth-Token: $T\r\nContent-Type: text/plain\r\nContent-Length: 20\r\n\r\nfuzz/copy1\nfuzz/no2\n",
  "GET /v1/AUTH_test/fuzz/o$N?temp_url_sig=da39a3ee5e6b4b0d3255bfef95601890afd80709&temp_url_expires=1999999999&filename=x HTTP/1.1\r\n\r\n",
  'POST /v1/AUTH_test/fuzz/form HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 71\r\n\r\n--b\r\nContent-Disposition: form-data; name="redirect"\r\n\r\nhttp://x\r\n--b--',
  'POST /v3/auth/tokens HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 41\r\n\r\n{"auth":{"identity":{"methods":["none"]}}}',
];

/** What is put where it does not belong. */
const nasties = [
  "\r\n", "\n", "\0", "%00", "%", "%zz", "%2F", "%2e%2e%2f", "../", "//", "?", "#", "&", "=", " ", "\t", ":", ",", ";", "\"", "<", ">",
  "-1", "0", "1e309", "99999999999999999999", "9007199254740993", "NaN", "bytes=", "bytes=-0", "bytes=9999999999-", "\u00ff\u00fe", "\u00c3(",
  "%C3%28", "%ED%A0%80", "\u00f0\u009f\u0092\u00a9", "HTTP/1.0", "HTTP/2.0", "AUTH_", "AUTH_other", "v1", "v2", ".", "null", "{}", "[]", "[[[[",
  "X-Auth-Token: $T\r\n", "X-Auth-Token: x\r\n", "Content-Length: 5\r\n", "Content-Length: 99999999999\r\n", "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: gzip\r\n",
  "Expect: 100-continue\r\n", "X-Timestamp: 1\r\n", "X-Backend-Storage-Policy-Index: 7\r\n", "Range: bytes=0-0\r\n", "Host: a\r\nHost: b\r\n", "Connection: upgrade\r\nUpgrade: x\r\n",
  "X-Object-Meta-\u00e9: \u00e9\r\n", "__proto__: 1\r\n", "constructor: 1\r\n", "X-Newest: true\r\n", "format=json", "limit=-1", "limit=10001", "multipart-manifest=get", "\u007f", "a".repeat(300), "/".repeat(500),
]; // prettier-ignore

function mutate(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  const length = 1 + random.below(random.pick([2, 10, 60]));
  switch (random.below(8)) {
    case 0:
      return text.slice(0, at) + String.fromCharCode(random.below(256)) + text.slice(at + 1);
    case 1:
      return text.slice(0, at) + text.slice(at + length);
    case 2:
      return text.slice(0, at) + text.slice(at, at + length).repeat(2 + random.below(3)) + text.slice(at + length);
    case 3:
      return text.slice(0, at);
    case 4:
      return text.slice(0, at) + random.pick(templates).slice(random.below(60));
    case 5: {
      // A header line where headers are.
      const end = text.indexOf("\r\n") + 2;
      return text.slice(0, end) + random.pick(nasties) + text.slice(end);
    }
    default:
      return text.slice(0, at) + random.pick(nasties) + text.slice(at + (random.below(2) === 0 ? 0 : length));
  }
}

function makeRequest(random: Random, token: string): string {
  let text = random.pick(templates).replace("\r\n", "\r\nHost: h\r\n");
  // Some stay right: what is wrong must not disturb them.
  const mutations = random.pick([0, 1, 1, 1, 1, 2, 2, 3]);
  for (let count = 0; count < mutations; count += 1) text = mutate(text, random);
  return text.replaceAll("$T", token).replaceAll("$N", String(random.below(20)));
}

/** Sends bytes and reads all that comes back until the other side is done. */
function exchange(port: number, bytes: Buffer): Promise<string> {
  return new Promise((resolve) => {
    let received = "";
    const socket = connect({ port, host: "127.0.0.1" }, () => socket.write(bytes));
    const idle = setTimeout(() => socket.end(), idleMs);
    const limit = setTimeout(() => {
      received += "\nTHE SERVER DID NOT CLOSE";
      socket.destroy();
    }, 20_000);
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
      idle.refresh();
    });
    // A server that has had enough may cut the connection.
    socket.on("error", () => {});
    socket.on("close", () => {
      clearTimeout(idle);
      clearTimeout(limit);
      resolve(received);
    });
  });
}

let directory: TemporaryDirectory;
let server: ServerProcess;
beforeAll(async () => {
  directory = await createTemporaryDirectory();
  server = await startServerProcess(directory.path);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await directory[Symbol.asyncDispose]();
});

it(
  `${requestsInAll} mutated requests do no harm (seed ${seed})`,
  async () => {
    const random = createRandom(seed);
    const token = await logIn(server.port, "test:tester", "testing");
    using owner = createPlainClient(server.port, token);
    const beganMs = performance.now();
    const statuses = new Map<string, number>();
    const wrong: string[] = [];
    let sent = 0;

    async function work(): Promise<void> {
      while (sent < requestsInAll && wrong.length < (isLong ? 1000 : 5) && server.isAlive()) {
        sent += perConnection;
        if (sent % 1000 < perConnection) await owner.send("PUT", "/v1/AUTH_test/fuzz");
        const bytes = Buffer.from(
          [...Array.from({ length: perConnection }, () => makeRequest(random, token)), lastRequest].join(""),
          "latin1",
        );
        const bugsBefore = server.bugs.length;
        const received = await exchange(server.port, bytes);
        for (const [, status] of received.matchAll(/HTTP\/1\.1 (\d{3}) /g)) statuses.set(status!, (statuses.get(status!) ?? 0) + 1);
        if (server.bugs.length > bugsBefore || /HTTP\/1\.1 500 |DID NOT CLOSE/.test(received)) {
          wrong.push(`${JSON.stringify(bytes.toString("latin1"))}\n→ ${JSON.stringify(received.slice(-2000))}`);
        }
      }
    }
    await Promise.all(Array.from({ length: connectionsAtOnce }, work));
    const seconds = (performance.now() - beganMs) / 1000;
    const counted = [...statuses].sort().map(([status, count]) => `${status} × ${count}`);
    console.log(`${sent} requests in ${seconds.toFixed(1)} s: ${counted.join(", ")}`);
    expect(server.bugs).toEqual([]);
    expect(wrong).toEqual([]);
    expect(server.isAlive()).toBe(true);
    // Mutations that never get past the parser would prove nothing.
    const wanted = ["200", "201", "202", "204", "206", "400", "401", "404", "412"];
    expect(wanted.filter((status) => (statuses.get(status) ?? 0) <= 5)).toEqual([]);
  },
  isLong ? 3_600_000 : 180_000,
);

it("is right afterwards", async () => {
  const token = await logIn(server.port, "test2:tester2", "testing2");
  using client = createPlainClient(server.port, token);
  expect((await client.send("PUT", "/v1/AUTH_test2/after")).status).toBe(201);
  const mixed = createMixedClient({ client, container: "/v1/AUTH_test2/after", prefix: "x", random: createRandom(1) });
  for (let step = 0; step < 200; step += 1) await mixed.step();
  expect(server.bugs).toEqual([]);
  await expect.poll(() => server.openFiles(), { timeout: 10_000 }).toBeLessThan(60);
});
