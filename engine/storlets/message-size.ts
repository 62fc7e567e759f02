/** How much the real engine can tell a storlet in one message. Owns the form of that message; sends nothing. */

/** The real engine's receive buffer: more of a message is cut off, and nothing of it can be read then. */
const messageBytes = 4096;
/** Three integers before and one byte after the two texts. */
const frameBytes = 13;

/** JSON as Python writes it by default: spaces after separators, nothing but ASCII. */
function pythonJsonBytes(value: unknown): number {
  if (Array.isArray(value))
    return 2 + value.reduce<number>((sum, item) => sum + pythonJsonBytes(item), 0) + 2 * Math.max(0, value.length - 1);
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value);
    const inside = entries.reduce((sum, [key, item]) => sum + pythonJsonBytes(key) + 2 + pythonJsonBytes(item), 0);
    return 2 + inside + 2 * Math.max(0, entries.length - 1);
  }
  const text = JSON.stringify(value) ?? "null";
  let bytes = text.length;
  // Each unit beyond ASCII becomes \uXXXX.
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 0x7e) bytes += 5;
  return bytes;
}

interface ToldInput {
  readonly metadata: Readonly<Record<string, string>>;
  readonly range?: { readonly start: number; readonly end: number };
}

const service = (type: string): object => ({ storlets: { type: `SBUS_FD_${type}` }, storage: {} });

/** Size in bytes of the command that starts a run in the real engine. The primary input comes first. */
export function executeMessageBytes(params: Readonly<Record<string, string>>, inputs: readonly ToldInput[]): number {
  const [primary, ...extra] = inputs.map(({ metadata, range }) => ({
    storlets: { type: "SBUS_FD_INPUT_OBJECT", ...(range === undefined ? {} : { start: String(range.start), end: String(range.end) }) },
    storage: metadata,
  }));
  const descriptors = [
    service("SERVICE_OUT"),
    primary,
    service("OUTPUT_OBJECT"),
    service("OUTPUT_OBJECT_METADATA"),
    service("LOGGER"),
    ...extra,
  ];
  return frameBytes + pythonJsonBytes(descriptors) + pythonJsonBytes({ command: "SBUS_CMD_EXECUTE", params });
}

/** The sentence for a message that is too large, or null where it fits. */
export function messageProblem(params: Readonly<Record<string, string>>, inputs: readonly ToldInput[]): string | null {
  const sizeBytes = executeMessageBytes(params, inputs);
  if (sizeBytes <= messageBytes) return null;
  return `Parameters and metadata of the inputs are too large for a storlet: the message that starts the run has ${sizeBytes} bytes, and ${messageBytes} are allowed.`;
}

/** The empty ping of the real engine, whose size is known: what the form of messages is checked against. */
export function pingMessageBytes(): number {
  return frameBytes + pythonJsonBytes([service("SERVICE_OUT")]) + pythonJsonBytes({ command: "SBUS_CMD_PING" });
}
