/** Where a filter's text occurs in a piece of a line. Pure. */

export interface Part {
  text: string;
  hit: boolean;
}

/** The text in parts, with every occurrence of `needle` (plain, any case) marked. Joined, the parts are the text. */
export function highlight(text: string, needle: string): Part[] {
  const wanted = needle.toLowerCase();
  const lower = text.toLowerCase();
  // Some letters change their length with their case; places would be wrong then.
  if (wanted === "" || lower.length !== text.length) return [{ text, hit: false }];
  const parts: Part[] = [];
  let position = 0;
  for (let found = lower.indexOf(wanted); found !== -1; found = lower.indexOf(wanted, position)) {
    if (found > position) parts.push({ text: text.slice(position, found), hit: false });
    position = found + wanted.length;
    parts.push({ text: text.slice(found, position), hit: true });
  }
  if (position < text.length || parts.length === 0) parts.push({ text: text.slice(position), hit: false });
  return parts;
}
