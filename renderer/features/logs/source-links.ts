/** Finds the places in a text that point at a line of an author's file. Decides what is the author's; opens nothing. */
import type { StorletSummary } from "../../../engine/contract/index.ts";

export interface SourceLink {
  /** Path below the workspace, as `editor.reveal` takes it. */
  path: string;
  line: number;
}

export interface Segment {
  text: string;
  link: SourceLink | null;
}

/** The workspace file that a frame of a traceback names; null where it is not an author's file or cannot be told. */
export type ResolveSource = (file: string, storlet: string | undefined) => string | null;

type SourceOwner = Pick<StorletSummary, "name" | "objectName" | "files">;

/**
 * Frames carry paths as the sandbox sees them, so files are compared by name. A name that several storlets share belongs to the
 * storlet that was running; where that is unknown, to none. The runtime's and the system's own files are nobody's.
 */
export function createSourceResolver(storlets: readonly SourceOwner[]): ResolveSource {
  const owners = new Map<string, { storlet: SourceOwner; path: string }[]>();
  for (const storlet of storlets) {
    for (const file of storlet.files) {
      const list = owners.get(file.name) ?? [];
      list.push({ storlet, path: file.path });
      owners.set(file.name, list);
    }
  }
  return (file, running) => {
    if (/^(\/usr\/|\/opt\/|<)/.test(file) || file.includes("/runtime/")) return null;
    const found = owners.get(file.slice(file.lastIndexOf("/") + 1)) ?? [];
    const own = found.filter(({ storlet }) => storlet.name === running || storlet.objectName === running);
    const chosen = own.length > 0 ? own : found;
    return chosen.length === 1 ? (chosen[0]?.path ?? null) : null;
  };
}

const bundleFolder = /(File ")[^"\n]*\/[^"/\n]+\.[0-9a-f]{12}\/([^"\n]+", line )/g;

/** The text with the folder left out where a frame lies in a deployed bundle: only the author's own path is of use to them. */
export function shortenFrames(text: string): string {
  return text.includes('File "') ? text.replace(bundleFolder, "$1$2") : text;
}

const framePattern = /File "([^"\n]+)", line (\d+)/g;

/** Cuts a line into plain and linked pieces; joined, their texts are the line. */
export function linkFrames(line: string, storlet: string | undefined, resolve: ResolveSource): Segment[] {
  if (!line.includes('File "')) return [{ text: line, link: null }];
  const segments: Segment[] = [];
  let position = 0;
  for (const match of line.matchAll(framePattern)) {
    const [whole, file = "", number = ""] = match;
    const path = resolve(file, storlet);
    if (path === null) continue;
    const start = match.index + 'File "'.length;
    segments.push({ text: line.slice(position, start), link: null });
    position = match.index + whole.length;
    segments.push({ text: line.slice(start, position), link: { path, line: Number(number) } });
  }
  if (position < line.length || segments.length === 0) segments.push({ text: line.slice(position), link: null });
  return segments;
}

/** The pieces that lie in `[from, to)` of the joined text, cut at its ends. */
export function cutSegments(segments: readonly Segment[], from: number, to: number): Segment[] {
  const cut: Segment[] = [];
  let position = 0;
  for (const segment of segments) {
    const start = Math.max(from, position);
    const end = Math.min(to, position + segment.text.length);
    if (start < end) cut.push({ text: segment.text.slice(start - position, end - position), link: segment.link });
    position += segment.text.length;
  }
  return cut;
}
