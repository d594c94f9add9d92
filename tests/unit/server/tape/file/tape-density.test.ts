import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MergedReader } from '../../../../../server/tape/merged-reader.ts';
import { TapeReader } from '../../../../../server/tape/file/tape-reader.ts';
import { definition, freshPath, open, read, trade, written } from './tapes.ts';

const SILENCE_US = 60_000_000;
const START_US = 1_700_000_000_000_000;
const EVENTS = 25_000;

/** A tape of two hours, an event after the other, whose first block of events is damaged. */
function damagedTape(symbol: string): string {
  const path = freshPath();
  const writer = open(path);
  writer.define(definition(symbol));
  for (let at = 0; at < EVENTS; at += 1) writer.onEvent(trade(0, START_US + at * 288_000, 100 + (at % 7)));
  writer.close();
  const bytes = readFileSync(path);
  bytes[bytes.indexOf('TBLK', bytes.indexOf('TBLK') + 4) + 70]! ^= 0xff;
  return written(bytes);
}

const total = (runs: readonly { counts: readonly number[] }[]): number =>
  runs.flatMap(({ counts }) => counts).reduce((sum, count) => sum + count, 0);

describe('the density of a long tape', () => {
  it('counts its events and looks at none of them', () => {
    read(damagedTape('AAA'), (reader) => {
      const runs = reader.density(SILENCE_US);
      expect([runs.length, runs[0]!.fromTimeUs, runs[0]!.bucketUs]).toEqual([1, START_US, 30_000_000]);
      expect(total(runs)).toBe(EVENTS);
      expect(reader.lostEvents).toBe(0);
      reader.play(0, EVENTS, () => {});
      expect(reader.lostEvents).toBeGreaterThan(0);
    });
  });

  it('is that of both where two are merged', () => {
    const readers = ['AAA', 'BBB'].map((symbol) => TapeReader.open(damagedTape(symbol)));
    expect(total(new MergedReader(readers).density(SILENCE_US))).toBe(2 * EVENTS);
    expect(readers.map(({ lostEvents }) => lostEvents)).toEqual([0, 0]);
    for (const reader of readers) reader.close();
  });
});
