/** Entity tags: quoting and matching. Owns no conditions; those are in conditionals.ts. */

/** A tag without its quotes: `"abc"` and `abc` are the same tag. */
export function normalizeEtag(tag: string): string {
  return tag.length > 1 && tag.startsWith('"') && tag.endsWith('"') ? tag.slice(1, -1) : tag;
}

/** The tags of an If-Match or If-None-Match header, without quotes. */
export function parseEtagList(header: string): Set<string> {
  const tags = new Set<string>();
  for (const item of header.split(",")) {
    const tag = item.trim();
    if (tag !== "") tags.add(normalizeEtag(tag));
  }
  return tags;
}

/** True where the header names the tag, or everything with `*`. */
export function etagListMatches(header: string, etag: string): boolean {
  const tags = parseEtagList(header);
  return tags.has("*") || tags.has(normalizeEtag(etag));
}
