/** Tries regular expressions on texts, off the page's thread: whoever started it ends it where that takes too long. Keeps nothing. */
import type { PatternAnswer, PatternJob } from "./pattern-runner.ts";

/** Marks of one text at most: more are a coloured line, and cost. */
const mostMarks = 200;

function testAll(regex: RegExp, texts: readonly string[]): Uint8Array {
  return Uint8Array.from(texts, (text) => (regex.test(text) ? 1 : 0));
}

function marksOf(regex: RegExp, text: string): number[] {
  const marks: number[] = [];
  for (const match of text.matchAll(regex)) {
    if (match[0] !== "") marks.push(match.index, match.index + match[0].length);
    if (marks.length >= mostMarks * 2) break;
  }
  return marks;
}

addEventListener("message", ({ data }: MessageEvent<PatternJob>) => {
  const { source, flags } = data.regex;
  const answer: PatternAnswer =
    data.kind === "test"
      ? { hits: testAll(new RegExp(source, flags), data.texts) }
      : { marks: data.texts.map((text) => marksOf(new RegExp(source, `${flags}g`), text)) };
  postMessage(answer);
});
postMessage("ready");
