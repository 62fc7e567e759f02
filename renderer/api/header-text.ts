/** Text in HTTP headers: Swift's headers are UTF-8, a browser reads and writes them as Latin-1. Pure. */

/** The text of a header as `fetch` gives it; what is no UTF-8 stays as it is. */
export function readHeaderText(value: string): string {
  const bytes = Uint8Array.from(value, (sign) => sign.charCodeAt(0));
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return value;
  }
}

/** `x-object-meta-a` as `X-Object-Meta-A`. */
export function titleCase(name: string): string {
  return name.replaceAll(/(^|-)([a-z])/g, (_match, dash: string, letter: string) => dash + letter.toUpperCase());
}

/** Text as `fetch` takes it for a header. */
export function writeHeaderText(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
}
