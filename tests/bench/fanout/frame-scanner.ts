const OPCODE_TEXT = 1;
const OPCODE_BINARY = 2;
const OPCODE_PING = 9;

/** Called for each data message; the bytes are valid during the call. */
export type OnMessage = (payload: Uint8Array, frameBytes: number) => void;

/**
 * Finds the frames in what a WebSocket server sends: not a validating client, but a cheap one, so that the load generator is
 * never what limits. Server frames carry no mask and neither of the servers here fragments.
 */
export class FrameScanner {
  readonly #onMessage: OnMessage;
  readonly #onPing: (payload: Uint8Array) => void;
  #rest: Uint8Array<ArrayBuffer> | null = null;

  /** @param onPing is to send a pong with the same payload */
  constructor(onMessage: OnMessage, onPing: (payload: Uint8Array) => void) {
    this.#onMessage = onMessage;
    this.#onPing = onPing;
  }

  push(chunk: Uint8Array): void {
    let bytes = chunk;
    if (this.#rest !== null) {
      bytes = new Uint8Array(this.#rest.length + chunk.length);
      bytes.set(this.#rest);
      bytes.set(chunk, this.#rest.length);
    }
    let at = 0;
    for (;;) {
      const payloadAt = at + headerBytes(bytes, at);
      if (payloadAt > bytes.length) break;
      const end = payloadAt + payloadBytes(bytes, at);
      if (end > bytes.length) break;
      const opcode = bytes[at]! & 0x0f;
      if (opcode === OPCODE_TEXT || opcode === OPCODE_BINARY)
        this.#onMessage(bytes.subarray(payloadAt, end), end - at);
      else if (opcode === OPCODE_PING) this.#onPing(bytes.subarray(payloadAt, end));
      at = end;
    }
    this.#rest = at === bytes.length ? null : bytes.slice(at);
  }
}

function headerBytes(bytes: Uint8Array, at: number): number {
  const short = (bytes[at + 1] ?? 0) & 0x7f;
  return short < 126 ? 2 : short === 126 ? 4 : 10;
}

/** The whole header is there. Frames here are far shorter than 4 GB, so the low half of a long length is enough. */
function payloadBytes(bytes: Uint8Array, at: number): number {
  const short = bytes[at + 1]! & 0x7f;
  if (short < 126) return short;
  if (short === 126) return (bytes[at + 2]! << 8) | bytes[at + 3]!;
  return new DataView(bytes.buffer, bytes.byteOffset + at + 6, 4).getUint32(0);
}
