import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TapeReader } from '../../../../../server/tape/file/tape-reader.ts';
import { anyEvent, definition, eventsOf, freshPath, named, open, read, trade } from './tapes.ts';

const definitions = [definition('AAA'), definition('BBB'), definition('CCC')];

describe('a tape gives back what was written', () => {
  it('[TF11] whatever the events and wherever a block ends', () => {
    fc.assert(
      fc.property(
        fc.array(anyEvent, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 60 }),
        (events, each) => {
          const path = freshPath();
          const writer = open(path);
          for (const one of definitions) writer.define(one);
          for (const [index, event] of events.entries()) {
            writer.onEvent(event);
            if (index % each === 0) writer.flush();
          }
          writer.close();
          expect(writer.refused).toBe(0);
          const expected = events.map((event) => named(event, definitions));
          expect(read(path, eventsOf)).toEqual(expected);
          // Any stretch of it, in any order, with no room for more than a block.
          const reader = TapeReader.open(path, { cacheBytes: 1 });
          const half = Math.floor(events.length / 2);
          const parts: object[] = [];
          reader.play(half, events.length, (event) => parts.push(named(event, reader.instruments)));
          reader.play(0, half, (event) => parts.push(named(event, reader.instruments)));
          reader.close();
          expect(parts).toEqual([...expected.slice(half), ...expected.slice(0, half)]);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('[TF13] with the times at which events are let out, as a plain search finds them', () => {
    const times = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(times, fc.nat(65), fc.integer({ min: 1, max: 9 }), (timesUs, timeUs, each) => {
        const path = freshPath();
        const writer = open(path);
        writer.define(definitions[0]!);
        for (const [index, time] of timesUs.entries()) {
          writer.onEvent(trade(0, time, 1));
          if (index % each === 0) writer.flush();
        }
        writer.close();
        let highest = -1;
        const clock = timesUs.map((time) => (highest = Math.max(highest, time)));
        read(path, (reader) => {
          expect(timesUs.map((_, index) => reader.timeOfEvent(index))).toEqual(clock);
          expect(reader.indexAt(timeUs)).toBe(clock.filter((time) => time <= timeUs).length);
          expect([reader.firstTimeUs, reader.lastTimeUs]).toEqual([clock[0], clock.at(-1)]);
        });
      }),
      { numRuns: 150 },
    );
  });

  it('counts what it cannot hold, and holds the rest', () => {
    const path = freshPath();
    const writer = open(path);
    writer.define(definitions[0]!);
    writer.onEvent(trade(0, 1, 5));
    for (const wrong of [
      { price: 0.5 },
      { size: -1 },
      { instrument: 7 },
      { receiveTimeUs: Number.NaN },
      { type: 'news' },
    ])
      writer.onEvent(trade(0, 2, 5, wrong));
    writer.onEvent(trade(0, 3, 6));
    writer.close();
    expect(writer.refused).toBe(5);
    expect(read(path, (reader) => reader.events)).toBe(2);
  });

  it('[TF10] in one unit for the whole tape, where a tick became finer or coarser meanwhile', () => {
    const path = freshPath();
    const writer = open(path);
    for (const [tick, price] of [
      [{ units: 25, decimals: 2 }, 4],
      [{ units: 1, decimals: 1 }, 11],
      [{ units: 25, decimals: 2 }, 5],
    ] as const) {
      writer.define({ ...definition('AAA'), tick });
      writer.onEvent(trade(0, 1_000_000, price));
    }
    writer.close();
    read(path, (reader) => {
      expect(reader.instruments[0]!.tick).toEqual({ units: 5, decimals: 2 });
      expect(eventsOf(reader)).toMatchObject([{ price: 20 }, { price: 22 }, { price: 25 }]);
    });
  });

  it('lists the busiest instruments first and the quiet ones too', () => {
    const path = freshPath();
    const writer = open(path);
    for (const one of definitions) writer.define(one);
    for (const id of [1, 2, 2, 2]) writer.onEvent(trade(id, 1, 1));
    writer.close();
    const symbols = read(path, (reader) => reader.instruments.map(({ symbol }) => symbol));
    expect(symbols).toEqual(['CCC', 'BBB', 'AAA']);
  });

  it('refuses events that do not exist', () => {
    const path = freshPath();
    const writer = open(path);
    writer.define(definitions[0]!);
    writer.onEvent(trade(0, 1, 1));
    writer.close();
    read(path, (reader) => {
      expect(() => reader.timeOfEvent(1)).toThrow();
      expect(() => reader.play(0, 2, () => {})).toThrow();
    });
  });
});
