import type { Slab } from './arena.ts';

/**
 * Header and payload of a WebSocket message in one piece (RFC 6455, section 5.2): a server's frames carry no mask, so that the same
 * bytes serve every viewer, and one `write` sends them. The ws library would write the header apart, for each viewer anew.
 */
export interface ReadyFrame {
  /** Header and payload. May lie in memory that is used again: hold `slab` to read it later than now. */
  readonly bytes: Buffer;
  /** Where the payload begins. */
  readonly payloadAt: number;
  readonly slab: Slab;
  /** Instruments' entries in it. */
  readonly entries: number;
}

const FIN_BINARY = 0x82;
const LENGTH_16 = 126;
const LENGTH_64 = 127;

/** Bytes that the header of a message of this size takes. */
export function headerBytes(payloadBytes: number): number {
  return payloadBytes < LENGTH_16 ? 2 : payloadBytes <= 0xff_ff ? 4 : 10;
}

/** Writes the header of one whole binary message; returns where the payload begins. */
export function writeHeader(out: Uint8Array, at: number, payloadBytes: number): number {
  out[at] = FIN_BINARY;
  if (payloadBytes < LENGTH_16) {
    out[at + 1] = payloadBytes;
    return at + 2;
  }
  if (payloadBytes <= 0xff_ff) {
    out[at + 1] = LENGTH_16;
    out[at + 2] = payloadBytes >> 8;
    out[at + 3] = payloadBytes & 0xff;
    return at + 4;
  }
  out[at + 1] = LENGTH_64;
  new DataView(out.buffer, out.byteOffset).setBigUint64(at + 2, BigInt(payloadBytes));
  return at + 10;
}

/** A payload of its own memory as a message, ready to be written. */
export function readyMessage(payload: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(headerBytes(payload.length) + payload.length);
  bytes.set(payload, writeHeader(bytes, 0, payload.length));
  return bytes;
}
