import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteColumn, ESCAPE_TEXT } from '../../../../../server/tape/file/byte-column.ts';
import { ByteCursor, MalformedError } from '../../../../../server/tape/file/byte-cursor.ts';

const bytesOf = (write: (column: ByteColumn) => void): string => {
  const column = new ByteColumn();
  write(column);
  return Buffer.from(column.bytes).toString('hex');
};
const cursorOf = (write: (column: ByteColumn) => void): ByteCursor => {
  const column = new ByteColumn();
  write(column);
  return new ByteCursor(column.bytes);
};

describe('numbers of a tape', () => {
  it.each([
    [0, '00'],
    [127, '7f'],
    [128, '8001'],
    [300, 'ac02'],
    [2 ** 53 - 1, 'ffffffffffffff0f'],
  ])('[TF6] %i without a sign is %s', (value, bytes) => {
    expect(bytesOf((column) => column.unsigned(value))).toBe(bytes);
    expect(cursorOf((column) => column.unsigned(value)).unsigned()).toBe(value);
  });

  it.each([
    [0, '00'],
    [-1, '41'],
    [63, '3f'],
    [64, '8001'],
    [-64, 'c001'],
    [8_191, 'bf7f'],
    [8_192, '808001'],
    [1 - 2 ** 53, 'ffffffffffffff1f'],
  ])('[TF7] %i with a sign is %s', (value, bytes) => {
    expect(bytesOf((column) => column.signed(value))).toBe(bytes);
    expect(cursorOf((column) => column.signed(value)).signed()).toBe(value);
  });

  it('[TF7] a value is its difference to another, itself where that is not exact, or absent, or text', () => {
    expect(bytesOf((column) => column.difference(7, 5))).toBe('02');
    expect(bytesOf((column) => column.difference(2 ** 53 - 1, -1))).toBe('4001bfffffffffffff1f');
    expect(bytesOf((column) => column.differenceOrAbsent(Number.NaN, 5))).toBe('4000');
    expect(cursorOf((column) => column.differenceOrAbsent(Number.NaN, 5)).difference(5)).toBeNaN();
    expect(cursorOf((column) => column.escape(ESCAPE_TEXT)).difference(5)).toBe(Number.POSITIVE_INFINITY);
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), (value, base) => {
        expect(cursorOf((column) => column.difference(value, base)).difference(base)).toBe(value);
      }),
    );
  });

  it('[TF8] text is its length in bytes and UTF-8', () => {
    expect(bytesOf((column) => column.text('9ü'))).toBe('0339c3bc');
    expect(cursorOf((column) => column.text('9ü')).text()).toBe('9ü');
  });

  it('[TF6] are refused where bytes end early or make more than 2^53 - 1, whatever the bytes', () => {
    for (const hex of ['', '80', 'ffffffffffffffffff01', '4003'])
      expect(() => new ByteCursor(Buffer.from(hex, 'hex')).difference(0)).toThrow(MalformedError);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
        try {
          expect(Number.isSafeInteger(new ByteCursor(bytes).unsigned())).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedError);
        }
      }),
    );
  });
});
