import { describe, expect, it } from 'vitest';
import { instrumentId, unixUs, type GapMark } from '#protocol';
import { inspectTape } from '../../../../../server/tape/file/inspect-tape.ts';
import { repairTape } from '../../../../../server/tape/file/repair-tape.ts';
import { clock, definition, freshPath, open, read, trade } from './tapes.ts';

const T0 = 1_790_856_000_000_000;
const CUT: GapMark = {
  feed: 'test',
  instrument: instrumentId(1),
  fromTimeUs: unixUs(T0 + 1_000_000),
  toTimeUs: unixUs(T0 + 4_200_000),
  reason: 'cut',
  missing: 12,
};
const AWAY: GapMark = {
  feed: 'test',
  fromTimeUs: unixUs(T0 + 1_000_000),
  toTimeUs: unixUs(T0 + 3_000_000),
  reason: 'silence',
};

/** The second instrument of the file is the busiest, and so the first of the reader's. */
function write(path: string): void {
  const writer = open(path);
  for (const symbol of ['AAA', 'BBB']) writer.define(definition(symbol));
  for (const [id, at] of [
    [0, 0],
    [1, 1],
    [1, 5],
  ] as const)
    writer.onEvent(trade(id, T0 + at * 1_000_000, 100));
  writer.gap(CUT);
  writer.gap(AWAY);
  writer.note({ kind: 'gap', text: 'A word without ends.' });
  writer.note({ kind: 'gap', text: 'Its end is before its begin.', feed: 'x', fromTimeUs: 5, toTimeUs: 4 });
  writer.note({ kind: 'omen', text: 'Of a later version.', feed: 'x', fromTimeUs: 4, toTimeUs: 5 });
  writer.note({ kind: 'gap', text: 'Later.', feed: 'x', fromTimeUs: 4, toTimeUs: 5, reason: 'eclipse' });
  writer.close();
}

describe('gaps on a tape', () => {
  it('[TF29] are read with both ends, of the instrument as the reader numbers it', () => {
    const path = freshPath();
    write(path);
    const marks = read(path, (reader) => {
      expect(reader.instruments.map(({ symbol }) => symbol)).toEqual(['BBB', 'AAA']);
      return reader.gapMarks();
    });
    expect(marks).toEqual([
      { ...CUT, instrument: 0 },
      AWAY,
      { feed: 'x', fromTimeUs: 4, toTimeUs: 5, reason: 'content' },
    ]);
  });

  it('[TF29] are counted by an inspection, by reason', () => {
    const path = freshPath();
    write(path);
    expect(inspectTape(path).gapMarks).toEqual({
      count: 3,
      totalUs: 5_200_001,
      byReason: { cut: 1, silence: 1, content: 1 },
    });
  });

  it('are in a repaired copy too', () => {
    const [path, copy] = [freshPath(), freshPath()];
    write(path);
    repairTape(path, copy, clock);
    expect(read(copy, (reader) => reader.gapMarks()).length).toBe(3);
  });
});
