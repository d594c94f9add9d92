import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeClientMessage,
  encodePong,
  encodeServerMessage,
  nonceOfPing,
  unixUs,
} from '../../../../src/protocol/index.ts';

const uint32 = fc.oneof(
  fc.nat(0xff_ff_ff_ff),
  fc.constantFrom(0, 127, 128, 255, 256, 65_535, 65_536, 0xff_ff_ff_ff),
);

describe('a heartbeat', () => {
  it('[HB1] is recognised in the bytes that the codec writes', () => {
    fc.assert(
      fc.property(uint32, (nonce) => {
        expect(nonceOfPing(encodeClientMessage({ type: 'ping', nonce }, 'binary') as Uint8Array)).toBe(nonce);
      }),
    );
  });

  it('[HB1] is answered with the bytes that the codec writes', () => {
    fc.assert(
      fc.property(uint32, fc.nat(2 ** 50), (nonce, timeUs) => {
        const serverTimeUs = unixUs(2 ** 40 + timeUs);
        const expected = encodeServerMessage({ type: 'pong', nonce, serverTimeUs }, 'binary') as Uint8Array;
        expect([...encodePong(nonce, serverTimeUs)]).toEqual([...expected]);
      }),
    );
  });

  it('leaves to the codec whatever is not exactly that', () => {
    const ping = encodeClientMessage({ type: 'ping', nonce: 70_000 }, 'binary') as Uint8Array;
    for (let length = 0; length < ping.length; length += 1)
      expect(nonceOfPing(ping.subarray(0, length))).toBeNull();
    expect(nonceOfPing(Uint8Array.from([...ping, 0]))).toBeNull();
    for (let index = 0; index < ping.length - 4; index += 1) {
      const other = Uint8Array.from(ping);
      other[index]! ^= 1;
      expect(nonceOfPing(other)).toBeNull();
    }
    expect(nonceOfPing(encodeClientMessage({ type: 'dictionary' }, 'binary') as Uint8Array)).toBeNull();
  });
});
