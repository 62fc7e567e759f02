/**
 * The hash that a listing shows for an object, with what middleware keeps beside it: `<md5>; symlink_target=c/o; slo_etag=…`. Owns
 * that form; each middleware takes out its own parameters on the way back to the client.
 */

export interface ListedHash {
  readonly etag: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** Takes a listed hash apart. A parameter that is given twice has its last value. */
export function parseListedHash(text: string): ListedHash {
  const [etag = "", ...rest] = text.split(";");
  const parameters = new Map<string, string>();
  for (const item of rest) {
    const equals = item.indexOf("=");
    if (equals > 0) parameters.set(item.slice(0, equals).trim(), item.slice(equals + 1).trim());
  }
  return { etag: etag.trim(), parameters };
}

/** The inverse of `parseListedHash`. */
export function formatListedHash({ etag, parameters }: ListedHash): string {
  return [etag, ...[...parameters].map(([name, value]) => `${name}=${value}`)].join("; ");
}
