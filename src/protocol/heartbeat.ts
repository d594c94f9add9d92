import type { UnixUs } from './units.ts';

/**
 * The two messages that idle connections are made of, recognised and written without the codec. The bytes are those that the codec
 * writes: MessagePack maps whose keys stand in this order.
 */

const text = (value: string): number[] => [0xa0 | value.length, ...new TextEncoder().encode(value)];
const PING_HEAD = Uint8Array.from([0x82, ...text('type'), ...text('ping'), ...text('nonce')]);
const PONG_HEAD = Uint8Array.from([0x83, ...text('type'), ...text('pong'), ...text('nonce')]);
const PONG_TIME = Uint8Array.from([...text('serverTimeUs'), 0xcb]);
const UINT_32 = 0xce;
const UINT_16 = 0xcd;
const UINT_8 = 0xcc;

/** The nonce of a `ping` as the usual encoders write it; null for anything else, which the codec then reads. */
export function nonceOfPing(frame: Uint8Array): number | null {
  const at = PING_HEAD.length;
  if (frame.length <= at || frame.length > at + 5) return null;
  for (let index = 0; index < at; index += 1) if (frame[index] !== PING_HEAD[index]) return null;
  const first = frame[at]!;
  const bytes = frame.length - at - 1;
  if (first < 0x80) return bytes === 0 ? first : null;
  if (first === UINT_8 && bytes === 1) return frame[at + 1]!;
  if (first === UINT_16 && bytes === 2) return frame[at + 1]! * 0x1_00 + frame[at + 2]!;
  if (first !== UINT_32 || bytes !== 4) return null;
  return ((frame[at + 1]! * 0x1_00 + frame[at + 2]!) * 0x1_00 + frame[at + 3]!) * 0x1_00 + frame[at + 4]!;
}

/** A `pong`, as the codec writes it. */
export function encodePong(nonce: number, serverTimeUs: UnixUs): Uint8Array {
  const numberBytes = nonce < 0x80 ? 1 : nonce < 0x1_00 ? 2 : nonce < 0x1_00_00 ? 3 : 5;
  const out = new Uint8Array(PONG_HEAD.length + numberBytes + PONG_TIME.length + 8);
  const view = new DataView(out.buffer);
  out.set(PONG_HEAD);
  let at = PONG_HEAD.length;
  if (numberBytes === 1) out[at] = nonce;
  else if (numberBytes === 2) out.set([UINT_8, nonce], at);
  else if (numberBytes === 3) {
    out[at] = UINT_16;
    view.setUint16(at + 1, nonce);
  } else {
    out[at] = UINT_32;
    view.setUint32(at + 1, nonce);
  }
  at += numberBytes;
  out.set(PONG_TIME, at);
  view.setFloat64(at + PONG_TIME.length, serverTimeUs);
  return out;
}
