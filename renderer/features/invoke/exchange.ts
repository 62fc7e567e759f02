/** Sends one Swift request and reads its answer as it comes. Owns the cap on what is kept; decides nothing about the result. */

/** Bytes of a body that are kept for the screen; the rest is counted and let go. */
export const keptBodyBytes = 256 * 1024;

export interface AnswerHead {
  status: number;
  statusText: string;
  headers: readonly (readonly [name: string, value: string])[];
  /** Finds the run that this answer belongs to. */
  transactionId: string | null;
}

export interface AnswerBody {
  /** What is kept, from the front. */
  bytes: Uint8Array<ArrayBuffer>;
  sizeBytes: number;
  /** True where the connection broke before the body's end. */
  cut: boolean;
}

export interface Exchange {
  /** Unix milliseconds. */
  startedAt: number;
  totalMs: number;
  outcome: "answered" | "cancelled" | "unreachable";
  /** null where none came. */
  head: AnswerHead | null;
  body: AnswerBody;
  /** Why no answer came, in the words of the platform. */
  reason: string | null;
}

export interface ExchangeRequest {
  url: string;
  method: string;
  headers: readonly (readonly [name: string, value: string])[];
  body: BodyInit | null;
  signal: AbortSignal;
  /** Bytes of the body that are kept; `keptBodyBytes` unless told. */
  keepBytes?: number;
  /** Told once the head is there, then after chunks of the body. */
  onProgress?(head: AnswerHead, sizeBytes: number): void;
}

interface BodyGatherer {
  add(chunk: Uint8Array): void;
  result(cut: boolean): AnswerBody;
  readonly sizeBytes: number;
}

function createGatherer(keepBytes: number): BodyGatherer {
  const chunks: Uint8Array[] = [];
  let keptBytes = 0;
  let sizeBytes = 0;
  return {
    add(chunk) {
      sizeBytes += chunk.byteLength;
      const room = keepBytes - keptBytes;
      if (room <= 0) return;
      const part = chunk.slice(0, room);
      chunks.push(part);
      keptBytes += part.byteLength;
    },
    result(cut) {
      const bytes = new Uint8Array(keptBytes);
      let position = 0;
      for (const chunk of chunks) {
        bytes.set(chunk, position);
        position += chunk.byteLength;
      }
      return { bytes, sizeBytes, cut };
    },
    get sizeBytes() {
      return sizeBytes;
    },
  };
}

function headOf(response: Response): AnswerHead {
  return {
    status: response.status,
    statusText: response.statusText,
    headers: [...response.headers],
    transactionId: response.headers.get("x-trans-id"),
  };
}

/** Sends a request and reads the whole answer. Never rejects: what went wrong is part of the result. */
export async function exchange(request: ExchangeRequest): Promise<Exchange> {
  const { url, method, headers, body, signal, keepBytes = keptBodyBytes, onProgress } = request;
  const startedAt = Date.now();
  const startMs = performance.now();
  const gatherer = createGatherer(keepBytes);
  let head: AnswerHead | null = null;
  const end = (outcome: Exchange["outcome"], cut: boolean, reason: string | null): Exchange => ({
    startedAt,
    totalMs: performance.now() - startMs,
    outcome,
    head,
    body: gatherer.result(cut),
    reason,
  });
  try {
    const response = await fetch(url, { method, headers: headers.map(([name, value]) => [name, value]), body, signal, cache: "no-store" });
    head = headOf(response);
    onProgress?.(head, 0);
    const reader = response.body?.getReader();
    for (let chunk = await reader?.read(); chunk !== undefined && !chunk.done; chunk = await reader?.read()) {
      gatherer.add(chunk.value);
      onProgress?.(head, gatherer.sizeBytes);
    }
    return end("answered", false, null);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (signal.aborted) return end("cancelled", head !== null, reason);
    // With a head there was an answer: its body broke off, which is how Swift says that a storlet failed after its first byte.
    return head === null ? end("unreachable", false, reason) : end("answered", true, reason);
  }
}
