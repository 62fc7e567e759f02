import { describe, expect, it } from "vitest";
import { doctorItemSchema, type DoctorItem } from "../contract/index.ts";
import type { DoctorFindings } from "./findings.ts";
import { describeFindings, isAtLeast, summarize } from "./words.ts";

const healthy: DoctorFindings = {
  platform: "linux",
  nodeVersion: "v24.21.0",
  docker: { available: true, version: "27.3.1", reason: null, hint: null },
  image: { name: "storlet_engine_image", sizeBytes: 328e6 },
  bubblewrap: { version: "0.8.0", trouble: null },
  python: { version: "3.11.2", trouble: null },
  java: { version: "17.0.19", trouble: null },
  ports: [
    { use: "Swift API", port: 8080, state: "free" },
    { use: "control", port: 0, state: "free" },
  ],
  disk: { freeBytes: 41e9 },
};
const noDocker = { available: false, version: null, reason: "Docker is not running: nobody listens at unix:///x.", hint: "Start Docker." };
const absent = { version: null, trouble: null };

function item(findings: Partial<DoctorFindings>, id: DoctorItem["id"]): DoctorItem {
  const found = describeFindings({ ...healthy, ...findings }, "studio").find((one) => one.id === id);
  return doctorItemSchema.parse(found);
}

describe("describeFindings", () => {
  it("has nothing to say of a healthy machine", () => {
    const items = describeFindings(healthy, "studio");
    expect(items.map(({ id, state, fix }) => [id, state, fix])).toEqual(
      ["docker", "image", "python", "java", "bubblewrap", "node", "ports", "disk"].map((id) => [id, "ok", null]),
    );
    expect(summarize(items)).toBe("You can start now. Everything is there.");
  });

  it.each<[string, Partial<DoctorFindings>, DoctorItem["id"], Partial<DoctorItem>]>([
    [
      "Docker off, processes bare",
      { docker: noDocker, image: null, bubblewrap: absent },
      "docker",
      {
        title: "Docker is not running",
        state: "limited",
        why: "Storlets run as processes until then. They can read your files.",
        fix: { text: "Start Docker.", command: "sudo systemctl start docker" },
      },
    ],
    [
      "Docker off, bubblewrap there",
      { docker: noDocker, image: null },
      "docker",
      { why: "Storlets run as processes until then. They have no network and see none of your files." },
    ],
    [
      "Docker off on a Mac",
      { docker: noDocker, platform: "darwin" },
      "docker",
      { fix: { text: "Start Docker.", command: "open -a Docker" } },
    ],
    [
      "Docker refuses the user",
      { docker: { ...noDocker, hint: "Add yourself to the docker group, then log in again." } },
      "docker",
      { fix: { text: "Add yourself to the docker group, then log in again.", command: 'sudo usermod -aG docker "$USER"' } },
    ],
    [
      "Docker too slow",
      { docker: null, image: null },
      "docker",
      { state: "limited", title: "Docker does not answer", fact: "The check did not end in time." },
    ],
    ["image waits", { docker: noDocker, image: null }, "image", { state: "limited", fact: "waiting for Docker", fix: null }],
    [
      "image missing",
      { image: { name: "storlet_engine_image", sizeBytes: null } },
      "image",
      {
        state: "limited",
        fact: "Docker has no storlet_engine_image",
        fix: { text: "Build it: 1 to 3 min.", command: "studio image build" },
      },
    ],
    ["bubblewrap not needed", { bubblewrap: absent }, "bubblewrap", { state: "ok", fact: "not installed, not needed with Docker" }],
    [
      "bubblewrap needed",
      { docker: noDocker, image: null, bubblewrap: absent },
      "bubblewrap",
      { state: "limited", fix: { text: "Install bubblewrap.", command: "sudo apt install bubblewrap" } },
    ],
    [
      "bubblewrap forbidden",
      { docker: noDocker, bubblewrap: { version: "0.8.0", trouble: "bwrap: No permissions to create new namespace" } },
      "bubblewrap",
      { state: "limited", fact: "bwrap: No permissions to create new namespace" },
    ],
    ["Python beside Docker", { python: absent }, "python", { state: "limited", fact: "not installed" }],
    ["Python alone", { python: absent, docker: noDocker, image: null }, "python", { state: "missing", fact: "not installed" }],
    [
      "Python too slow",
      { python: null, docker: noDocker, image: null },
      "python",
      {
        state: "limited",
        fact: "The check did not end in time.",
        fix: { text: "This computer is busy: check again in a moment.", command: null },
      },
    ],
    ["Python old", { python: { version: "3.6.9", trouble: null } }, "python", { fact: "3.6.9 found, 3.7 wanted" }],
    [
      "Java old",
      { java: { version: "11.0.2", trouble: null } },
      "java",
      {
        state: "limited",
        fact: "11.0.2 found, 17 wanted",
        why: "Java storlets need a JDK 17 or newer. Python storlets are not affected.",
        fix: { text: "Install a JDK 17.", command: "sudo apt install openjdk-17-jdk-headless" },
      },
    ],
    ["Java 8", { java: { version: "1.8.0_392", trouble: null } }, "java", { state: "limited" }],
    ["Node old", { nodeVersion: "v20.19.0" }, "node", { state: "missing", fact: "20.19.0 found, 22.13 wanted" }],
    [
      "port taken",
      { ports: [{ use: "Swift API", port: 8080, state: "taken" }] },
      "ports",
      {
        state: "missing",
        fact: "8080 (Swift API) used by another program",
        fix: expect.objectContaining({ command: "studio serve --port 0" }),
      },
    ],
    [
      "port ours",
      { ports: [{ use: "Swift API", port: 8080, state: "ours" }] },
      "ports",
      { state: "ok", fact: "8080 (Swift API) in use by this engine" },
    ],
    ["any port", { ports: [{ use: "Swift API", port: 0, state: "free" }] }, "ports", { state: "ok", fact: "any free port" }],
    ["disk tight", { disk: { freeBytes: 1.94e9 } }, "disk", { state: "limited", fact: "1.94 GB free" }],
    ["disk full", { disk: { freeBytes: 2e6 } }, "disk", { state: "missing", fact: "2 MB free" }],
  ])("%s", (_name, findings, id, expected) => {
    expect(item(findings, id)).toMatchObject(expected);
  });
});

describe("summarize", () => {
  it.each<[Partial<DoctorFindings>, string]>([
    [{ java: absent }, "You can start now. One item limits what you can do."],
    [{ docker: noDocker, image: null }, "You can start now. Two items limit what you can do."],
    [{ docker: noDocker, image: null, python: absent }, "Storlets cannot run yet: neither a Docker sandbox nor Python is there."],
    [
      { ports: [{ use: "Swift API", port: 8080, state: "taken" }] },
      "The engine cannot start yet. Ports: 8080 (Swift API) used by another program.",
    ],
  ])("%#", (findings, sentence) => {
    expect(summarize(describeFindings({ ...healthy, ...findings }, "studio"))).toBe(sentence);
  });
});

it.each([
  ["17.0.2", [17], true],
  ["17", [17], true],
  ["1.8.0_392", [17], false],
  ["v22.12.9", [22, 13], false],
  ["3.11.2", [3, 8], true],
  ["24.21.0", [22, 13], true],
])("isAtLeast %s %j is %s", (version, needed, expected) => {
  expect(isAtLeast(version, needed)).toBe(expected);
});
