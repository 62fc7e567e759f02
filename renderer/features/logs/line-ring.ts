/** The newest lines, numbered, each with whether it was counted. Older ones fall out. Asks nothing of a line. */
import type { LogLine } from "../../../engine/contract/index.ts";

export interface LineRing {
  /** Id of the oldest line held, and of the next one to come. */
  readonly firstId: number;
  readonly nextId: number;
  readonly isFull: boolean;
  /** Adds a line that is not counted yet. The ring must not be full. */
  push(line: LogLine): number;
  lineOf(id: number): LogLine;
  dropOldest(): void;
  clear(): void;
  /** Whether a line was counted: what the query would show if all levels were on. */
  isCounted(id: number): boolean;
  count(id: number): void;
  uncountAll(): void;
}

export function createLineRing(capacity: number): LineRing {
  const lines: (LogLine | undefined)[] = [];
  const counted = new Uint8Array(capacity);
  let firstId = 0;
  let nextId = 0;
  return {
    get firstId() {
      return firstId;
    },
    get nextId() {
      return nextId;
    },
    get isFull() {
      return nextId - firstId === capacity;
    },
    push(line) {
      const slot = nextId % capacity;
      lines[slot] = line;
      counted[slot] = 0;
      return nextId++;
    },
    lineOf: (id) => lines[id % capacity] as LogLine,
    dropOldest() {
      firstId++;
    },
    clear() {
      for (let id = firstId; id < nextId; id++) lines[id % capacity] = undefined;
      firstId = nextId;
    },
    isCounted: (id) => counted[id % capacity] === 1,
    count(id) {
      counted[id % capacity] = 1;
    },
    uncountAll: () => counted.fill(0),
  };
}
