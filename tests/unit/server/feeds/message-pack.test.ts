import { pack } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { MessagePackError, PackedTime, readMessagePack } from '../../../../server/feeds/message-pack.ts';

const LIMITS = { depthMax: 4, elementsMax: 1_000 };
const read = (bytes: Uint8Array): unknown => readMessagePack(bytes, LIMITS);
const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

describe('MessagePack of other programs', () => {
  it('comes out as the plain values that went in', () => {
    const value = [
      null,
      true,
      false,
      0,
      127,
      128,
      255,
      65_535,
      65_536,
      2 ** 32 - 1,
      -1,
      -32,
      -33,
      -128,
      -129,
      -32_769,
      1.5,
      2 ** 40,
      '',
      'é',
      'x'.repeat(40),
      'x'.repeat(300),
      'x'.repeat(70_000),
      { a: [1, { b: 2 }] },
      Array(20).fill(1),
      Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`k${at}`, at])),
    ];
    expect(read(pack(value))).toEqual(value);
  });

  it('keeps integers beyond 2^53 whole', () => {
    expect(read(hex('cf ffffffffffffffff'))).toBe(18_446_744_073_709_551_615n);
    expect(read(hex('d3 8000000000000000'))).toBe(-9_223_372_036_854_775_808n);
    expect(read(hex('cf 0000000000000007'))).toBe(7);
  });

  it('keeps the nanoseconds of a timestamp, in all three forms', () => {
    expect(read(hex('d6ff 695bcb28'))).toEqual(new PackedTime(0x695b_cb28, 0));
    const ns64 = Buffer.alloc(10);
    ns64.set([0xd7, 0xff]);
    ns64.writeBigUInt64BE((123_456_789n << 34n) | 1_767_623_400n, 2);
    expect(read(ns64)).toEqual(new PackedTime(1_767_623_400, 123_456_789));
    expect((read(ns64) as PackedTime).us).toBe(1_767_623_400_123_456);
    const ns96 = Buffer.alloc(15);
    ns96.set([0xc7, 12, 0xff]);
    ns96.writeUInt32BE(5, 3);
    ns96.writeBigInt64BE(-1n, 7);
    expect(read(ns96)).toEqual(new PackedTime(-1, 5));
  });

  it('reads a float32 as the shortest decimal that it stands for', () => {
    for (const number of [150.31, 0.1, 1e-7, 12_345.68, -3.25]) {
      const bytes = Buffer.alloc(5);
      bytes[0] = 0xca;
      bytes.writeFloatBE(number, 1);
      expect(read(bytes)).toBe(number);
    }
  });

  it.each([
    ['nothing', '', 'ends early'],
    ['an array of four billion', 'ddffffffff', 'more than 1000 elements'],
    ['an array that the bytes cannot hold', '9f01', 'ends early'],
    ['a text that the bytes cannot hold', 'dbffffffff61', 'ends early'],
    ['bytes after the end', '0102', 'bytes after the end of the message'],
    ['NaN', 'cb7ff8000000000000', 'a number is NaN or infinite'],
    ['infinity as float32', 'ca7f800000', 'a number is NaN or infinite'],
    ['binary', 'c40161', 'binary values and extensions other than a timestamp are not taken'],
    ['a record of msgpackr', 'd47240', 'binary values and extensions other than a timestamp are not taken'],
    ['another extension', 'd60500000000', 'extensions other than a timestamp are not taken'],
    ['a timestamp of 3 bytes', 'c703ff000000', 'extensions other than a timestamp are not taken'],
    ['a timestamp of two seconds of ns', 'd7ff ffffffff00000000', 'a timestamp has more than a second of ns'],
    ['a number as a key', '810101', 'a map key is not short text'],
    ['a key that stands twice', '82a16101a16102', 'the key a stands twice'],
    ['an own __proto__', '81a95f5f70726f746f5f5f80', 'the key __proto__ is not allowed'],
    ['text that is not UTF-8', 'a1ff', 'text is not UTF-8'],
    ['deep nesting', '9191919191c0', 'nested deeper than 4'],
    ['a map of more keys than anybody has', 'de0041', 'a map of more than 64 keys'],
  ])('refuses %s', (_, bytes, reason) => {
    expect(() => read(hex(bytes))).toThrow(new MessagePackError(reason));
  });
});
