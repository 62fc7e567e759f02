/** Reads the streams that Docker answers with: one JSON value a line. Knows no call. */

/** One line of a pull, build or import. */
export interface ImageLine {
  readonly text: string;
  readonly isError: boolean;
}

/** The lines of a pull, build or import; Docker reports a failure as a line, with status 200. */
export async function* readImageLines(stream: NodeJS.ReadableStream): AsyncGenerator<ImageLine> {
  for await (const entry of readJsonLines(stream)) {
    const { status, stream: text, error, progress, id } = entry as Record<string, string | undefined>;
    if (error !== undefined) yield { text: error, isError: true };
    else if (text !== undefined) yield* splitLines(text);
    else if (status !== undefined) yield { text: [id, status, progress].filter((part) => part).join(" "), isError: false };
  }
}

function splitLines(text: string): ImageLine[] {
  const lines = text.split(/[\r\n]+/).filter((line) => line.trim() !== "");
  return lines.map((line) => ({ text: line, isError: false }));
}

/** The values of a stream of JSON lines. Throws where the stream breaks. */
export async function* readJsonLines(stream: NodeJS.ReadableStream): AsyncGenerator<unknown> {
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + chunk.toString()).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") yield JSON.parse(line);
  }
  if (rest.trim() !== "") yield JSON.parse(rest);
}
