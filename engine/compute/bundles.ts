/** Bundles on disk as sandboxes see them: one directory per version, whole or not there. Owns no daemon. */
import { createHash } from "node:crypto";
import { chmod, chown, lchown, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, normalize, sep } from "node:path";
import { randomId } from "../support/clock.ts";
import { StudioError } from "../support/errors.ts";
import { exists } from "../support/files.ts";
import { discardBody, isByteStream } from "../support/streams.ts";
import type { Bundle, BundleFile } from "./types.ts";

/** How names of directories begin that are not whole yet. */
export const halfWrittenPrefix = ".new-";

/** A name that is safe as one path component. Names that had to change end in a hash of the original, so that they stay apart. */
export function safeName(name: string): string {
  const safe = name.replaceAll(/[^A-Za-z0-9._-]/g, "_").replace(/^\.+/, "_");
  if (safe === name && name.length <= 100 && name !== "") return name;
  return `${safe.slice(0, 80)}-${createHash("sha256").update(name).digest("hex").slice(0, 8)}`;
}

/** Directory name of this version of a bundle: `<name>.<digest12>`. */
export function bundleDirectoryName(bundle: Bundle): string {
  if (!/^[0-9a-f]{12,}$/.test(bundle.digest)) throw new StudioError("INTERNAL", `The digest of ${bundle.name} is not hexadecimal.`);
  return `${safeName(bundle.name)}.${bundle.digest.slice(0, 12)}`;
}

function assertInside(name: string): void {
  const path = normalize(name);
  if (name === "" || name.includes("\0") || path.startsWith("/") || path === "." || path === ".." || path.startsWith(`..${sep}`)) {
    throw new StudioError("BAD_INPUT", `A file of the bundle cannot be called ${JSON.stringify(name)}.`, {
      hint: "Use a plain file name.",
    });
  }
}

async function writeBundleFile(directory: string, file: BundleFile): Promise<void> {
  assertInside(file.name);
  const path = join(directory, file.name);
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  const body = await file.open();
  try {
    const handle = await open(path, "wx", 0o600);
    try {
      if (isByteStream(body)) {
        for await (const chunk of body) await handle.writeFile(chunk);
      } else {
        await handle.writeFile(body);
      }
      await handle.chmod(file.mode & 0o777);
    } finally {
      await handle.close();
    }
  } catch (error) {
    discardBody(body);
    throw error;
  }
}

interface BundleOwner {
  readonly uid: number;
  readonly gid: number;
}

/** Gives everything in a directory to `owner`: permissions such as 0600 are meant for the user in the sandbox. Only root can. */
async function handOver(directory: string, owner: BundleOwner | undefined): Promise<void> {
  const own = process.getuid?.();
  if (own !== 0) return;
  const { uid, gid } = owner ?? { uid: own, gid: process.getgid?.() ?? 0 };
  // The directory comes last: its owner tells that the rest was done.
  if ((await stat(directory)).uid === uid) return;
  for (const entry of await readdir(directory, { recursive: true })) await lchown(join(directory, entry), uid, gid);
  await chown(directory, uid, gid);
}

/**
 * Lays a bundle out below `root` unless this version is there; returns its directory name. Concurrent calls for one version are safe.
 * `owner` is the user in the sandbox where that is not the engine's own.
 */
export async function layOutBundle(root: string, bundle: Bundle, owner?: BundleOwner): Promise<string> {
  const name = bundleDirectoryName(bundle);
  const target = join(root, name);
  if (await exists(target)) {
    await handOver(target, owner);
    return name;
  }
  const temporary = join(root, `${halfWrittenPrefix}${randomId(6)}`);
  await mkdir(temporary, { recursive: true });
  try {
    for (const file of bundle.files) await writeBundleFile(temporary, file);
    await chmod(temporary, 0o755);
    await handOver(temporary, owner);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if (!(await exists(target))) throw error;
  }
  return name;
}

/** Removes the versions of a bundle that `isUsed` does not claim. */
export async function removeBundleVersions(root: string, bundleName: string, isUsed: (directoryName: string) => boolean): Promise<void> {
  const prefix = `${safeName(bundleName)}.`;
  for (const name of await readdir(root)) {
    const isVersion = name.startsWith(prefix) && /^[0-9a-f]{12}$/.test(name.slice(prefix.length));
    if (isVersion && !isUsed(name)) await rm(join(root, name), { recursive: true, force: true });
  }
}

/** Removes what a crash left half written. */
export async function removeHalfWrittenBundles(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    if (name.startsWith(halfWrittenPrefix)) await rm(join(root, name), { recursive: true, force: true });
  }
}
