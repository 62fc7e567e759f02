/** The frames that carry many socket streams over one pipe, as `resources/runtime/python/relay.py` speaks them. Pure. */

/** Header: type, stream number, payload length. */
const headerBytes = 9;

export const frameType = {
  /** To the sandbox: connect stream to the socket that the payload names. */
  open: 1,
  /** From the sandbox: the stream is connected. */
  opened: 2,
  data: 3,
  /** The payload is a 32-bit number: that many more bytes of data may be sent. */
  window: 4,
  /** No more data in this direction. */
  end: 5,
  /** The stream is over in both directions; the payload says why where it broke. */
  close: 6,
} as const;

export type FrameType = (typeof frameType)[keyof typeof frameType];

/** Bytes of data that may be under way in one direction of a stream before its reader asks for more. Both ends know this number. */
export const initialWindowBytes = 1024 * 1024;

/** Largest payload of any frame but data, and largest data frame that is sent. */
const maxControlBytes = 64 * 1024;

/** The header of a frame whose payload is written after it. */
export function formatFrameHeader(type: FrameType, stream: number, payloadBytes: number): Buffer {
  const header = Buffer.allocUnsafe(headerBytes);
  header.writeUInt8(type, 0);
  header.writeUInt32BE(stream, 1);
  header.writeUInt32BE(payloadBytes, 5);
  return header;
}

/** A whole frame with a small payload. */
export function formatFrame(type: FrameType, stream: number, payload: string | number = ""): Buffer {
  const bytes = typeof payload === "string" ? Buffer.from(payload) : Buffer.alloc(4);
  if (typeof payload === "number") bytes.writeUInt32BE(payload, 0);
  return Buffer.concat([formatFrameHeader(type, stream, bytes.length), bytes]);
}

interface FrameHandlers {
  /** Bytes of a data frame as they come in: one frame may arrive in several pieces. */
  onData(stream: number, bytes: Buffer): void;
  onControl(type: FrameType, stream: number, payload: Buffer): void;
}

/** A parser of frames. Throws an Error on bytes that are no frame: the other end lies beyond a trust border. */
export function createRelayParser(handlers: FrameHandlers): (chunk: Buffer) => void {
  const header = Buffer.alloc(headerBytes);
  let headerLength = 0;
  let inFrame = false;
  let remaining = 0;
  let payload: Buffer[] = [];

  function begin(): void {
    headerLength = 0;
    remaining = header.readUInt32BE(5);
    const type = header[0] as number;
    if (type < frameType.open || type > frameType.close) throw new Error(`The relay sent a frame of unknown type ${type}.`);
    if (type !== frameType.data && remaining > maxControlBytes) throw new Error(`The relay sent a frame of ${remaining} bytes.`);
    inFrame = true;
    finishIfWhole();
  }

  function finishIfWhole(): void {
    if (remaining > 0) return;
    inFrame = false;
    if (header[0] === frameType.data) return;
    const whole = Buffer.concat(payload);
    payload = [];
    handlers.onControl(header[0] as FrameType, header.readUInt32BE(1), whole);
  }

  return (chunk) => {
    let offset = 0;
    while (offset < chunk.length) {
      if (!inFrame) {
        const copied = chunk.copy(header, headerLength, offset, offset + headerBytes - headerLength);
        headerLength += copied;
        offset += copied;
        if (headerLength === headerBytes) begin();
        continue;
      }
      const bytes = chunk.subarray(offset, offset + remaining);
      offset += bytes.length;
      remaining -= bytes.length;
      if (header[0] === frameType.data) handlers.onData(header.readUInt32BE(1), bytes);
      else payload.push(Buffer.from(bytes));
      finishIfWhole();
    }
  };
}
