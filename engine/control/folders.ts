/** Opening another folder: whether it can be worked in, and telling the engine's host, which starts the engine again on it. */
import { prepareFolder, readFolderName, rememberFolder, samplesFolder } from "../workspace/folder.ts";
import type { ControlServices } from "./services.ts";

interface FolderOptions {
  dataDirectory: string;
  /** What new and empty folders get; null for nothing. */
  samplesDirectory: string | null;
  /** The folder that is open. */
  current: string;
}

export function createFolders(options: FolderOptions): ControlServices["folders"] & {
  /** Resolves when another folder is to be opened; null: the samples. */
  readonly wanted: Promise<string | null>;
} {
  const { dataDirectory, samplesDirectory, current } = options;
  const wanted = Promise.withResolvers<string | null>();
  return {
    wanted: wanted.promise,
    async open(written) {
      const folder = written === null ? null : readFolderName(written);
      const path = folder ?? samplesFolder(dataDirectory);
      // What is wrong with it is said while there is an engine to say it.
      await prepareFolder(path, samplesDirectory);
      await rememberFolder(dataDirectory, folder);
      const startsAgain = path !== current;
      if (startsAgain) wanted.resolve(folder);
      return { startsAgain };
    },
  };
}
