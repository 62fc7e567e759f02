/** A Java storlet's sources on disk, and the jar they become. Owns no compiler: the sandbox's own compiles them. */
import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { BuildResult, Compute } from "../compute/types.ts";
import { StudioError } from "../support/errors.ts";

/** Everything a jar is made of. */
export interface JavaSources {
  readonly sources: readonly { readonly path: string; readonly text: string }[];
  /** Other files below `src/`: they go into the jar as they are. */
  readonly resources: readonly { readonly name: string; readonly content: Uint8Array }[];
  readonly libraries: readonly Uint8Array[];
  /** The Java release to compile for; null for the usual one. */
  readonly release: number | null;
}

/** Largest file that is taken into a jar. */
const maxResourceBytes = 32 * 1024 * 1024;

/** Releases that Java 17 compiles for. */
const releases = { oldest: 8, newest: 17 } as const;

/** The release that `language-version` of a Java storlet asks for. Throws BAD_INPUT for one that cannot be made. */
export function parseRelease(version: string | null): number | null {
  if (version === null) return null;
  const release = /^(?:1\.)?(\d{1,2})$/.exec(version)?.[1];
  const number = Number(release);
  if (release !== undefined && number >= releases.oldest && number <= releases.newest) return number;
  throw new StudioError("BAD_INPUT", `Java ${version} cannot be compiled for.`, {
    hint: `\`language-version\` of a Java storlet is ${releases.oldest} to ${releases.newest}, or absent.`,
  });
}

/**
 * Reads the sources of a storlet folder: everything below `src/` where there is one, else its own `*.java` files. `pathOf` makes the
 * paths that findings name. Throws NOT_FOUND where there is no source.
 */
export async function readJavaSources(
  directory: string,
  pathOf: (file: string) => string,
): Promise<Pick<JavaSources, "sources" | "resources">> {
  const hasSourceFolder = await stat(join(directory, "src")).then(
    (facts) => facts.isDirectory(),
    () => false,
  );
  const root = hasSourceFolder ? "src" : "";
  const entries = await readdir(join(directory, root), { recursive: hasSourceFolder, encoding: "utf8" });
  const visible = entries.map((name) => name.replaceAll("\\", "/")).filter((name) => !name.split("/").some((part) => part.startsWith(".")));
  const sources: { path: string; text: string }[] = [];
  const resources: { name: string; content: Uint8Array }[] = [];
  for (const name of visible.sort()) {
    const file = join(directory, root, name);
    const isSource = name.endsWith(".java");
    if (!isSource && !hasSourceFolder) continue;
    const facts = await stat(file);
    if (!facts.isFile()) continue;
    if (facts.size > maxResourceBytes) throw new StudioError("INPUT_TOO_LARGE", `${pathOf(join(root, name))} is too large for a jar.`);
    if (isSource) sources.push({ path: pathOf(root === "" ? name : `${root}/${name}`), text: await readFile(file, "utf8") });
    else resources.push({ name, content: await readFile(file) });
  }
  if (sources.length > 0) return { sources, resources };
  throw new StudioError("NOT_FOUND", `${pathOf(root === "" ? "." : root)} holds no Java source.`, {
    hint: "Put the sources into src/, each in the folders of its package, or beside storlet.yaml.",
  });
}

/** Names the state of sources: equal digests, equal jars. */
export function digestSources({ sources, resources, libraries, release }: JavaSources): string {
  const hash = createHash("sha256").update(JSON.stringify([release, sources]));
  for (const { name, content } of resources) hash.update(`\n${name} ${content.byteLength}\n`).update(content);
  for (const library of libraries) hash.update(`\n${library.byteLength}\n`).update(library);
  return hash.digest("hex").slice(0, 32);
}

/** Compiles in the scope's sandbox. Throws RUNTIME_MISSING where that has no JDK. */
export function buildJava(compute: Compute, scope: string, sources: JavaSources): Promise<BuildResult> {
  return compute.build(scope, { language: "java", ...sources });
}

/** The main class of a lone source file, by its package and name. */
export function mainOfJavaFile(fileName: string, source: string): string {
  const [, name] = /^\s*package\s+([\w.]+)\s*;/m.exec(source) ?? [];
  const type = fileName.replace(/\.java$/, "");
  return name === undefined ? type : `${name}.${type}`;
}
