/** Tours: lessons as plain files, ours and those of a workspace. Owns reading them and saying what is wrong with one; runs nothing. */
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { parse as parseYaml } from "yaml";
import { z } from "zod";
import { tourFileSchema, type Tour, type TourList } from "../contract/index.ts";
import { StudioError, toStudioError } from "../support/errors.ts";

/** Largest file that is read as a tour, in bytes. */
const maxTourBytes = 256 * 1024;

/** A folder of tours; `origin` begins the ids of those in it. */
export interface TourFolder {
  readonly origin: "built-in" | "workspace";
  readonly directory: string;
}

/** Parses the text of a tour. Throws BAD_INPUT naming `path`, and the step and field that are wrong. */
export function parseTour(text: string, path: string, id: string): Tour {
  let document: unknown;
  try {
    document = parseYaml(text);
  } catch (error) {
    throw new StudioError("BAD_INPUT", `${path} is not YAML.`, { detail: error instanceof Error ? error.message : String(error) });
  }
  const result = tourFileSchema.safeParse(document);
  if (!result.success) {
    throw new StudioError("BAD_INPUT", `${path} is not a tour.`, {
      detail: z.prettifyError(result.error),
      hint: "docs/tours.md tells what a tour holds.",
    });
  }
  return { id, path, ...result.data };
}

async function readTour(folder: TourFolder, file: string): Promise<Tour> {
  const absolute = join(folder.directory, file);
  if ((await stat(absolute)).size > maxTourBytes) throw new StudioError("INPUT_TOO_LARGE", `tours/${file} is too large for a tour.`);
  return parseTour(await readFile(absolute, "utf8"), `tours/${file}`, `${folder.origin}/${file.replace(/^\d+-|\.yaml$/g, "")}`);
}

/** Every tour of the folders, in their order and by file name; digits in front of a name order it and are no part of the id. A folder that is missing has none; a file that is none is a fault. */
export async function readTours(folders: readonly TourFolder[]): Promise<TourList> {
  const list: TourList = { tours: [], faults: [] };
  for (const folder of folders) {
    const entries = await readdir(folder.directory, { withFileTypes: true }).catch(() => []);
    const files = entries.filter((entry) => entry.isFile() && /^[^.].*\.yaml$/.test(entry.name)).map((entry) => entry.name);
    for (const file of files.toSorted()) {
      try {
        list.tours.push(await readTour(folder, file));
      } catch (error) {
        list.faults.push({ path: `tours/${file}`, problem: toStudioError(error).toProblem() });
      }
    }
  }
  return list;
}
