/** The settings of the storlet engine: each name, what it sets, and what stands where it is not set. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readSettings, type EngineSettings } from "./compose-settings.ts";

const directory = mkdtempSync(join(tmpdir(), "studio-settings-"));
afterAll(() => rmSync(directory, { recursive: true }));

const nothing = { profile: null, storletTimeoutMs: null, outputGapMs: null };

function read(text: string, overrides: Parameters<typeof readSettings>[2] = nothing): EngineSettings {
  const path = join(directory, "studio.yaml");
  writeFileSync(path, text);
  return readSettings(path, true, overrides);
}

describe("the settings", () => {
  it.each<[string, (settings: EngineSettings) => unknown, unknown, unknown]>([
    ["profile: strict", ({ profile }) => profile, "strict", "studio"],
    ["storlet_timeout: 1.5", ({ deadlines }) => [deadlines.replyMs, deadlines.inputMs], [1500, 1500], [40_000, 40_000]],
    ["output_gap: 3", ({ deadlines }) => deadlines.gapMs, 3000, 10_000],
    ["storlet_execute_on_proxy: true", ({ executeOnProxy }) => executeOnProxy, true, false],
    ["storlet_execute_on_proxy_only: true", ({ executeOnProxy }) => executeOnProxy, true, false],
    ["{ profile: strict, storlet_execute_on_proxy_only: true }", ({ executeOnProxy }) => executeOnProxy, false, false],
    ["{ profile: strict, storlet_execute_on_proxy: true }", ({ executeOnProxy }) => executeOnProxy, true, false],
    ["max_extra_resources: 2", ({ maxExtraResources }) => maxExtraResources, 2, -1],
    ["storlet_daemon_thread_pool_size: 2", ({ places }) => places, 2, 5],
    ["max_containers_per_node: 3", ({ maxSandboxes }) => maxSandboxes, 3, 0],
    ["restart_linux_container_timeout: 3", ({ timers }) => timers.sandboxStartMs, 3000, 20_000],
    ["daemon_start_timeout: 3", ({ timers }) => timers.daemonStartMs, 3000, 30_000],
    ["daemon_stop_timeout: 3", ({ timers }) => timers.daemonStopMs, 3000, 2000],
    ["daemon_idle_timeout: 3", ({ timers }) => timers.daemonIdleMs, 3000, 300_000],
    ["daemon_idle_timeout: null", ({ timers }) => timers.daemonIdleMs, null, 300_000],
    ["sandbox_idle_timeout: 3", ({ timers }) => timers.sandboxIdleMs, 3000, null],
    ["default_container_image_name: own", ({ defaultImage }) => defaultImage, "own", null],
    ["default_docker_image_name: older", ({ defaultImage }) => defaultImage, "older", null],
    ["{ default_docker_image_name: older, default_container_image_name: own }", ({ defaultImage }) => defaultImage, "older", null],
    ["container_mem_limit: 512m", ({ limits }) => limits.memoryBytes, 512 * 1024 ** 2, 1024 ** 3],
    ["container_mem_limit: 1000000", ({ limits }) => limits.memoryBytes, 1_000_000, 1024 ** 3],
    ["container_pids_limit: 64", ({ limits }) => limits.pids, 64, 1024],
    ["container_cpus: 0.5", ({ limits }) => limits.cpus, 0.5, 2],
    ["{ container_cpu_quota: 50000, container_cpu_period: 200000 }", ({ limits }) => limits.cpus, 0.25, 2],
    ["container_cpu_quota: 50000", ({ limits }) => limits.cpus, 0.5, 2],
  ])("%s", (text, pick, expected, otherwise) => {
    expect(pick(read(text))).toEqual(expected);
    expect(pick(read(""))).toEqual(otherwise);
  });

  it("puts the command line over the file", () => {
    const settings = read("{ profile: strict, storlet_timeout: 1, output_gap: 2 }", {
      profile: "studio",
      storletTimeoutMs: 5,
      outputGapMs: 6,
    });
    expect([settings.profile, settings.deadlines]).toEqual(["studio", { replyMs: 5, inputMs: 5, gapMs: 6 }]);
  });

  it.each(["max_extra_resources: many", "stortlet_timeout: 3", "container_mem_limit: much", "container_pids_limit: 1", "- a list", "{"])(
    "refuses %s",
    (text) => {
      expect(() => read(text)).toThrow(expect.objectContaining({ code: "BAD_INPUT" }));
    },
  );
});
