/** Unsaved text, kept in the browser so that a crash or reload costs at most a second of typing. */

export interface Backup {
  text: string;
  /** Version on disk that the text began from. */
  baseVersion: string;
}

export interface BackupStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export interface Backups {
  read(path: string): Backup | null;
  /** False where the storage refused, e.g. because it is full. */
  write(path: string, backup: Backup): boolean;
  remove(path: string): void;
}

/** Backups of the files of one workspace: the same path in another workspace is another file. */
export function createBackups(storage: BackupStorage, workspace: string): Backups {
  const keyOf = (path: string) => `studio.unsaved:${workspace}:${path}`;
  return {
    read(path) {
      try {
        const stored = JSON.parse(storage.getItem(keyOf(path)) ?? "null") as Partial<Backup> | null;
        if (typeof stored?.text !== "string" || typeof stored.baseVersion !== "string") return null;
        return { text: stored.text, baseVersion: stored.baseVersion };
      } catch {
        return null;
      }
    },
    write(path, backup) {
      try {
        storage.setItem(keyOf(path), JSON.stringify(backup));
        return true;
      } catch {
        return false;
      }
    },
    remove(path) {
      try {
        storage.removeItem(keyOf(path));
      } catch {
        // What cannot be reached was not written either.
      }
    },
  };
}
