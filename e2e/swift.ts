/** A plain client of the running engine, as curl would be: what other people do while the screen looks on. */
import type { ReadyLine } from "../engine/contract/index.ts";

export interface SwiftClient {
  request(method: string, path: string, headers?: Record<string, string>, body?: string | Uint8Array): Promise<Response>;
  /** Stores a Python storlet as `NAME.py`. Its class is the name with a capital letter. */
  deploy(name: string, source: string): Promise<void>;
  /** Runs a storlet on an object and reads what it answers. */
  run(storlet: string, object: string, params?: Record<string, string>): Promise<Response>;
}

/** The class of a storlet that is stored as `NAME.py`. */
export const classOf = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;

/** A token of the emulator's own user. */
export async function logIn({ auth }: ReadyLine): Promise<string> {
  const answer = await fetch(auth, { headers: { "X-Auth-User": "test:tester", "X-Auth-Key": "testing" } });
  return answer.headers.get("x-auth-token") ?? "";
}

/** Logs in as the emulator's own user. */
export async function connectSwift(ready: ReadyLine | null): Promise<SwiftClient> {
  if (ready === null) throw new Error("The engine is not running.");
  const token = await logIn(ready);
  const request: SwiftClient["request"] = (method, path, headers = {}, body = undefined) =>
    fetch(`${ready.swift}/v1/AUTH_test${path}`, {
      method,
      headers: { "X-Auth-Token": token, ...headers },
      ...(body === undefined ? {} : { body: body as BodyInit }),
    });
  return {
    request,
    async deploy(name, source) {
      const main = `${name}.${classOf(name)}`;
      const facts = { Language: "Python", "Interface-Version": "1.0", "Object-Metadata": "no", Main: main };
      const headers = Object.fromEntries(Object.entries(facts).map(([fact, value]) => [`X-Object-Meta-Storlet-${fact}`, value]));
      const answer = await request("PUT", `/storlet/${name}.py`, headers, source);
      if (!answer.ok) throw new Error(`${name} was not stored: ${answer.status} ${await answer.text()}`);
    },
    async run(storlet, object, params = {}) {
      const headers = Object.entries(params).map(([key, value], index) => [`X-Storlet-Parameter-${index + 1}`, `${key}:${value}`]);
      return request("GET", `/${object}`, { "X-Run-Storlet": storlet, ...Object.fromEntries(headers) });
    },
  };
}

/** Python storlets that tests deploy. */
export const storlets = {
  /** Writes `lines` lines named `tag` to its standard output, at `rate` per second. */
  flood: `import sys, time

class Flood(object):
    def __init__(self, logger):
        self.logger = logger

    def __call__(self, in_files, out_files, params):
        lines, rate, tag = int(params['lines']), int(params.get('rate', '13000')), params.get('tag', 'flood')
        out_files[0].set_metadata({})
        began, sent = time.monotonic(), 0
        while sent < lines:
            step = min(lines - sent, rate // 50)
            sys.stdout.write(''.join('%s line %d of %d\\n' % (tag, sent + n, lines) for n in range(step)))
            sys.stdout.flush()
            sent += step
            time.sleep(max(0, began + sent / rate - time.monotonic()))
        self.logger.error('%s is over' % tag)
        out_files[0].write(b'done')
`,
  /** Answers \`mb\` megabytes of zeros, in pieces. */
  large: `class Large(object):
    def __init__(self, logger):
        self.logger = logger

    def __call__(self, in_files, out_files, params):
        out_files[0].set_metadata({})
        piece = bytes(1000000)
        for _ in range(int(params.get('mb', '1000'))):
            out_files[0].write(piece)
`,
  /** Answers every byte there is. */
  binary: `class Binary(object):
    def __init__(self, logger):
        self.logger = logger

    def __call__(self, in_files, out_files, params):
        out_files[0].set_metadata({})
        out_files[0].write(bytes(range(256)) * 16)
`,
  /** Takes half a minute. */
  slow: `import time

class Slow(object):
    def __init__(self, logger):
        self.logger = logger

    def __call__(self, in_files, out_files, params):
        out_files[0].set_metadata({})
        self.logger.info('slow began')
        for _ in range(30):
            time.sleep(1)
        out_files[0].write(b'late')
`,
};
