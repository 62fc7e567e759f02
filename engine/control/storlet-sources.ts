/** What a storlet on disk is made of, read whole and ready to be checked: the language's part of save, check, deploy. Deploys nothing. */
import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { buildJava, digestSources, mainOfJavaFile, parseRelease, readJavaSources, type JavaSources } from "../build/java.ts";
import { checkPython } from "../build/python.ts";
import type { Compute } from "../compute/types.ts";
import type { Diagnostic } from "../contract/index.ts";
import type { Deployment } from "../storlets/deployer.ts";
import { StudioError } from "../support/errors.ts";
import { guessPythonMain, mainSourceOf, objectNameOf, parseManifest, type Manifest } from "../workspace/manifest.ts";

export interface StorletSources {
  readonly objectName: string;
  /** The file that diagnostics name where they name none themselves. */
  readonly path: string;
  /** Whether what is deployed comes from these sources. */
  matches(deployed: { etag: string; main: string; sourceDigest: string | null }): boolean;
  /** Findings, and what to deploy; null where that is not possible. */
  check(compute: Compute, scope: string): Promise<{ diagnostics: Diagnostic[]; deployment: Deployment | null }>;
  /** What to deploy where it needs no check; null where it has to be built first. */
  readonly unchecked: Deployment | null;
}

interface Place {
  readonly directory: string;
  /** Name of the storlet's folder. */
  readonly name: string;
  readonly manifest: Manifest;
  /** The one source of a storlet that is a lone Java file; else null. */
  readonly onlyFile?: string;
  /** Makes the path that people read from one below the folder. */
  pathOf(file: string): string;
}

/** Reads a storlet folder. Throws NOT_FOUND for a file that is missing. */
export async function readStorletSources(place: Place): Promise<StorletSources> {
  const { directory, manifest, name, pathOf } = place;
  const read = (file: string): Promise<Buffer> =>
    readFile(join(directory, file)).catch((error: NodeJS.ErrnoException) => {
      throw new StudioError("NOT_FOUND", `${pathOf(file)} is missing.`, {
        hint: "storlet.yaml names it in `main` or `dependencies`.",
        cause: error,
      });
    });
  const { language, main } = manifest;
  const dependencies = await Promise.all(manifest.dependencies.map(async (file) => ({ name: basename(file), content: await read(file) })));
  const common = { objectName: objectNameOf(manifest, name), language, main, dependencies };
  if (language === "java") return javaSources(place, common);

  const file = mainSourceOf(manifest, []) as string;
  const deployment: Deployment = { ...common, languageVersion: manifest.languageVersion, source: await read(file) };
  const md5 = createHash("md5").update(deployment.source).digest("hex");
  return {
    objectName: common.objectName,
    path: pathOf(file),
    unchecked: deployment,
    matches: (deployed) => md5 === deployed.etag.replaceAll('"', "") && deployed.main === main,
    async check(compute, scope) {
      const text = Buffer.from(deployment.source).toString("utf8");
      return { diagnostics: await checkPython(compute, scope, pathOf(file), text), deployment };
    },
  };
}

type Common = Pick<Deployment, "objectName" | "language" | "main" | "dependencies">;

async function javaSources({ directory, manifest, pathOf, onlyFile }: Place, common: Common): Promise<StorletSources> {
  const { main, dependencies } = common;
  const read =
    onlyFile === undefined
      ? await readJavaSources(directory, pathOf)
      : { sources: [{ path: pathOf(onlyFile), text: await readFile(join(directory, onlyFile), "utf8") }], resources: [] };
  const input: JavaSources = {
    ...read,
    libraries: dependencies.filter(({ name }) => /\.(jar|zip)$/.test(name)).map(({ content }) => content),
    release: parseRelease(manifest.languageVersion),
  };
  const sourceDigest = digestSources(input);
  // Beside a lone file may lie anything: nobody looks.
  const files = onlyFile === undefined ? await readdir(directory, { recursive: true, encoding: "utf8" }) : [onlyFile];
  const file = mainSourceOf(
    manifest,
    files.map((each) => each.replaceAll("\\", "/")),
  );
  return {
    objectName: common.objectName,
    path: file === null ? (input.sources[0]?.path as string) : pathOf(file),
    unchecked: null,
    matches: (deployed) => deployed.sourceDigest === sourceDigest && deployed.main === main,
    async check(compute, scope) {
      const { diagnostics, artifact } = await buildJava(compute, scope, input);
      // The real system has no language version for Java: there is one Java in an image.
      const deployment = artifact === null ? null : { ...common, languageVersion: null, source: artifact, sourceDigest };
      return { diagnostics, deployment };
    },
  };
}

/** The storlet of a folder. Throws NOT_FOUND where it has no storlet.yaml. */
async function placeOfFolder(directory: string): Promise<Place> {
  const file = join(directory, "storlet.yaml");
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw new StudioError("NOT_FOUND", `${directory} is not the folder of a storlet: it has no storlet.yaml.`, {
      hint: "Add one with `language: python` and `main: file.Class`, or deploy a .py or .java file.",
      cause: error,
    });
  });
  return { directory, name: basename(directory), manifest: parseManifest(text, file), pathOf: (name) => join(directory, name) };
}

/**
 * The storlet that a path of this machine means: a folder, a storlet.yaml, or a source file. A source belongs to the storlet.yaml beside
 * or above it; without one it speaks for itself.
 */
export async function placeOfFile(file: string): Promise<Place> {
  if ((await stat(file)).isDirectory()) return placeOfFolder(file);
  if (basename(file) === "storlet.yaml") return placeOfFolder(dirname(file));
  const isJava = file.endsWith(".java");
  const described = await describedPlace(file, isJava);
  if (described !== null) return described;
  const directory = dirname(file);
  const pathOf = (name: string): string => join(directory, name);
  const words = { title: "", description: "", lesson: "", tags: [], parameters: {}, example: null };
  const bare = { ...words, version: "1.0", languageVersion: null, dependencies: [] };
  if (isJava) {
    const main = mainOfJavaFile(basename(file), await readFile(file, "utf8"));
    const onlyFile = basename(file);
    return {
      directory,
      pathOf,
      onlyFile,
      name: onlyFile.replace(/\.java$/, "").toLowerCase(),
      manifest: { ...bare, language: "java", main },
    };
  }
  if (!file.endsWith(".py")) {
    throw new StudioError("BAD_INPUT", `${basename(file)} is not the source of a storlet.`, {
      hint: "Deploy the folder of a storlet.yaml, a .py or a .java file; a jar goes with `studio deploy-storlet`.",
    });
  }
  const main = guessPythonMain(basename(file), await readFile(file, "utf8"));
  return { directory, pathOf, name: basename(directory), manifest: { ...bare, language: "python", main } };
}

/** Sources of Java lie in the folders of their package, so its storlet.yaml may be further up. */
async function describedPlace(file: string, isJava: boolean): Promise<Place | null> {
  for (let directory = dirname(file); ; directory = dirname(directory)) {
    const beside = join(directory, "storlet.yaml");
    const text = await readFile(beside, "utf8").catch(() => null);
    if (text !== null) {
      const manifest = parseManifest(text, beside);
      const isOf = isJava ? manifest.language === "java" : mainSourceOf(manifest, []) === basename(file);
      return isOf ? { directory, name: basename(directory), manifest, pathOf: (name) => join(directory, name) } : null;
    }
    if (!isJava || directory === dirname(directory)) return null;
  }
}
