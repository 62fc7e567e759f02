import { describe, expect, it } from "vitest";
import { run } from "./process.mjs";

const node = (source: string, options = {}) => run(process.execPath, ["-e", source], { output: "capture", ...options });

describe("run", () => {
  it("collects both outputs and passes the exit code on", async () => {
    expect(await node("console.log('out'); console.error('err'); process.exit(3)")).toEqual({
      code: 3,
      output: expect.stringMatching(/^(out\nerr|err\nout)\n$/),
      timedOut: false,
      interrupted: false,
    });
  });

  it("reports the signal that ended a program as a shell would", async () => {
    expect(await node("process.kill(process.pid, 'SIGTERM')")).toMatchObject({ code: 143, interrupted: false });
  });

  it("says 127 where the program does not exist", async () => {
    expect(await run("/no/such/program", [], { output: "capture" })).toMatchObject({ code: 127 });
  });

  it("ends a program at its deadline", async () => {
    expect(await node("setInterval(() => {}, 1000)", { timeoutMs: 200 })).toMatchObject({ timedOut: true, code: 137 });
  });

  it("finds the pinned tools first", async () => {
    const { output } = await node("console.log(process.env.PATH.split(require('node:path').delimiter)[0])");
    expect(output.trim()).toMatch(/node_modules[/\\]\.bin$/);
  });
});
