/** The data plane: raw Swift requests through the address of this page. Owns the encoding of names, nothing else. */

/** A path part with every byte outside of the unreserved ones percent-encoded; `/` stays where it parts pseudo-folders. */
function encodeName(name: string): string {
  return (
    name
      .split("/")
      .map((part) => encodeURIComponent(part).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`))
      // A browser would resolve lone dots away before it sends the request; Swift takes them as names.
      .map((part) => (part === "." ? "%2E" : part === ".." ? "%2E%2E" : part))
      .join("/")
  );
}

/** `/swift/v1/AUTH_test/container/object`, encoded. Without the object: the container; without both: the account. */
export function swiftPath(account: string, container?: string, object?: string): string {
  const parts = [encodeName(account)];
  if (container !== undefined) parts.push(encodeName(container));
  if (object !== undefined) parts.push(encodeName(object));
  return `/swift/v1/${parts.join("/")}`;
}

/** Parts `container/object` at its first slash. */
export function splitObjectPath(path: string): { container: string; object: string } {
  const slash = path.indexOf("/");
  return slash < 0 ? { container: path, object: "" } : { container: path.slice(0, slash), object: path.slice(slash + 1) };
}
