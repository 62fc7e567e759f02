/** Classes, functions and methods of a source, by what their lines look like. Pure: no grammar, so a line that looks like one counts as one. */
import type { FileLanguage } from "./language.ts";

export interface OutlineSymbol {
  name: string;
  kind: "class" | "function" | "method";
  /** The class it is in; "" for none. */
  container: string;
  line: number;
  column: number;
}

const pythonLine = /^(\s*)(?:async\s+)?(class|def)\s+([A-Za-z_]\w*)/;
const javaType =
  /^\s*(?:(?:public|protected|private|static|final|abstract|sealed|non-sealed|strictfp)\s+)*(?:class|interface|enum|record|@interface)\s+([A-Za-z_$][\w$]*)/;
const javaMethod =
  /^\s*(?:(?:public|protected|private|static|final|abstract|synchronized|native|default|strictfp)\s+)*(?:<[^>]+>\s*)?(?:[\w$.<>[\],?\s]+\s+)?([A-Za-z_$][\w$]*)\s*\([^;]*\)?[^;=]*\{?\s*$/;
const javaWords = new Set([
  "if",
  "for",
  "while",
  "switch",
  "catch",
  "return",
  "new",
  "else",
  "try",
  "synchronized",
  "throw",
  "super",
  "this",
  "do",
]);

/** Longer lines are data, not declarations, and would take the patterns long. */
const longestLine = 400;

/** The symbols of a text in the order of their lines; none for other languages. */
export function outlineOf(text: string, language: FileLanguage["id"]): OutlineSymbol[] {
  const lines = text.split("\n").map((line) => (line.length > longestLine ? "" : line));
  if (language === "python") return pythonOutline(lines);
  return language === "java" ? javaOutline(lines) : [];
}

/** Lines that lie in a string over several lines hold no symbol. */
function isOpenString(line: string, open: string | null): string | null {
  let state = open;
  for (const [quote] of line.matchAll(/"""|'''/g)) state = state === null ? quote : state === quote ? null : state;
  return state;
}

function pythonOutline(lines: readonly string[]): OutlineSymbol[] {
  const symbols: OutlineSymbol[] = [];
  const around: { indent: number; name: string; isClass: boolean }[] = [];
  let open: string | null = null;
  lines.forEach((line, index) => {
    const inside = open !== null;
    open = isOpenString(line, open);
    const [, indentText = "", word, name] = inside ? [] : (pythonLine.exec(line) ?? []);
    if (name === undefined) return;
    const indent = indentText.length;
    while ((around.at(-1)?.indent ?? -1) >= indent) around.pop();
    const owner = around.findLast(({ isClass }) => isClass);
    const isClass = word === "class";
    const kind = isClass ? "class" : around.at(-1)?.isClass === true ? "method" : "function";
    symbols.push({
      name,
      kind,
      container: owner?.name ?? "",
      line: index + 1,
      column: line.indexOf(name, indent + (word?.length ?? 0)) + 1,
    });
    around.push({ indent, name, isClass });
  });
  return symbols;
}

function javaOutline(lines: readonly string[]): OutlineSymbol[] {
  const symbols: OutlineSymbol[] = [];
  const types: { depth: number; name: string }[] = [];
  let depth = 0;
  let inComment = false;
  lines.forEach((line, index) => {
    const { code, open } = javaCode(line, inComment);
    inComment = open;
    const owner = types.at(-1);
    const type = javaType.exec(code)?.[1];
    const method = javaMethod.exec(code)?.[1];
    const isMember = owner !== undefined && depth === owner.depth + 1;
    if (type !== undefined) {
      symbols.push({ name: type, kind: "class", container: owner?.name ?? "", line: index + 1, column: line.indexOf(type) + 1 });
      types.push({ depth, name: type });
    } else if (method !== undefined && isMember && !javaWords.has(method) && !/^\s*@/.test(code)) {
      symbols.push({ name: method, kind: "method", container: owner.name, line: index + 1, column: line.indexOf(`${method}`) + 1 });
    }
    for (const brace of code.replaceAll(/[^{}]/g, "")) {
      depth += brace === "{" ? 1 : -1;
      if (brace === "}" && types.at(-1)?.depth === depth) types.pop();
    }
  });
  return symbols;
}

/** A line without its comments and the insides of its strings. */
function javaCode(line: string, inComment: boolean): { code: string; open: boolean } {
  let rest = line;
  if (inComment) {
    const end = rest.indexOf("*/");
    if (end < 0) return { code: "", open: true };
    rest = rest.slice(end + 2);
  }
  const code = rest
    .replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '""')
    .replaceAll(/\/\*.*?\*\//g, "")
    .replace(/\/\/.*$/, "");
  const start = code.indexOf("/*");
  return start < 0 ? { code, open: false } : { code: code.slice(0, start), open: true };
}
