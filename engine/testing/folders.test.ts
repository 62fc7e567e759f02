/** Opening another folder while the engine runs: as a program of its own, because it starts again in place. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { EngineStatus, Problem, StorletSummary } from "../contract/index.ts";
import { createDataDirectory, startEngineProcess, type EngineProcess } from "./engine-process.ts";
import { eventually } from "./test-engine.ts";

interface Reply {
  result?: { data: unknown };
  error?: { data: { problem: Problem } };
}

/** Speaks to the control port. Queries go as GET, changes as POST. */
async function ask({ ready }: EngineProcess, procedure: string, change?: object): Promise<Reply> {
  const { origin, searchParams } = new URL(ready.control);
  const headers = { authorization: `Bearer ${searchParams.get("token") ?? ""}`, "content-type": "application/json" };
  const init = change === undefined ? { headers } : { headers, method: "POST", body: JSON.stringify(change) };
  return (await fetch(`${origin}/trpc/${procedure}`, init)).json() as Promise<Reply>;
}

const statusOf = async (engine: EngineProcess): Promise<EngineStatus> => (await ask(engine, "engine.status")).result?.data as EngineStatus;

/** Waits until the engine is back at the same address, on a folder of this name. */
const backOn = (engine: EngineProcess, name: string): Promise<EngineStatus> =>
  eventually(`the engine is on ${name}`, async () => {
    const status = await statusOf(engine).catch(() => null);
    return status?.workspaceName === name ? status : undefined;
  });

it("starts again on another folder at the same addresses, remembers it, and goes back to the samples", async () => {
  using data = createDataDirectory();
  const lab = join(data.path, "my lab");
  mkdirSync(join(lab, "storlets/mine"), { recursive: true });
  writeFileSync(join(lab, "storlets/mine/storlet.yaml"), "language: python\nmain: mine.Mine\n");
  writeFileSync(join(lab, "storlets/mine/mine.py"), "class Mine:\n    pass\n");
  {
    await using engine = await startEngineProcess(data.path, []);
    const first = await statusOf(engine);
    expect(first.workspaceName).toBe("samples");
    expect((await ask(engine, "workspace.open", { folder: `${lab}/` })).result?.data).toEqual({ startsAgain: true });
    const second = await backOn(engine, "my lab");
    expect([second.pid, second.swiftUrl]).toEqual([first.pid, first.swiftUrl]);
    expect(second.startedAt).toBeGreaterThan(first.startedAt);
    const storlets = (await ask(engine, "workspace.storlets")).result?.data as StorletSummary[];
    expect(storlets.map(({ name, state }) => [name, state])).toEqual([["mine", "live"]]);
    expect((await ask(engine, "workspace.open", { folder: lab })).result?.data).toEqual({ startsAgain: false });
    expect((await statusOf(engine)).startedAt).toBe(second.startedAt);
  }
  await using engine = await startEngineProcess(data.path, []);
  expect((await statusOf(engine)).workspaceName).toBe("my lab");
  expect((await ask(engine, "workspace.open", { folder: null })).result?.data).toEqual({ startsAgain: true });
  await backOn(engine, "samples");
  await engine[Symbol.asyncDispose]();
  await using last = await startEngineProcess(data.path, []);
  expect((await statusOf(last)).workspaceName).toBe("samples");
});

it("says what is wrong with a folder, and stays where it is", async () => {
  using data = createDataDirectory();
  writeFileSync(join(data.path, "notes.txt"), "mine");
  await using engine = await startEngineProcess(data.path, []);
  const { startedAt } = await statusOf(engine);
  const refusal = async (folder: string): Promise<Problem | undefined> =>
    (await ask(engine, "workspace.open", { folder })).error?.data.problem;
  expect(await refusal(join(data.path, "notes.txt"))).toMatchObject({ code: "BAD_INPUT", hint: "Choose a folder that you may write to." });
  expect(await refusal("labs/mine")).toMatchObject({ code: "BAD_INPUT", hint: "Write the whole path, or one that begins with ~/." });
  expect(await refusal("")).toMatchObject({ code: "BAD_INPUT" });
  expect(await refusal("/tmp/a\0b")).toMatchObject({ code: "BAD_INPUT" });
  expect((await statusOf(engine)).startedAt).toBe(startedAt);
  expect(readFileSync(join(data.path, "notes.txt"), "utf8")).toBe("mine");
  expect(existsSync(join(data.path, "workspace-folder"))).toBe(false);
});

it("forgets a folder that is gone", async () => {
  using data = createDataDirectory();
  writeFileSync(join(data.path, "workspace-folder"), `${join(data.path, "gone")}\n`);
  await using engine = await startEngineProcess(data.path, []);
  expect((await statusOf(engine)).workspaceName).toBe("samples");
  expect(existsSync(join(data.path, "gone"))).toBe(false);
});
