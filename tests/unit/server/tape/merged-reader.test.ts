import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MergedReader } from '../../../../server/tape/merged-reader.ts';
import { RecordingBuilder } from '../../../../server/tape/recording-builder.ts';
import type { RecordingReader } from '../../../../server/tape/ports.ts';
import { addTrade, played } from './recorded.ts';

interface Told {
  symbol: string;
  timeUs: number;
  price: number;
}

function recording(events: readonly Told[]): RecordingReader {
  const builder = new RecordingBuilder();
  for (const { symbol, timeUs, price } of events) addTrade(builder, symbol, timeUs, price);
  return builder.finish();
}

function told(reader: RecordingReader, from = 0, to = reader.events): Told[] {
  return played(reader, from, to).map((event) => ({
    symbol: reader.instruments[event.instrument]!.symbol,
    timeUs: event.receiveTimeUs,
    price: 'price' in event ? event.price : Number.NaN,
  }));
}

const events = fc
  .array(
    fc.record({
      symbol: fc.constantFrom('A', 'B', 'C'),
      timeUs: fc.integer({ min: 1_000, max: 1_020 }),
      price: fc.integer({ min: 1, max: 1_000_000 }),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .map((some) => some.sort((one, other) => one.timeUs - other.timeUs));

describe('MergedReader', () => {
  it('orders by time, then by the order in which recordings were named, then by their own order', () => {
    fc.assert(
      fc.property(fc.array(events, { minLength: 1, maxLength: 5 }), (recordings) => {
        const merged = new MergedReader(recordings.map(recording));
        const expected = recordings
          .flatMap((some, order) => some.map((event, place) => ({ event, order, place })))
          .sort(
            (one, other) =>
              one.event.timeUs - other.event.timeUs || one.order - other.order || one.place - other.place,
          )
          .map(({ event }) => event);
        expect(told(merged)).toEqual(expected);
        for (const [index, { timeUs }] of expected.entries()) {
          expect(merged.timeOfEvent(index)).toBe(timeUs);
          expect(merged.indexAt(timeUs)).toBe(expected.filter((event) => event.timeUs <= timeUs).length);
        }
      }),
    );
  });

  it('plays from any place as it does from the start', () => {
    fc.assert(
      fc.property(fc.array(events, { minLength: 2, maxLength: 4 }), fc.nat(), fc.nat(), (some, a, b) => {
        const merged = new MergedReader(some.map(recording));
        const [from, to] = [a % (merged.events + 1), b % (merged.events + 1)].sort((x, y) => x - y);
        const whole = told(merged);
        expect(told(merged, from!, to!)).toEqual(whole.slice(from, to));
        expect(told(merged, to!, merged.events)).toEqual(whole.slice(to));
      }),
    );
  });

  it('has the span and the instruments of all, each once', () => {
    const merged = new MergedReader([
      recording([{ symbol: 'A', timeUs: 5_000, price: 1 }]),
      recording([
        { symbol: 'B', timeUs: 1_000, price: 1 },
        { symbol: 'A', timeUs: 9_000, price: 2 },
      ]),
    ]);
    expect([merged.firstTimeUs, merged.lastTimeUs, merged.events]).toEqual([1_000, 9_000, 3]);
    expect(merged.instruments.map(({ symbol }) => symbol)).toEqual(['A', 'B']);
  });
});
