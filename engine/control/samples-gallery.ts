/** The gallery: which samples there are, and putting one into the workspace with its data. Overwrites nothing. */
import { cp, mkdir, readdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { SampleInfo } from "../contract/index.ts";
import { StudioError } from "../support/errors.ts";
import type { AccountClient } from "../swift/account-client.ts";
import { parseManifest, type Manifest } from "../workspace/manifest.ts";
import { uploadMissing } from "./samples.ts";
import type { ControlServices } from "./services.ts";

interface GalleryOptions {
  /** Holds `storlets/NAME/` and `data/CONTAINER/…`, as a workspace does. */
  readonly samplesDirectory: string;
  readonly workspaceDirectory: string;
  readonly client: AccountClient;
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (facts) => facts.isDirectory(),
    () => false,
  );

/** What the control API offers of the gallery. */
export function createGallery({ samplesDirectory, workspaceDirectory, client }: GalleryOptions): ControlServices["gallery"] {
  const readManifest = async (name: string): Promise<Manifest> => {
    const path = `storlets/${name}/storlet.yaml`;
    return parseManifest(await readFile(join(samplesDirectory, path), "utf8"), path);
  };

  async function names(): Promise<string[]> {
    const entries = await readdir(join(samplesDirectory, "storlets"), { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
      .map((entry) => entry.name)
      .toSorted();
  }

  async function describe(name: string): Promise<SampleInfo | null> {
    const { title, description, lesson, tags, language, example } = await readManifest(name);
    if (example === null) return null;
    const inWorkspace = await isFolder(join(workspaceDirectory, "storlets", name));
    return {
      name,
      title: title || name,
      lesson: lesson || description,
      language,
      door: example.door ?? "GET",
      object: example.object,
      params: example.params,
      tags,
      inWorkspace,
    };
  }

  /** The object a sample runs on: as a file of the workspace and in the store, where it is in neither. */
  async function addData(path: string): Promise<void> {
    const [container = "", ...rest] = path.split("/");
    const source = join(samplesDirectory, "data", path);
    const facts = await stat(source).catch(() => null);
    if (facts === null) return;
    const file = join(workspaceDirectory, "data", path);
    await mkdir(dirname(file), { recursive: true });
    await cp(source, file, { force: false });
    await uploadMissing(client, { container, object: rest.join("/"), file, sizeBytes: (await stat(file)).size });
  }

  return {
    list: async () => (await Promise.all((await names()).map(describe))).filter((sample) => sample !== null),
    async add(name) {
      if (!(await names()).includes(name)) throw new StudioError("NOT_FOUND", `There is no sample ${name}.`);
      const { example } = await readManifest(name);
      const target = join(workspaceDirectory, "storlets", name);
      const added = !(await isFolder(target));
      if (added) await cp(join(samplesDirectory, "storlets", name), target, { recursive: true, force: false });
      for (const path of example === null ? [] : [example.object, ...(example.extra ?? [])]) await addData(path);
      return { added };
    },
  };
}
