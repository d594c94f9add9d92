import { describe, expect, it } from 'vitest';
import { LineCutter } from '../../../../../server/feeds/ingest/line-cutter.ts';

function cut(pieces: readonly string[], lineBytesMax = 10): [string | null, number][] {
  const lines: [string | null, number][] = [];
  const cutter = new LineCutter(lineBytesMax, (text, line) => lines.push([text, line]));
  for (const piece of pieces) cutter.push(Buffer.from(piece));
  cutter.finish();
  return lines;
}

describe('bytes that come in pieces', () => {
  it('become the same lines wherever they are cut', () => {
    const text = 'ab\n\ncé\nlast';
    const whole = cut([text]);
    expect(whole).toEqual([
      ['ab', 1],
      ['', 2],
      ['cé', 3],
      ['last', 4],
    ]);
    const bytes = Buffer.from(text);
    for (let at = 0; at <= bytes.length; at += 1) {
      const lines: [string | null, number][] = [];
      const cutter = new LineCutter(10, (line, number) => lines.push([line, number]));
      cutter.push(bytes.subarray(0, at));
      cutter.push(bytes.subarray(at));
      cutter.finish();
      expect(lines).toEqual(whole);
    }
  });

  it('lose only a line that is too long, told once with its number', () => {
    expect(cut(['a\n', 'x'.repeat(8), 'x'.repeat(8), 'x\nb\n'])).toEqual([
      ['a', 1],
      [null, 2],
      ['b', 3],
    ]);
    expect(cut(['x'.repeat(11)])).toEqual([[null, 1]]);
  });

  it('are not kept in memory that their owner uses again', () => {
    const lines: (string | null)[] = [];
    const cutter = new LineCutter(10, (text) => lines.push(text));
    const piece = Buffer.from('ab');
    cutter.push(piece);
    piece.fill(120);
    cutter.push(Buffer.from('c\n'));
    expect(lines).toEqual(['abc']);
  });
});
