/** The code that ran, kept by its digest: one folder each, whole or not there. Owns the folders; equal files of two digests share their bytes. */
import { hash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Bundle } from "../compute/types.ts";
import { randomId } from "../support/clock.ts";
import { readBody } from "../support/streams.ts";

interface KeptFile {
  readonly name: string;
  readonly mode: number;
  readonly sizeBytes: number;
  /** SHA-256 of its bytes. */
  readonly sum: string;
}

/** A bundle without its bytes, in the order in which bundles were kept. */
interface Manifest extends Omit<Bundle, "files"> {
  /** Counts up: which was kept before which. */
  readonly number: number;
  readonly files: readonly KeptFile[];
}

export interface KeptCode {
  /** Keeps a bundle unless it is there; goes on by itself and never fails its caller. */
  keep(bundle: Bundle): void;
  has(digest: string): boolean;
  /** The bundle with the code of then; null where it is not kept. Waits for one that is being kept. */
  find(digest: string): Promise<Bundle | null>;
  settle(): Promise<void>;
}

interface KeptCodeOptions {
  readonly directory: string;
  /** Larger bundles are not kept. */
  readonly capBytes: number;
  readonly budgetBytes: number;
  /** Digests that must stay. */
  pinned(): ReadonlySet<string>;
}

const digestPattern = /^[0-9a-f]{12,128}$/;
const manifestName = "bundle.json";

export function createKeptCode(options: KeptCodeOptions): KeptCode {
  const { directory, capBytes, budgetBytes, pinned } = options;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const manifests = readManifests(directory);
  let serial = [...manifests.values()].at(-1)?.number ?? 0;
  const keeping = new Map<string, Promise<void>>();
  const pathOf = (digest: string, index: number): string => join(directory, digest, String(index));

  function storedBytes(): number {
    const sizes = new Map([...manifests.values()].flatMap(({ files }) => files.map(({ sum, sizeBytes }) => [sum, sizeBytes])));
    return [...sizes.values()].reduce((sum, size) => sum + size, 0);
  }

  /** Where bytes of this sum lie already. */
  function placeOf(sum: string): string | null {
    for (const { digest, files } of manifests.values()) {
      const index = files.findIndex((file) => file.sum === sum);
      if (index >= 0) return pathOf(digest, index);
    }
    return null;
  }

  async function copy(bundle: Bundle): Promise<void> {
    const temporary = join(directory, `.new-${randomId(6)}`);
    await mkdir(temporary, { mode: 0o700 });
    try {
      const files: KeptFile[] = [];
      let left = capBytes;
      for (const [index, file] of bundle.files.entries()) {
        const bytes = await readBody(await file.open(), left);
        left -= bytes.byteLength;
        // It was deployed anew in between: these bytes are another digest's.
        if (file.md5 !== undefined && hash("md5", bytes) !== file.md5) return;
        const sum = hash("sha256", bytes);
        const known = placeOf(sum);
        const target = join(temporary, String(index));
        const isLinked =
          known !== null &&
          (await link(known, target).then(
            () => true,
            () => false,
          ));
        if (!isLinked) await writeFile(target, bytes, { mode: 0o600 });
        files.push({ name: file.name, mode: file.mode, sizeBytes: bytes.byteLength, sum });
      }
      const { files: _files, ...facts } = bundle;
      const manifest: Manifest = { ...facts, number: (serial += 1), files };
      await writeFile(join(temporary, manifestName), JSON.stringify(manifest), { mode: 0o600 });
      await rename(temporary, join(directory, bundle.digest));
      manifests.set(bundle.digest, manifest);
      await prune();
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  }

  async function prune(): Promise<void> {
    if (storedBytes() <= budgetBytes) return;
    const stays = pinned();
    const newest = [...manifests.keys()].at(-1);
    for (const digest of manifests.keys()) {
      if (storedBytes() <= budgetBytes) return;
      if (stays.has(digest) || digest === newest) continue;
      manifests.delete(digest);
      await rm(join(directory, digest), { recursive: true, force: true });
    }
  }

  return {
    keep(bundle) {
      const { digest } = bundle;
      if (manifests.has(digest) || keeping.has(digest) || !digestPattern.test(digest)) return;
      // A bundle that cannot be read fails its run, too: that tells of it.
      const work = copy(bundle)
        .catch(() => {})
        .finally(() => keeping.delete(digest));
      keeping.set(digest, work);
    },
    has: (digest) => manifests.has(digest) || keeping.has(digest),
    async find(digest) {
      await keeping.get(digest);
      const manifest = manifests.get(digest);
      if (manifest === undefined) return null;
      const { number: _number, files, ...facts } = manifest;
      return {
        ...facts,
        files: files.map(({ name, mode }, index) => ({ name, mode, open: () => readFile(pathOf(digest, index)) })),
      };
    },
    async settle() {
      await Promise.all(keeping.values());
    },
  };
}

/** Oldest first. What a crash left half written is left out; it goes with the next start that can remove it. */
function readManifests(directory: string): Map<string, Manifest> {
  const found = readdirSync(directory).flatMap((name): Manifest[] => {
    const path = join(directory, name, manifestName);
    if (!digestPattern.test(name) || !existsSync(path)) {
      void rm(join(directory, name), { recursive: true, force: true }).catch(() => {});
      return [];
    }
    try {
      return [JSON.parse(readFileSync(path, "utf8")) as Manifest];
    } catch {
      return [];
    }
  });
  return new Map(found.sort((a, b) => a.number - b.number).map((manifest) => [manifest.digest, manifest]));
}
