/** What the conformance suites share: the kinds of sandboxes they run on, and storlets of our own for each test of the real project. */
import type { Run } from "../contract/index.ts";
import { type createTestEngine, eventually, findDocker, type TestEngine } from "./test-engine.ts";

const docker = findDocker();
if ("missing" in docker) process.stderr.write(`LEFT OUT: conformance on Docker. ${docker.missing}\n`);

type EngineOptions = NonNullable<Parameters<typeof createTestEngine>[0]>;

/** Every kind of sandbox this machine has, and how to ask for it. */
export const sandboxHosts: [name: string, options: EngineOptions][] = [
  ["processes", { sandbox: "process" }],
  ...("missing" in docker ? [] : [["Docker", { sandbox: "docker", dockerHost: docker.host }] as [string, EngineOptions]]),
];

/** Reads the whole answer, whatever it is. */
export async function textOf(response: Response | Promise<Response>): Promise<{ status: number; text: string; headers: Headers }> {
  const answer = await response;
  return { status: answer.status, text: await answer.text(), headers: answer.headers };
}

export async function callApi<T>(engine: TestEngine, procedure: string, input: unknown): Promise<T> {
  const response = await fetch(`${engine.control.origin}/trpc/${procedure}?input=${encodeURIComponent(JSON.stringify(input))}`, {
    headers: engine.control.headers,
  });
  const reply = (await response.json()) as { result: { data: T } };
  return reply.result.data;
}

/** Ends everything that runs for test:tester, so that the next run starts anew. */
export async function stopSandbox(engine: TestEngine): Promise<void> {
  const response = await fetch(`${engine.control.origin}/trpc/sandboxes.stop`, {
    method: "POST",
    headers: { ...engine.control.headers, "content-type": "application/json" },
    body: JSON.stringify({ scope: "test" }),
  });
  if (!response.ok) throw new Error(`sandboxes.stop: ${response.status} ${await response.text()}`);
}

/** The finished run behind a response. */
export function runOf(engine: TestEngine, headers: Headers): Promise<Run> {
  const transactionId = headers.get("x-trans-id") ?? "";
  return eventually("the run is over", async () => {
    const run = await callApi<Run | null>(engine, "runs.findByTransaction", { transactionId });
    return run !== null && ["succeeded", "failed", "timed-out", "cancelled"].includes(run.state) ? run : undefined;
  });
}

/** Uploads an object; fails the test where that does not work. */
export async function putObject(
  engine: TestEngine,
  path: string,
  body: string | Uint8Array,
  headers: Record<string, string> = {},
): Promise<void> {
  const response = await engine.fetch("PUT", path, { body, headers });
  await response.body?.cancel();
  if (response.status !== 201) throw new Error(`PUT ${path}: ${response.status}`);
}

/** The headers with which a storlet is uploaded. */
export function registrationOf(language: "Java" | "Python", main: string): Record<string, string> {
  return {
    "Content-Type": "application/octet-stream",
    "X-Object-Meta-Storlet-Language": language,
    "X-Object-Meta-Storlet-Interface-Version": "1.0",
    "X-Object-Meta-Storlet-Object-Metadata": "no",
    "X-Object-Meta-Storlet-Main": main,
  };
}

export async function putDependency(engine: TestEngine, name: string, body: string, permissions = "0755"): Promise<void> {
  await putObject(engine, `/dependency/${name}`, body, {
    "X-Object-Meta-Storlet-Dependency-Version": "1",
    "X-Object-Meta-Storlet-Dependency-Permissions": permissions,
  });
}

function storlet(name: string, body: string, imports = ""): string {
  const lines = body
    .trim()
    .split("\n")
    .map((line) => `        ${line}`)
    .join("\n");
  return `${imports}\n\nclass ${name}(object):\n    def __init__(self, logger):\n        self.logger = logger\n\n    def __call__(self, in_files, out_files, params):\n        source, sink = in_files[0], out_files[0]\n${lines}\n`;
}

const copyAll = `
while True:
    chunk = source.read(16)
    if not chunk:
        break
    sink.write(chunk)
source.close()
sink.close()`;

/** Storlets with the behaviour of the real project's Python samples, by object name: main class and source. */
export const conformanceStorlets: Record<string, { main: string; source: string; dependency?: string }> = {
  "simple.py": {
    main: "simple.SimpleStorlet",
    source: storlet(
      "SimpleStorlet",
      `metadata = source.get_metadata()\nmetadata['test'] = 'simple'\nsink.set_metadata(metadata)${copyAll}`,
    ),
  },
  "exec_dep.py": {
    main: "exec_dep.ExecDepStorlet",
    dependency: "get42.sh",
    source: storlet(
      "ExecDepStorlet",
      `
code = subprocess.call([os.path.join(params['storlet_execution_path'], 'get42.sh')])
metadata = source.get_metadata()
metadata['depend-ret-code'] = code
sink.set_metadata(metadata)${copyAll}`,
      "import os\nimport subprocess",
    ),
  },
  "exec_query_header.py": {
    main: "exec_query_header.ExecQueryHeaderStorlet",
    source: storlet(
      "ExecQueryHeaderStorlet",
      `metadata = source.get_metadata()\nmetadata.update(params)\nsink.set_metadata(metadata)${copyAll}`,
    ),
  },
  "multi_input.py": {
    main: "multi_input.MultiInputStorlet",
    source: storlet(
      "MultiInputStorlet",
      `
metadata = {}
for each in in_files:
    metadata.update(each.get_metadata())
sink.set_metadata(metadata)
for each in in_files:
    sink.write(each.read())
    each.close()
sink.close()`,
    ),
  },
  "multi_input_mime.py": {
    main: "multi_input_mime.MultiInputMIMEStorlet",
    source: storlet(
      "MultiInputMIMEStorlet",
      `
boundary = uuid.uuid4().hex + uuid.uuid4().hex
sink.set_metadata({'Content-Type': 'multipart/mixed; boundary=' + boundary})
sink.write(('\\n--' + boundary + '\\n').encode().join(each.read() for each in in_files))
sink.write(('\\n--' + boundary + '--').encode())
sink.close()`,
      "import uuid",
    ),
  },
  "test.py": {
    main: "test.TestStorlet",
    source: storlet(
      "TestStorlet",
      `
op = params.get('op')
if op == 'crash':
    raise Exception('crash')
sink.set_metadata({'test': 'x'})
if op == 'print':
    for key in params:
        sink.write(('%s     %s\\n' % (key, params[key])).encode())
if op == 'hold':
    time.sleep(100000)
sink.close()`,
      "import time",
    ),
  },
  "broken.py": { main: "broken.BrokenStorlet", source: storlet("BrokenStorlet", "sink.set_metadata({'x': unicode('y')})") },
  "half.py": {
    main: "half.HalfStorlet",
    source: storlet("HalfStorlet", "sink.set_metadata(source.get_metadata())\nsink.write(source.read()[::2])\nsink.close()"),
  },
  "metadata.py": {
    main: "metadata.MetadataStorlet",
    source: storlet(
      "MetadataStorlet",
      "metadata = source.get_metadata()\nmetadata['override_key'] = 'new_value'\nsink.set_metadata(metadata)\nsink.write(b'1234567890')\nsink.close()",
    ),
  },
};

/** The storlet `acts.Acts` of Java's fixtures, in Python: does what `op` says at one point of a run. */
export const actsSource = storlet(
  "Acts",
  `
op = params.get('op', 'identity')
self.logger.info(op)
if op == 'raise':
    raise ValueError('before metadata')
if op == 'silent':
    time.sleep(100000)
metadata = source.get_metadata()
metadata['op'] = 'x' * 5000 if op == 'bad-metadata' else op
sink.set_metadata(metadata)
if op != 'identity':
    sink.write(b'begun' * 4000)
sink.flush()
if op == 'raise-late':
    raise ValueError('half-way')
if op == 'stall':
    time.sleep(100000)
while op == 'endless':
    sink.write(b'x' * 4096)${copyAll}`,
  "import time",
);

/** The executable dependency of `exec_dep.py`: ends with exit code 42. */
export const get42 = "#!/bin/sh\nexit 42\n";

/** Deploys the named storlets, with what they depend on. */
export async function deployStorlets(engine: TestEngine, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const { main, source, dependency } = conformanceStorlets[name] as (typeof conformanceStorlets)[string];
    if (dependency !== undefined) await putDependency(engine, dependency, get42);
    const response = await engine.putStorlet(
      name,
      main,
      source,
      dependency === undefined ? {} : { "X-Object-Meta-Storlet-Dependency": dependency },
    );
    if (response.status !== 201) throw new Error(`${name}: ${response.status} ${await response.text()}`);
  }
}

/** Whether this Swift offers a capability, by `/info`. Says so loudly where it does not. */
export async function hasCapability(engine: TestEngine, name: string): Promise<boolean> {
  const info = (await (await fetch(new URL("/info", engine.storageUrl))).json()) as Record<string, unknown>;
  const has = name in info;
  if (!has) process.stderr.write(`LEFT OUT: what needs ${name}, which /info does not list.\n`);
  return has;
}
