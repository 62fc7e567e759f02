import { once } from "node:events";
import type { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withDeadline } from "../support/lifecycle.ts";
import type { TestCompute } from "./test-compute.ts";
import { processesWith, testSandboxes } from "./test-sandboxes.ts";
import type { Terminal } from "./types.ts";

const size = { columns: 90, rows: 30 };

/** Reads until the text has come; what came after it stays unread. Fails after a while with what was seen. */
async function readUntil(terminal: Terminal, wanted: string | RegExp): Promise<string> {
  const output = terminal.output as Readable;
  let seen = "";
  const reading = (async () => {
    for (;;) {
      const chunk = output.read() as Buffer | null;
      if (chunk !== null) seen += chunk.toString("utf8");
      if (typeof wanted === "string" ? seen.includes(wanted) : wanted.test(seen)) return seen;
      if (chunk === null) {
        if (output.readableEnded) throw new Error(`ended after ${JSON.stringify(seen)}`);
        await once(output, "readable");
      }
    }
  })();
  return withDeadline(reading, 20_000, () => new Error(`No ${String(wanted)} in ${JSON.stringify(seen.slice(-2000))}`));
}

const type = (terminal: Terminal, text: string): Promise<void> => terminal.write(Buffer.from(text));

for (const sandbox of await testSandboxes()) {
  describe.skipIf(sandbox.missing !== null)(`a terminal on ${sandbox.name}`, () => {
    let test: TestCompute;
    const open = (): Promise<Terminal> => test.compute.openTerminal("test", size);
    beforeAll(async () => {
      test = await sandbox.create();
    }, 60_000);
    afterAll(() => test[Symbol.asyncDispose](), 60_000);

    it("runs what is typed, shows it, and knows the size of its window", async () => {
      using terminal = await open();
      await type(terminal, "echo $((6*7))-$TERM; stty size\n");
      const shown = await readUntil(terminal, /42-xterm-256color[^]*30 90/);
      expect(shown).toContain("echo $((6*7))");
      await terminal.resize({ columns: 132, rows: 43 });
      await type(terminal, "stty size\n");
      await readUntil(terminal, "43 132");
    });

    it("ends with exit, with its code, and after everything it showed", async () => {
      using terminal = await open();
      await type(terminal, "seq 1 20000; exit 7\n");
      let seen = "";
      for await (const chunk of terminal.output) seen += chunk.toString("utf8");
      const numbers = Array.from({ length: 20_000 }, (_, index) => index + 1);
      expect(seen.includes(`\r${numbers.join("\r\n")}\r\n`)).toBe(true);
      expect(await terminal.ended).toEqual({ code: 7, signal: null });
      await expect(terminal.write(Buffer.from("x"))).rejects.toMatchObject({ code: "SANDBOX_GONE" });
    });

    it("is told by Ctrl+C, and by the end of its input", async () => {
      using terminal = await open();
      await type(terminal, "sleep 612.25; echo slept\n");
      await expect.poll(() => processesWith("612.25"), { timeout: 10_000 }).toHaveLength(1);
      await type(terminal, "\x03");
      // What is typed before the prompt is thrown away with the line.
      await readUntil(terminal, /[#$] $/);
      await type(terminal, "echo after\n");
      expect(await readUntil(terminal, /\rafter\r\n[^]*[#$] $/)).not.toContain("\rslept");
      await type(terminal, "\x04");
      (terminal.output as Readable).resume();
      expect(await terminal.ended).not.toBeNull();
    });

    it("takes everything with it when it is closed", async () => {
      const mark = `61${Date.now() % 1_000_000}.5`;
      const terminal = await open();
      await type(terminal, `sleep ${mark} & sleep ${mark}\n`);
      const counts = async (wanted: number): Promise<void> => {
        const lines = async (): Promise<number> => (await processesWith(mark)).length;
        await expect.poll(lines, { timeout: 10_000 }).toBe(wanted);
      };
      await counts(2);
      terminal[Symbol.dispose]();
      await counts(0);
      expect(await terminal.ended).toBeNull();
    });

    it("waits for whoever reads: an endless output fills no memory", async () => {
      using terminal = await open();
      await type(terminal, "yes 0123456789012345678901234567890123456789\n");
      await readUntil(terminal, "0123456789\r\n");
      const before = process.memoryUsage().external + process.memoryUsage().heapUsed;
      // Twenty answers of another connection: time enough for an unbounded one to grow by far more.
      for (let i = 0; i < 20; i++) await test.compute.check("test", "python", "a.py", "x = 1\n");
      expect(process.memoryUsage().external + process.memoryUsage().heapUsed - before).toBeLessThan(64 * 1024 * 1024);
      await type(terminal, "\x03");
      await readUntil(terminal, /[#$] $/);
      await type(terminal, "echo alive\n");
      await readUntil(terminal, "\ralive\r");
    });

    it("ends with its sandbox", async () => {
      using terminal = await open();
      await test.compute.stop("test");
      expect(await terminal.ended).toBeNull();
    });
  });
}
