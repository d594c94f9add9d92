import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CsvRows } from '../../../../server/formats/csv-rows.ts';

const encoder = new TextEncoder();

/** Rows as lists of cells, with the file cut into chunks of `chunkBytes`. */
function cut(content: string, chunkBytes = content.length + 1): string[][] {
  const found: string[][] = [];
  const rows: CsvRows = new CsvRows('file.csv', () => {
    found.push(Array.from({ length: rows.cellCount }, (_, cell) => rows.cellText(cell)));
  });
  const bytes = encoder.encode(content);
  for (let at = 0; at < bytes.length; at += chunkBytes) rows.push(bytes.slice(at, at + chunkBytes));
  rows.finish();
  return found;
}

describe('CsvRows', () => {
  it('takes LF, CRLF, blank lines and a last row without line end', () => {
    expect(cut('a,b\r\n1,2\n\n\r\n3,4')).toEqual([
      ['a', 'b'],
      ['1', '2'],
      ['3', '4'],
    ]);
  });

  it('keeps empty cells, the last one included', () => {
    expect(cut(',a,,\n,,,\n')).toEqual([
      ['', 'a', '', ''],
      ['', '', '', ''],
    ]);
  });

  it('takes quoted cells with commas and doubled quotes', () => {
    expect(cut('"a","b,c","say ""x""",d\r\n"",5\n')).toEqual([
      ['a', 'b,c', 'say "x"', 'd'],
      ['', '5'],
    ]);
  });

  it('leaves a quote within a cell as it is', () => {
    expect(cut('5" nail,1\n')).toEqual([['5" nail', '1']]);
  });

  it('drops a byte order mark', () => {
    expect(cut('\u{feff}exchange,symbol\n')).toEqual([['exchange', 'symbol']]);
  });

  it('refuses a quote that is not closed, naming the row', () => {
    expect(() => cut('a,b\n"c,d\n')).toThrow('file.csv, row 2, has a quote that is not closed');
    expect(() => cut('a,b\n"c"x,d\n')).toThrow('file.csv, row 2, has a quote that is not closed');
  });

  it('refuses a file without line ends before it fills the memory', () => {
    expect(() => cut('x'.repeat(1_100_000))).toThrow('file.csv, row 1, is longer than 1048576 bytes');
  });

  it('grows to rows with thousands of cells', () => {
    const wide = Array.from({ length: 4004 }, (_, cell) => String(cell));
    expect(cut(`${wide.join(',')}\n${wide.map((cell) => `"${cell}"`).join(',')}\n`)).toEqual([wide, wide]);
  });

  it('counts lines from 1, blank ones included', () => {
    const lines: number[] = [];
    const rows: CsvRows = new CsvRows('file.csv', () => lines.push(rows.line));
    rows.push(encoder.encode('h\n\n1\n2'));
    rows.finish();
    expect(lines).toEqual([1, 3, 4]);
    expect(rows.isUnterminated).toBe(true);
  });

  it('gives the same rows wherever the chunks are cut', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '7', '.', ' ', '-', 'é', '\t', '!'), maxLength: 9 });
    const quotable = fc.string({ unit: fc.constantFrom('a', ',', '"', '7'), maxLength: 6 });
    const row = fc.array(
      fc.oneof(
        cell.map((text) => ({ text, wire: text })),
        quotable.map((text) => ({ text, wire: `"${text.replaceAll('"', '""')}"` })),
      ),
      { minLength: 2, maxLength: 5 },
    );
    fc.assert(
      fc.property(
        fc.array(row),
        fc.constantFrom('\n', '\r\n'),
        fc.integer({ min: 1, max: 9 }),
        (rows, end, bytes) => {
          const wire = rows.map((cells) => cells.map((one) => one.wire).join(',') + end).join('');
          expect(cut(wire, bytes)).toEqual(rows.map((cells) => cells.map((one) => one.text)));
        },
      ),
    );
  });
});
