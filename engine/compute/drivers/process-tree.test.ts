import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { parseStat, readField, readProcessTree } from "./process-tree.ts";

describe("what Linux writes", () => {
  it.each([
    ["1 (init) S 0 1 1 0 -1 4 1 1 1 1 3 4 5 6 20 0", { pid: 1, parent: 0, cpuMs: 180 }],
    ["42 (a (b) c) R 7 1 1 0 -1 4 1 1 1 1 1 0 0 0 20 0", { pid: 42, parent: 7, cpuMs: 10 }],
    ["", null],
    ["12 (x)", null],
  ])("%j", (line, expected) => {
    expect(parseStat(line)).toEqual(expected);
  });

  it("has fields by name", () => {
    expect(readField("Name:\tx\nNSpid:\t12345\t3\nVmRSS:\t  120 kB\n", "NSpid")).toBe("12345\t3");
    expect(readField("Name:\tx\n", "VmRSS")).toBeNull();
  });
});

describe.skipIf(process.platform !== "linux")("a process tree", () => {
  it("sums a process and what it started", async () => {
    const child = spawn("/bin/sh", ["-c", "sleep 60 & echo ready; wait"], { stdio: ["ignore", "pipe", "ignore"], detached: true });
    try {
      await once(child.stdout, "data");
      const tree = await readProcessTree(child.pid ?? 0);
      expect(tree?.processes.size).toBe(2);
      expect(tree?.memoryBytes).toBeGreaterThan(0);
      const sleeping = [...(tree?.processes ?? [])].find(([pid]) => pid !== child.pid)?.[1];
      expect(tree?.memoryBytes).toBeGreaterThan(sleeping?.memoryBytes ?? Infinity);
    } finally {
      process.kill(-(child.pid ?? 0), "SIGKILL");
    }
  });

  it("is null for a process that is gone", async () => {
    expect(await readProcessTree(2 ** 30)).toBeNull();
  });
});
