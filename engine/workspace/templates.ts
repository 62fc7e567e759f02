/** Templates of new storlets: folders of `resources/templates`, and the storlet folder that one becomes. Owns no test and no deployment. */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parse as parseYaml } from "yaml";
import { z } from "zod";
import { languageSchema, type Language, type NewStorlet, type StorletTemplate } from "../contract/index.ts";
import { StudioError } from "../support/errors.ts";

export interface Templates {
  /** Every template, the one to begin with first. */
  list(): Promise<StorletTemplate[]>;
  /**
   * Makes `storletsDirectory/NAME` from a template; returns its path. Throws BAD_INPUT for a name that cannot be one and NOT_FOUND for a
   * template that does not exist, CONFLICT where the folder exists: nothing is ever overwritten.
   */
  create(storletsDirectory: string, wanted: NewStorlet): Promise<string>;
}

/** What stands for the storlet's name in a template, and for its class. */
const placeholders = { name: /storlet_name/g, type: /StorletName/g };

const order = ["transform", "metadata", "records", "inputs"];
const describedSchema = z.strictObject({ title: z.string(), lesson: z.string() });

/** Words that no module of Python and no package of Java can be called, as far as they look like names of storlets. */
const keywords =
  "and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield abstract boolean byte case catch char const default do double enum extends final float goto implements instanceof int interface long native new package private protected public short static strictfp super switch synchronized this throw throws transient void volatile true false null none";

/** Modules that a Python storlet would import by itself instead, by accident. */
const pythonModules =
  "array ast asyncio base64 bisect bz2 calendar codecs collections copy csv ctypes datetime decimal difflib email enum fractions functools glob gzip hashlib heapq hmac html http io itertools json logging lzma math mimetypes numbers operator os pathlib pickle platform pprint queue random re secrets select shutil signal socket sqlite3 ssl stat statistics string struct subprocess sys tarfile tempfile test textwrap threading time token tokenize traceback types typing unicodedata unittest urllib uuid warnings weakref xml zipfile zlib agent daemon relay storlet_runtime storlet_testing";

/** Classes that a Java storlet means by that word; those of its API and of the language's own package. */
const javaTypes =
  "array_list boolean byte character check class comparable double enum error exception float hash_map hash_set i_storlet input_stream integer iterable list long map math number object output_stream override path process range_storlet_input_stream record runnable set short storlet storlet_exception storlet_input_stream storlet_logger storlet_object_output_stream storlet_output_stream storlet_tester string system thread throwable void";

const longestName = 64;

/** `line_counter` as a class: `LineCounter`. */
function classNameOf(name: string): string {
  return name
    .split("_")
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join("");
}

/** Throws BAD_INPUT where a storlet of this language cannot have this name. */
function checkName(name: string, language: Language): void {
  if (!/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/.test(name) || name.length > longestName) {
    throw new StudioError("BAD_INPUT", `${JSON.stringify(name)} cannot name a storlet.`, {
      detail: "The name becomes a folder, a module or package, and a class.",
      hint: `Use lower-case letters, digits and single underscores between words, at most ${longestName} characters: line_counter.`,
    });
  }
  const taken = language === "python" ? pythonModules : javaTypes;
  const means = keywords.split(" ").includes(name)
    ? "is a word of the language"
    : taken.split(" ").includes(name)
      ? "has a meaning there"
      : null;
  if (means !== null) {
    throw new StudioError("BAD_INPUT", `${name} cannot name a storlet in ${language === "python" ? "Python" : "Java"}.`, {
      detail: `${name} ${means}.`,
      hint: `Add a word: ${name}_storlet.`,
    });
  }
}

/** Templates that lie in `directory` as `LANGUAGE-ID/`, with one readme per language beside them. */
export function createTemplates(directory: string): Templates {
  async function list(): Promise<StorletTemplate[]> {
    const entries = await readdir(directory, { withFileTypes: true });
    const found = entries.flatMap((entry) => {
      const [, language, id] = /^([a-z]+)-(.+)$/.exec(entry.name) ?? [];
      const known = languageSchema.safeParse(language);
      return entry.isDirectory() && id !== undefined && known.success ? [{ id, language: known.data }] : [];
    });
    const templates = await Promise.all(
      found.map(async ({ id, language }) => {
        const text = await readFile(join(directory, `${language}-${id}`, "template.yaml"), "utf8");
        return { id, language, ...describedSchema.parse(parseYaml(text)) };
      }),
    );
    const place = ({ id, language }: StorletTemplate): string => `${order.indexOf(id)} ${language === "python" ? 0 : 1}`;
    return templates.sort((a, b) => place(a).localeCompare(place(b)));
  }

  async function filesOf({ name, language, template }: NewStorlet): Promise<{ path: string; text: string }[]> {
    const all = await list();
    if (!all.some((each) => each.id === template && each.language === language)) {
      throw new StudioError("NOT_FOUND", `There is no template ${template} for ${language}.`, {
        hint: `Templates: ${all.flatMap((each) => (each.language === language ? [each.id] : [])).join(", ")}.`,
      });
    }
    const root = join(directory, `${language}-${template}`);
    const fill = (text: string): string => text.replace(placeholders.name, name).replace(placeholders.type, classNameOf(name));
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    const sources = entries
      .filter((entry) => entry.isFile() && entry.name !== "template.yaml")
      .map((entry) => ({ file: join(entry.parentPath, entry.name), path: join(entry.parentPath, entry.name).slice(root.length + 1) }));
    sources.push({ file: join(directory, `readme-${language}.md`), path: "README.md" });
    return Promise.all(sources.map(async ({ file, path }) => ({ path: fill(path), text: fill(await readFile(file, "utf8")) })));
  }

  return {
    list,
    async create(storletsDirectory, wanted) {
      checkName(wanted.name, wanted.language);
      const files = await filesOf(wanted);
      const folder = join(storletsDirectory, wanted.name);
      await mkdir(storletsDirectory, { recursive: true });
      await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "EEXIST") throw error;
        throw new StudioError("CONFLICT", `There is a storlet ${wanted.name} already.`, {
          detail: folder,
          hint: "Choose another name.",
          cause: error,
        });
      });
      try {
        for (const { path, text } of files) {
          await mkdir(dirname(join(folder, path)), { recursive: true });
          await writeFile(join(folder, path), text);
        }
      } catch (error) {
        await rm(folder, { recursive: true, force: true });
        throw error;
      }
      return folder;
    },
  };
}
