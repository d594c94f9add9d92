const OPCODE_TEXT = 1;
const OPCODE_BINARY = 2;
const OPCODE_PONG = 10;
/** Lengths up to this stand in the second byte; longer ones, up to 65,535, in two bytes more: RFC 6455 section 5.2. */
const SHORT_BYTES_MAX = 125;

/** One WebSocket frame of a client. RFC 6455 wants a mask from clients, and a mask of zeros is one. */
function clientFrame(opcode: number, payload: Uint8Array): Uint8Array {
  const length = payload.length;
  const head =
    length > SHORT_BYTES_MAX
      ? [0x80 | opcode, 0xfe, length >> 8, length & 0xff, 0, 0, 0, 0]
      : [0x80 | opcode, 0x80 | length, 0, 0, 0, 0];
  return Buffer.concat([Uint8Array.from(head), payload]);
}

export const binaryFrame = (payload: Uint8Array): Uint8Array => clientFrame(OPCODE_BINARY, payload);
export const textFrame = (text: string): Uint8Array => clientFrame(OPCODE_TEXT, Buffer.from(text));
export const pongFrame = (payload: Uint8Array): Uint8Array => clientFrame(OPCODE_PONG, payload);
