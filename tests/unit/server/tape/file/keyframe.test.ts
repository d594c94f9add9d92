import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unixUs, type MarketEvent } from '#protocol';
import { INTERVALS_S } from '../../../../../server/engine/bars.ts';
import { Engine } from '../../../../../server/engine/engine.ts';
import type { KeyframeInstrument } from '../../../../../server/tape/file/keyframe.ts';
import { anyEvent, definition, eventsOf, freshPath, open, read, trade } from './tapes.ts';

const definitions = [definition('AAA'), definition('BBB'), definition('CCC')];
const START_US = 1_700_000_000_000_000;

/** What an engine knows of an instrument, as a keyframe tells it. */
function stateOf(engine: Engine, id: number): Partial<KeyframeInstrument> {
  const { columns } = engine.state;
  const fields = [
    'last',
    'lastSize',
    'volume',
    'tradeTimeUs',
    'bid',
    'bidSize',
    'ask',
    'askSize',
    'high',
    'low',
  ] as const;
  // A keyframe holds them all, the wire the best ten.
  const levels = engine.state.bookLevels(id as never, 1_000_000);
  return {
    ...Object.fromEntries(fields.map((field) => [field, columns[field][id]])),
    open: engine.dictionary.open(id as never),
    trades: engine.trades.newestSeq(id),
    bars: INTERVALS_S.flatMap((intervalSeconds) =>
      engine.bars.range(intervalSeconds, id, 0, 1e12, 1).map((bar) => ({ intervalSeconds, ...bar })),
    ),
    book: levels ?? null,
  };
}

/** Events of small numbers that come one after the other within some minutes. */
const market = fc.array(anyEvent, { minLength: 1, maxLength: 60 }).map((events) =>
  events
    .filter(({ type }) => type !== 'bar')
    .map((event, index): MarketEvent => {
      const timeUs = unixUs(START_US + index * 3_700_000);
      return { ...small(event), receiveTimeUs: timeUs, venueTimeUs: timeUs };
    }),
);

function small(event: MarketEvent): MarketEvent {
  const values = Object.entries(event).map(([name, value]): [string, unknown] => {
    if (Array.isArray(value)) return [name, (value as number[]).map((one) => (one % 1_000) + 0)];
    return [name, typeof value === 'number' ? (value % 1_000) + 0 : value];
  });
  return Object.fromEntries(values) as unknown as MarketEvent;
}

describe('a keyframe', () => {
  it('[TF18] is the state that playing from the start leads to', () => {
    fc.assert(
      fc.property(market, (events) => {
        fc.pre(events.length > 0);
        const path = freshPath();
        const writer = open(path);
        const engine = new Engine(unixUs(0));
        for (const one of definitions) {
          writer.define(one);
          engine.define(one);
        }
        for (const event of events) {
          writer.onEvent(event);
          engine.onEvent(event);
        }
        writer.close();
        const keyframe = read(path, (reader) => {
          const found = reader.keyframeBefore(reader.events)!;
          for (const state of found.instruments) state.instrument = reader.fileId(state.instrument);
          return found;
        });
        expect(keyframe.event).toBe(events.length);
        expect(keyframe.timeUs).toBe(events.at(-1)!.receiveTimeUs);
        for (const { instrument, ...state } of keyframe.instruments)
          expect(state).toEqual(stateOf(engine, instrument));
        const known = new Set(keyframe.instruments.map(({ instrument }) => instrument));
        for (const id of definitions.keys()) if (!known.has(id)) expect(engine.state.version(id)).toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  it('[TF19] comes often enough that a seek plays few events, and never takes more than an eighth of the tape', () => {
    const path = freshPath();
    const writer = open(path);
    writer.define(definitions[0]!);
    const events = 150_000;
    for (let at = 0; at < events; at += 1)
      writer.onEvent(trade(0, START_US + at * 100, 6_000_000 + (at % 100), { size: (at * 7_919) % 9_973 }));
    writer.close();
    read(path, (reader) => {
      for (const event of [0, 40_000, 99_999, 150_000]) {
        const keyframe = reader.keyframeBefore(event);
        expect(event - (keyframe?.event ?? 0)).toBeLessThanOrEqual(32_768);
        if (keyframe !== null) expect(keyframe.instruments[0]!.trades).toBe(keyframe.event);
      }
    });
  });

  it('[TF19] is right after a tape was closed and written on, in finer units', () => {
    const path = freshPath();
    const parts = [0, 1, 2].map((part) => ({ ...definition('AAA'), tick: { units: 1, decimals: part } }));
    for (const [part, one] of parts.entries()) {
      const writer = open(path, { existing: part === 0 ? 'refuse' : 'append' });
      writer.define(one);
      for (let at = 0; at < 3; at += 1)
        writer.onEvent(trade(0, START_US + part * 10 + at, 5 * 10 ** part + at));
      writer.close();
    }
    read(path, (reader) => {
      expect(reader.map.isVerified).toBe(false);
      expect(eventsOf(reader).map((event) => (event as { price: number }).price)).toEqual([
        500, 600, 700, 500, 510, 520, 500, 501, 502,
      ]);
      const keyframe = reader.keyframeBefore(9)!;
      expect(keyframe).toMatchObject({
        event: 9,
        instruments: [{ trades: 9, high: 700, low: 500, last: 502 }],
      });
      expect(reader.keyframeBefore(5)).toMatchObject({ event: 3, instruments: [{ last: 700 }] });
      expect(reader.keyframeBefore(2)).toBeNull();
    });
  });
});
