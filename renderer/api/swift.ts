/** The data plane: raw Swift requests through the address of this page. Owns the form of their addresses, nothing else. */
import { encodePath } from "../../engine/contract/recipe-request.ts";

/** `/swift/v1/AUTH_test/container/object`, encoded. Without the object: the container; without both: the account. */
export function swiftPath(account: string, container?: string, object?: string): string {
  const parts = [encodePath(account)];
  if (container !== undefined) parts.push(encodePath(container));
  if (object !== undefined) parts.push(encodePath(object));
  return `/swift/v1/${parts.join("/")}`;
}

/** Parts `container/object` at its first slash. */
export function splitObjectPath(path: string): { container: string; object: string } {
  const slash = path.indexOf("/");
  return slash < 0 ? { container: path, object: "" } : { container: path.slice(0, slash), object: path.slice(slash + 1) };
}
