/** `studio demo`: the whole main job in a terminal, on a temporary data directory, with plain Swift requests as any client sends them. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StudioError } from "../support/errors.ts";
import { formatDuration } from "../support/format.ts";
import { connectEngine, type EngineClient } from "./client.ts";
import { formatLogLine, formatRun, formatSave, type Paint } from "./format.ts";
import type { CliHost } from "./host.ts";
import { serveOptionsOf, type ParsedCommand } from "./options.ts";

/** The sample that is shown, and how it is asked. */
const demo = { storlet: "line_filter", param: "contains:%20500%20", shownLines: 4 };

interface Session {
  storageUrl: string;
  token: string;
}

async function login(authUrl: string): Promise<Session> {
  const response = await fetch(authUrl, { headers: { "X-Auth-User": "test:tester", "X-Auth-Key": "testing" } });
  const storageUrl = response.headers.get("x-storage-url");
  const token = response.headers.get("x-auth-token");
  if (!response.ok || storageUrl === null || token === null)
    throw new StudioError("INTERNAL", `The emulator refused the demo's login with ${response.status}.`);
  return { storageUrl, token };
}

/** The request as a person would type it. */
function curlOf(authUrl: string, session: Session, path: string, headers: Record<string, string>): string {
  const shown = Object.entries({ ...headers, "X-Auth-Token": "$TOKEN" }).map(
    ([name, value]) => `  -H ${name === "X-Auth-Token" ? `"${name}: ${value}"` : `'${name}: ${value}'`} \\`,
  );
  return [
    `TOKEN=$(curl -si ${authUrl} -H 'X-Auth-User: test:tester' -H 'X-Auth-Key: testing' | sed -n 's/^X-Auth-Token: *//Ip' | tr -d '\\r')`,
    "curl -s \\",
    ...shown,
    `  ${session.storageUrl}${path}`,
  ].join("\n");
}

async function printLog(client: EngineClient, run: string, host: CliHost, paint: Paint): Promise<void> {
  for (const line of await client.api.logs.history.query({ filter: { run }, limit: 100 }))
    host.stdout.write(`${formatLogLine(line, paint)}\n`);
}

export async function runDemo(host: CliHost, command: ParsedCommand, paint: Paint): Promise<0 | 1> {
  const dataDirectory = await mkdtemp(join(tmpdir(), "studio-demo-"));
  const say = (text: string): void => void host.stdout.write(`${text}\n`);
  const title = (text: string): void => say(`\n${paint("bold", text)}`);
  const beganMs = performance.now();
  try {
    const options = { ...serveOptionsOf(command.values, dataDirectory), samples: true };
    await using client = await connectEngine(host, options);
    const status = await client.api.engine.status.query();
    title("1. The engine is running");
    say(`Swift API ${status.authUrl}, account ${client.account}`);
    say(status.sandbox.reason);

    title(`2. ${demo.storlet} is deployed`);
    const [storlet] = (await client.api.workspace.storlets.query()).filter((each) => each.name === demo.storlet);
    if (storlet?.example == null) throw new StudioError("INTERNAL", `The samples have no ${demo.storlet}.`);
    const saved = await client.api.workspace.deploy.mutate({ storlet: demo.storlet });
    host.stdout.write(formatSave(saved, paint));
    if (saved.problem !== null) return 1;

    title(`3. It runs on ${storlet.example.object}, inside the request that reads it`);
    const session = await login(status.authUrl);
    const headers = { "X-Run-Storlet": storlet.objectName, "X-Storlet-Parameter-1": demo.param };
    say(paint("grey", curlOf(status.authUrl, session, `/${storlet.example.object}`, headers)));
    const response = await fetch(`${session.storageUrl}/${storlet.example.object}`, {
      headers: { ...headers, "X-Auth-Token": session.token },
    });
    const lines = (await response.text()).trimEnd().split("\n");
    say(`HTTP ${response.status}`);
    for (const line of lines.slice(0, demo.shownLines)) say(line);
    if (lines.length > demo.shownLines) say(`… and ${lines.length - demo.shownLines} more lines`);

    const run = await client.api.runs.findByTransaction.query({ transactionId: response.headers.get("x-trans-id") ?? "" });
    if (run === null) throw new StudioError("INTERNAL", "The demo's run was not recorded.");
    title("4. What the storlet logged");
    await printLog(client, run.id, host, paint);
    host.stdout.write(formatRun((await client.api.runs.get.query({ id: run.id })) ?? run, paint));
    say(`\nDone in ${formatDuration(performance.now() - beganMs)}. \`npm start\` opens the screen on the same samples.`);
    return response.status === 200 ? 0 : 1;
  } finally {
    await rm(dataDirectory, { recursive: true, force: true });
  }
}
