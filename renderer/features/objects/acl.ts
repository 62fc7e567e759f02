/** Access lists of a container in words. Swift checks them; this only explains and toggles their public parts. Pure. */

const partsOf = (acl: string): string[] =>
  acl
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");

/** True where anyone may read objects without a token. */
export function isPublic(readAcl: string): boolean {
  return partsOf(readAcl).some((part) => /^\.r(ef(errer)?)?\s*:\s*\*$/i.test(part));
}

/** True where anyone who may read may also list. */
export function isListable(readAcl: string): boolean {
  return partsOf(readAcl).some((part) => part.toLowerCase() === ".rlistings");
}

/** The list with `part` in it or not; the rest stays as it is. */
export function withPart(acl: string, part: ".r:*" | ".rlistings", on: boolean): string {
  const has = part === ".r:*" ? (text: string) => isPublic(text) : (text: string) => isListable(text);
  const others = partsOf(acl).filter((other) => !has(other));
  return (on ? [part, ...others] : others).join(",");
}

/** A list as a sentence. */
export function describeAcl(acl: string): string {
  const parts = partsOf(acl);
  if (parts.length === 0) return "this account only";
  return parts
    .map((part) => {
      if (isPublic(part)) return "anyone";
      if (isListable(part)) return "may list";
      const referrer = /^\.r(?:ef(?:errer)?)?\s*:\s*(-?)(.+)$/i.exec(part);
      if (referrer !== null) return `${referrer[1] === "-" ? "not pages of" : "pages of"} ${referrer[2] ?? ""}`;
      return part;
    })
    .join(", ");
}
