/** Turns findings into the doctor's report: state, fact, why it matters, what to do. Pure; all wording of the doctor is here. */
import type { DoctorItem } from "../contract/index.ts";
import { formatSize } from "../support/format.ts";
import type { DoctorFindings, PortFinding, ProgramFinding } from "./findings.ts";

/** The oldest Node with what the engine uses: `node:sqlite` without a flag. */
const neededNode = [22, 13] as const;
const neededPython = [3, 7] as const;
const neededJava = [17] as const;

/** Bytes below which the work cannot go on, and below which it is tight: an image build needs 1.5 GB. */
const neededDiskBytes = 500e6;
const comfortableDiskBytes = 5e9;

const tooSlow = "The check did not end in time.";

type Fix = NonNullable<DoctorItem["fix"]>;

/** For a look that was cut off: what it looked for may well be there. */
const lookAgain: Fix = { text: "This computer is busy: check again in a moment.", command: null };

/** True where a version such as `17.0.2` is at least `needed`. */
export function isAtLeast(version: string, needed: readonly number[]): boolean {
  const parts = version
    .replace(/^v/, "")
    .split(/[.+_-]/)
    .map(Number);
  for (const [index, want] of needed.entries()) {
    const have = parts[index] ?? 0;
    if (have !== want) return have > want;
  }
  return true;
}

/** The command that installs something, by platform; null where there is no usual one. */
function install(platform: NodeJS.Platform, names: { linux: string; darwin?: string; win32?: string }): string | null {
  if (platform === "linux") return `sudo apt install ${names.linux}`;
  if (platform === "darwin" && names.darwin !== undefined) return `brew install ${names.darwin}`;
  if (platform === "win32" && names.win32 !== undefined) return `winget install ${names.win32}`;
  return null;
}

function describeNode(findings: DoctorFindings): DoctorItem {
  const version = findings.nodeVersion.replace(/^v/, "");
  const ok = isAtLeast(version, neededNode);
  const needed = neededNode.join(".");
  return {
    id: "node",
    title: "Node",
    state: ok ? "ok" : "missing",
    fact: ok ? version : `${version} found, ${needed} wanted`,
    why: "The engine runs on it.",
    fix: ok
      ? null
      : {
          text: `Install Node ${needed} or newer.`,
          command: install(findings.platform, { linux: "nodejs", darwin: "node", win32: "OpenJS.NodeJS" }),
        },
  };
}

/** How storlets run without Docker, in one or two sentences. */
function describeProcesses(findings: DoctorFindings): string {
  const isolated = findings.bubblewrap?.version != null && findings.bubblewrap.trouble === null;
  return isolated
    ? "Storlets run as processes until then. They have no network and see none of your files."
    : "Storlets run as processes until then. They can read your files.";
}

function fixDocker(findings: DoctorFindings, hint: string | null): Fix {
  const commands: Partial<Record<NodeJS.Platform, string>> = { linux: "sudo systemctl start docker", darwin: "open -a Docker" };
  const isRefused = hint?.includes("docker group") === true;
  return {
    text: hint ?? "Start Docker.",
    command: isRefused ? 'sudo usermod -aG docker "$USER"' : (commands[findings.platform] ?? null),
  };
}

function describeDocker(findings: DoctorFindings): DoctorItem {
  const { docker } = findings;
  if (docker?.available === true) {
    return {
      id: "docker",
      title: "Docker",
      state: "ok",
      fact: docker.version ?? "",
      why: "Storlets run in containers without network.",
      fix: null,
    };
  }
  return {
    id: "docker",
    title: docker === null ? "Docker does not answer" : "Docker is not running",
    // Storlets run all the same: what is really missing then is said at Python.
    state: "limited",
    fact: docker?.reason ?? tooSlow,
    why: describeProcesses(findings),
    fix: fixDocker(findings, docker?.hint ?? null),
  };
}

function describeImage(findings: DoctorFindings, studioCommand: string): DoctorItem {
  const item = { id: "image", title: "Sandbox image", why: "Sandboxes are made from it: Python and Java for storlets." } as const;
  const { docker, image } = findings;
  if (docker?.available !== true) return { ...item, state: "limited", fact: "waiting for Docker", fix: null };
  if (image === null) return { ...item, state: "limited", fact: tooSlow, fix: null };
  if (image.sizeBytes !== null) return { ...item, state: "ok", fact: `${image.name}, ${formatSize(image.sizeBytes)}`, fix: null };
  return {
    ...item,
    state: "limited",
    fact: `Docker has no ${image.name}`,
    why: `${item.why} ${describeProcesses(findings)}`,
    fix: { text: "Build it: 1 to 3 min.", command: `${studioCommand} image build` },
  };
}

function dockerReady(findings: DoctorFindings): boolean {
  return findings.docker?.available === true && findings.image?.sizeBytes != null;
}

function describeBubblewrap(findings: DoctorFindings): DoctorItem {
  const item = { id: "bubblewrap", title: "bubblewrap" } as const;
  const { bubblewrap: found, platform } = findings;
  const works = found?.version != null && found.trouble === null;
  if (works)
    return {
      ...item,
      state: "ok",
      fact: found.version as string,
      why: "Without Docker it keeps storlets from your files and the network.",
      fix: null,
    };
  const fact = platform === "linux" ? (found === null ? tooSlow : (found.trouble ?? "not installed")) : "for Linux only";
  if (dockerReady(findings))
    return {
      ...item,
      state: "ok",
      fact: `${fact}, not needed with Docker`,
      why: "Only storlets that run as processes need it.",
      fix: null,
    };
  const why = "Storlets that run as processes can read your files and use the network.";
  if (platform !== "linux") return { ...item, state: "limited", fact, why, fix: null };
  const isThere = found?.version != null;
  return {
    ...item,
    state: "limited",
    fact,
    why,
    fix:
      found === null
        ? lookAgain
        : isThere
          ? { text: "Allow name spaces for users.", command: "sudo sysctl kernel.unprivileged_userns_clone=1" }
          : { text: "Install bubblewrap.", command: install(platform, { linux: "bubblewrap" }) },
  };
}

function describePython(findings: DoctorFindings): DoctorItem {
  const { python: found, platform } = findings;
  const why = "Storlets that run as processes need it; the sandbox image has its own.";
  const item = { id: "python", title: "Python", why } as const;
  const needed = neededPython.join(".");
  const works = found?.version != null && found.trouble === null && isAtLeast(found.version, neededPython);
  if (works) return { ...item, state: "ok", fact: found.version as string, fix: null };
  const fact = describeMissing(found, needed);
  const command = install(platform, { linux: "python3", darwin: "python", win32: "Python.Python.3.12" });
  return {
    ...item,
    state: dockerReady(findings) || found === null ? "limited" : "missing",
    fact,
    fix: found === null ? lookAgain : { text: `Install Python ${needed} or newer.`, command },
  };
}

function describeMissing(found: ProgramFinding | null, needed: string): string {
  if (found === null) return tooSlow;
  if (found.trouble !== null) return found.trouble;
  return found.version === null ? "not installed" : `${found.version} found, ${needed} wanted`;
}

function describeJava(findings: DoctorFindings): DoctorItem {
  const { java: found, platform } = findings;
  const item = { id: "java", title: "Java" } as const;
  const needed = String(neededJava[0]);
  const works = found?.version != null && found.trouble === null && isAtLeast(found.version, neededJava);
  if (works) return { ...item, state: "ok", fact: found.version as string, why: "Java storlets are compiled with it.", fix: null };
  const command = install(platform, { linux: "openjdk-17-jdk-headless", darwin: "openjdk@17", win32: "EclipseAdoptium.Temurin.17.JDK" });
  return {
    ...item,
    state: "limited",
    fact: describeMissing(found, needed),
    why: `Java storlets need a JDK ${needed} or newer. Python storlets are not affected.`,
    fix: found === null ? lookAgain : { text: `Install a JDK ${needed}.`, command },
  };
}

function describePorts(findings: DoctorFindings, studioCommand: string): DoctorItem {
  const item = { id: "ports", title: "Ports", why: "Swift clients and the screen reach the engine there." } as const;
  const { ports } = findings;
  if (ports === null) return { ...item, state: "limited", fact: tooSlow, fix: null };
  const taken = ports.filter((each) => each.state === "taken");
  const names = (some: readonly PortFinding[]): string => some.map((each) => `${each.port} (${each.use})`).join(", ");
  if (taken.length > 0) {
    const fix = { text: "End the other program, or choose another port.", command: `${studioCommand} serve --port 0` };
    return { ...item, state: "missing", fact: `${names(taken)} used by another program`, fix };
  }
  const ours = ports.filter((each) => each.state === "ours");
  const free = ports.filter((each) => each.state === "free" && each.port !== 0);
  const facts = [ours.length > 0 ? `${names(ours)} in use by this engine` : "", free.length > 0 ? `${names(free)} free` : ""];
  return { ...item, state: "ok", fact: facts.filter((fact) => fact !== "").join(", ") || "any free port", fix: null };
}

function describeDisk(findings: DoctorFindings): DoctorItem {
  const item = { id: "disk", title: "Disk", why: "Objects, logs and the sandbox image need room." } as const;
  if (findings.disk === null) return { ...item, state: "limited", fact: tooSlow, fix: null };
  const { freeBytes } = findings.disk;
  const fact = `${formatSize(freeBytes)} free`;
  if (freeBytes >= comfortableDiskBytes) return { ...item, state: "ok", fact, fix: null };
  const state = freeBytes >= neededDiskBytes ? "limited" : "missing";
  return { ...item, state, fact, fix: { text: `Free some space: ${formatSize(comfortableDiskBytes)} is comfortable.`, command: null } };
}

/** All items in the order of the screen. `studioCommand` begins the commands a user may copy, such as `npm run studio --`. */
export function describeFindings(findings: DoctorFindings, studioCommand: string): DoctorItem[] {
  return [
    describeDocker(findings),
    describeImage(findings, studioCommand),
    describePython(findings),
    describeJava(findings),
    describeBubblewrap(findings),
    describeNode(findings),
    describePorts(findings, studioCommand),
    describeDisk(findings),
  ];
}

const numberWords = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight"];

/** One or two sentences over all items: whether work can begin, and how much is limited. */
export function summarize(items: readonly DoctorItem[]): string {
  const state = (id: DoctorItem["id"]): DoctorItem["state"] | undefined => items.find((item) => item.id === id)?.state;
  const withDocker = state("docker") === "ok" && state("image") === "ok";
  if (!withDocker && state("python") === "missing") return "Storlets cannot run yet: neither a Docker sandbox nor Python is there.";
  const blocking = items.find((item) => item.state === "missing" && (item.id === "node" || item.id === "ports" || item.id === "disk"));
  if (blocking !== undefined) return `The engine cannot start yet. ${blocking.title}: ${blocking.fact}.`;
  const count = items.filter((item) => item.state !== "ok").length;
  if (count === 0) return "You can start now. Everything is there.";
  return `You can start now. ${numberWords[count] ?? count} ${count === 1 ? "item limits" : "items limit"} what you can do.`;
}
