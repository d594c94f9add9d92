import * as fc from 'fast-check';
import { pack, unpack } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import {
  ARRAY_HEADER_BYTES_MAX,
  BinaryNumbers,
  FrameError,
  ListNumbers,
  NUMBER_BYTES_MAX,
  isOneByte,
  writeArrayHeader,
  writeLongNumberLoosely,
  writeNumber,
} from '#protocol';

function written(value: number): Uint8Array {
  const out = new Uint8Array(NUMBER_BYTES_MAX).fill(0xee);
  return out.slice(0, writeNumber(out, 0, value));
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function reader(...elements: string[]): BinaryNumbers {
  return new BinaryNumbers(Buffer.from(`9${elements.length.toString(16)}${elements.join('')}`, 'hex'));
}

const EDGES = [
  0,
  1,
  0x7f,
  0x80,
  0xff,
  0x1_00,
  0xff_ff,
  0x1_00_00,
  0x7f_ff_ff_ff,
  0x80_00_00_00,
  0xff_ff_ff_ff,
  0x1_00_00_00_00,
  Number.MAX_SAFE_INTEGER,
  -1,
  -0x20,
  -0x21,
  -0x80,
  -0x81,
  -0x80_00,
  -0x80_01,
  -0x80_00_00_00,
  -0x80_00_00_01,
  Number.MIN_SAFE_INTEGER,
  0.5,
  -0.5,
  1e300,
  0.1,
];

describe('writeNumber', () => {
  it.each([
    ['the last positive fixint', 0x7f, '7f'],
    ['the first uint8', 0x80, 'cc80'],
    ['the last uint8', 0xff, 'ccff'],
    ['the first uint16', 0x1_00, 'cd0100'],
    ['the last uint16', 0xff_ff, 'cdffff'],
    ['the first uint32', 0x1_00_00, 'ce00010000'],
    ['the last uint32', 0xff_ff_ff_ff, 'ceffffffff'],
    ['the first whole number beyond 32 bits', 0x1_00_00_00_00, 'cb41f0000000000000'],
    ['the last negative fixint', -0x20, 'e0'],
    ['the first int8', -0x21, 'd0df'],
    ['the last int8', -0x80, 'd080'],
    ['the first int16', -0x81, 'd1ff7f'],
    ['the last int16', -0x80_00, 'd18000'],
    ['the first int32', -0x80_01, 'd2ffff7fff'],
    ['the last int32', -0x80_00_00_00, 'd280000000'],
    ['the first negative number beyond 32 bits', -0x80_00_00_01, 'cbc1e0000000200000'],
    ['minus zero', -0, '00'],
    ['a fraction', 0.5, 'cb3fe0000000000000'],
    ['the absent number', Number.NaN, 'c0'],
  ])('[NU1] writes %s in the shortest form', (_what, value, bytes) => {
    expect(hex(written(value))).toBe(bytes);
  });

  it('[NU1] writes the same bytes as msgpackr', () => {
    for (const value of EDGES) expect(hex(written(value))).toBe(hex(pack(value)));
    fc.assert(
      fc.property(fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.double({ noNaN: true })), (value) => {
        expect(hex(written(value))).toBe(hex(pack(value)));
      }),
    );
  });

  it('writes loosely what it writes exactly, and nothing beyond the room of one number', () => {
    const value = fc.oneof(fc.integer(), fc.integer({ min: -300, max: 300 }), fc.double(), fc.constant(-0));
    const check = (number: number): void => {
      if (isOneByte(number, number | 0)) return;
      const out = new Uint8Array(NUMBER_BYTES_MAX + 1).fill(0xee);
      const end = writeLongNumberLoosely(out, 0, number);
      expect(hex(out.slice(0, end))).toBe(hex(written(number)));
      expect(out[NUMBER_BYTES_MAX]).toBe(0xee);
    };
    for (const number of EDGES) check(number);
    fc.assert(fc.property(value, check));
  });

  it('knows which numbers take one byte', () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer({ min: -300, max: 300 }), fc.integer(), fc.double()), (number) => {
        expect(isOneByte(number, number | 0)).toBe(written(number).length === 1 && !Number.isNaN(number));
      }),
    );
  });

  it('[CN4] never writes a 64-bit integer', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect([0xcf, 0xd3]).not.toContain(written(value)[0]);
      }),
    );
  });

  it('comes back the same from msgpackr and from BinaryNumbers', () => {
    const value = fc.oneof(
      fc.integer(),
      fc.maxSafeInteger(),
      fc.double({ noNaN: true }),
      fc.constant(Number.NaN),
    );
    fc.assert(
      fc.property(fc.array(value, { maxLength: 40 }), (values) => {
        const out = new Uint8Array(ARRAY_HEADER_BYTES_MAX + values.length * NUMBER_BYTES_MAX);
        let at = writeArrayHeader(out, 0, values.length);
        for (const number of values) at = writeNumber(out, at, number);
        const frame = out.slice(0, at);
        const expected = values.map((number) => (Object.is(number, -0) ? 0 : number));
        const theirs = (unpack(frame) as (number | null)[]).map((number) => number ?? Number.NaN);
        const source = new BinaryNumbers(frame);
        const ours = expected.map(() => source.next());
        expect(theirs).toEqual(expected);
        expect(ours).toEqual(expected);
        expect(source.left).toBe(0);
      }),
    );
  });
});

describe('writeArrayHeader', () => {
  it.each([
    [0, '90'],
    [15, '9f'],
    [16, 'dc0010'],
    [0xff_ff, 'dcffff'],
    [0x1_00_00, 'dd00010000'],
  ])('writes the shortest header of %d elements', (length, bytes) => {
    const out = new Uint8Array(ARRAY_HEADER_BYTES_MAX);
    expect(hex(out.slice(0, writeArrayHeader(out, 0, length)))).toBe(bytes);
  });
});

describe('BinaryNumbers', () => {
  it('reads every form of number as a view of the same bytes does', () => {
    const float = fc.oneof(fc.double(), fc.constantFrom(Number.MAX_VALUE, 5e-324, Infinity, -Infinity, -0));
    fc.assert(
      fc.property(float, fc.integer(), (large, small) => {
        const frame = Buffer.alloc(20);
        frame.writeUInt32BE(0x94_cb_00_00, 0);
        frame.writeDoubleBE(large, 2);
        frame.writeUInt8(0xca, 10);
        frame.writeFloatBE(large, 11);
        frame.writeUInt8(0xd2, 15);
        frame.writeInt32BE(small, 16);
        const source = new BinaryNumbers(frame);
        expect([source.next(), source.next(), source.next()]).toEqual([large, Math.fround(large), small]);
      }),
    );
  });

  it('[NU1] takes numbers in any form that MessagePack has for them', () => {
    const source = reader('cc05', 'cd0005', 'ce00000005', 'd005', 'd1fffb', 'd2fffffffb', 'ca3f000000', 'c0');
    expect(Array.from({ length: 8 }, () => source.next())).toEqual([5, 5, 5, 5, -5, -5, 0.5, Number.NaN]);
  });

  it.each(['dc0002', 'dd00000002'])('takes an array header in the form %s', (header) => {
    const source = new BinaryNumbers(Buffer.from(`${header}0102`, 'hex'));
    expect([source.left, source.next(), source.next()]).toEqual([2, 1, 2]);
  });

  it('reads from the middle of a larger buffer', () => {
    const whole = Buffer.from('ffff92cd0102cbbff0000000000000ffff', 'hex');
    const source = new BinaryNumbers(whole.subarray(2, 15));
    expect([source.next(), source.next()]).toEqual([0x01_02, -1]);
  });

  it.each([
    ['nothing', ''],
    ['a map', '80'],
    ['a number', '05'],
    ['text', 'a161'],
    ['half a header of 16 bits', 'dc00'],
    ['half a header of 32 bits', 'dd000000'],
  ])('refuses %s in place of an array', (_what, bytes) => {
    expect(() => new BinaryNumbers(Buffer.from(bytes, 'hex'))).toThrow(FrameError);
  });

  it.each([
    ['a 64-bit integer', 'cf0000000000000001'],
    ['a signed 64-bit integer', 'd30000000000000001'],
    ['text', 'a161'],
    ['true', 'c3'],
    ['a nested array', '90'],
    ['an extension', 'd4000000'],
    ['binary', 'c40100'],
  ])('[CN4] refuses %s among the numbers', (_what, element) => {
    expect(() => reader(element).next()).toThrow(FrameError);
  });

  it.each(['cc', 'cd00', 'ce000000', 'd0', 'd100', 'd2000000', 'ca000000', 'cb00000000000000'])(
    '[NU5] refuses a number that is cut off: %s',
    (element) => {
      expect(() => reader(element).next()).toThrow('the frame ends in the middle of a number');
    },
  );

  it('[NU5] refuses to read past the last number', () => {
    const source = reader('01');
    source.next();
    expect(() => source.next()).toThrow('the frame ends in the middle of an entry');
  });

  it('[NU5] refuses a frame with fewer numbers than its header says', () => {
    const source = new BinaryNumbers(Buffer.from('ddffffffff01', 'hex'));
    source.next();
    expect(() => source.next()).toThrow('fewer numbers');
  });
});

describe('ListNumbers', () => {
  it('[JS1] takes null as not known', () => {
    const source = new ListNumbers([1, null, -2.5]);
    expect([source.left, source.next(), source.next(), source.next()]).toEqual([3, 1, Number.NaN, -2.5]);
  });

  it.each([['1'], [true], [[1]], [{}], [undefined], [Number.POSITIVE_INFINITY]])('refuses %j', (value) => {
    expect(() => new ListNumbers([value]).next()).toThrow(FrameError);
  });

  it('refuses to read past the last number', () => {
    expect(() => new ListNumbers([]).next()).toThrow(FrameError);
  });
});
