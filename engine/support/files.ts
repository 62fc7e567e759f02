/** What several rooms ask of the file system in one way. */
import { access } from "node:fs/promises";

/** True where something lies at the path that can be reached. */
export function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
