/** The text of a step as parts to draw: paragraphs and lists with code, strong words and keys. Pure; markup of any other kind stays text. */

export type TextPart = { kind: "text" | "code" | "strong" | "keys"; text: string };
export type TextBlock = { kind: "paragraph"; parts: readonly TextPart[] } | { kind: "list"; items: readonly (readonly TextPart[])[] };

const inline = /`([^`]+)`|\*\*([^*]+)\*\*|\[\[([^\]]+)\]\]/g;

function partsOf(line: string): TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const found of line.matchAll(inline)) {
    if (found.index > from) parts.push({ kind: "text", text: line.slice(from, found.index) });
    const [whole, code, strong, keys] = found;
    if (code !== undefined) parts.push({ kind: "code", text: code });
    else if (strong !== undefined) parts.push({ kind: "strong", text: strong });
    else parts.push({ kind: "keys", text: keys ?? "" });
    from = found.index + whole.length;
  }
  if (from < line.length) parts.push({ kind: "text", text: line.slice(from) });
  return parts;
}

/** Blocks are parted by empty lines; a block whose lines begin with `- ` is a list, and other lines of it go on the item before. */
export function parseTourText(text: string): TextBlock[] {
  return text
    .replaceAll("\r\n", "\n")
    .split(/\n\s*\n/)
    .map((block) => block.trim())
    .filter((block) => block !== "")
    .map((block): TextBlock => {
      const lines = block.split("\n").map((line) => line.trim());
      if (!lines[0]?.startsWith("- ")) return { kind: "paragraph", parts: partsOf(lines.join(" ")) };
      const items: string[] = [];
      for (const line of lines) {
        if (line.startsWith("- ")) items.push(line.slice(2));
        else items.push(`${items.pop() ?? ""} ${line}`);
      }
      return { kind: "list", items: items.map(partsOf) };
    });
}
