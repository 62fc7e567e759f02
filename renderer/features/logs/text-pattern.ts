/** What a reader typed to filter or to find by: plain text or a regular expression. Decides how it may be tried; tries plain text alone. */

export interface TextPattern {
  /** "" matches all. */
  readonly text: string;
  readonly regex: boolean;
  readonly matchCase: boolean;
}

export const noPattern: TextPattern = { text: "", regex: false, matchCase: false };

/** A regular expression as it is sent to where it is tried. */
export interface RegexSource {
  readonly source: string;
  readonly flags: string;
}

export type TextTest =
  | { readonly kind: "all" }
  /** Costs no more than the text is long. */
  | { readonly kind: "plain"; test(text: string): boolean }
  /** May take for ever on the wrong text: is tried in a worker, with a deadline. */
  | { readonly kind: "regex"; readonly regex: RegexSource }
  | { readonly kind: "bad"; readonly message: string };

const special = /[\\^$.*+?()[\]{}|/]/g;

/** How a pattern is tried. Never throws. */
export function compilePattern({ text, regex, matchCase }: TextPattern): TextTest {
  if (text === "") return { kind: "all" };
  if (!regex) {
    if (matchCase) return { kind: "plain", test: (line) => line.includes(text) };
    // A literal cannot go astray, and is found in any case without a copy of every line in lower case.
    const literal = new RegExp(text.replace(special, "\\$&"), "i");
    return { kind: "plain", test: (line) => literal.test(line) };
  }
  const flags = matchCase ? "m" : "im";
  try {
    void new RegExp(text, flags);
    return { kind: "regex", regex: { source: text, flags } };
  } catch (error) {
    const message = error instanceof Error ? error.message : "";
    return { kind: "bad", message: message.slice(message.lastIndexOf(": ") + 1).trim() || "It cannot be read." };
  }
}

/** True where two patterns match the same. */
export function samePattern(a: TextPattern, b: TextPattern): boolean {
  return a.text === b.text && a.regex === b.regex && a.matchCase === b.matchCase;
}
