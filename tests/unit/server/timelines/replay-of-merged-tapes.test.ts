import { afterAll, describe, expect, it } from 'vitest';
import { instrumentId, unixUs, type MarketEvent } from '#protocol';
import { stateOf } from '../../../../server/tape/file/tape-state.ts';
import { TapeReader } from '../../../../server/tape/file/tape-reader.ts';
import { MergedReader } from '../../../../server/tape/merged-reader.ts';
import { startReplayTimeline } from '../../../../server/timelines/replay-timeline.ts';
import { stateHash } from '../../../../server/timelines/state-hash.ts';
import type { Timeline } from '../../../../server/timelines/timeline.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { SeededRandom } from '../../../support/seeded-random.ts';
import { definition, freshPath, open, trade } from '../tape/file/tapes.ts';

const START_US = 1_700_000_000_000_000;
const SECOND = 1_000_000;
/** Less than what a seek plays before its goal: a step of so many is never loaded. */
const STEP_EVENTS = 1_000;

interface Told {
  readonly symbols: readonly string[];
  readonly kinds: readonly ('trade' | 'quote' | 'book' | 'statistics')[];
  readonly fromS: number;
  readonly toS: number;
  readonly events: number;
  /** Decimals of the tick: finer ones in one of two recordings make the other's numbers larger. */
  readonly decimals?: number;
  /** The tape begins with a price of its first instrument, as a part of a longer recording does. */
  readonly isPart?: boolean;
}

const readers: TapeReader[] = [];
afterAll(() => readers.splice(0).forEach((reader) => reader.close()));

/** A tape of a made-up market, the same for the same request. */
function tapeOf({ symbols, kinds, fromS, toS, events, decimals = 2, isPart = false }: Told): TapeReader {
  const random = new SeededRandom(events + fromS);
  const path = freshPath();
  const known = { ...NOTHING, last: 4_321, bid: 4_320, trades: 77 };
  const from = stateOf([definition(symbols[0]!, decimals)], [known], unixUs(START_US + fromS * SECOND));
  const writer = open(path, isPart ? { from } : {});
  const ids = symbols.map((symbol) => writer.define(definition(symbol, decimals)));
  for (let at = 0; at < events; at += 1) {
    const timeUs = START_US + Math.floor((fromS + ((toS - fromS) * at) / events) * SECOND);
    const instrument = ids[Math.floor(random.next() * ids.length)]!;
    const price = 10_000 + Math.floor(random.next() * 20_000);
    const kind = kinds[Math.floor(random.next() * kinds.length)]!;
    writer.onEvent(eventOf(kind, instrument, timeUs, price, Math.floor(random.next() * 9)));
  }
  writer.close();
  const reader = TapeReader.open(path);
  readers.push(reader);
  return reader;
}

function eventOf(
  kind: Told['kinds'][number],
  id: number,
  timeUs: number,
  price: number,
  size: number,
): MarketEvent {
  const base = { instrument: instrumentId(id), venueTimeUs: unixUs(timeUs), receiveTimeUs: unixUs(timeUs) };
  const one = trade(id, timeUs, price, { size });
  switch (kind) {
    case 'trade':
      return one;
    case 'quote':
      return {
        ...base,
        type: 'quote',
        bid: price,
        bidSize: size,
        ask: price + 1,
        askSize: size,
      } as MarketEvent;
    case 'book':
      return {
        ...base,
        type: 'book',
        snapshot: price % 400 === 0,
        bids: [price, size],
        asks: [price + 20_001, size],
      };
    case 'statistics':
      return {
        ...base,
        type: 'statistics',
        open: price,
        high: price,
        low: Number.NaN,
        volume: size,
      } as MarketEvent;
  }
}

function timelineOf(recording: MergedReader): { timeline: Timeline; clock: ManualClock } {
  const clock = new ManualClock();
  const begin = { timeUs: recording.firstTimeUs, plays: false };
  const options = { clock, recording, name: 'merged', speed: 1, skipIdleUs: 60 * SECOND };
  return { timeline: startReplayTimeline({ ...options, begin }), clock };
}

/** State hashes at random instants: by seeks all over the place, and by going there event by event. */
async function hashes(tapes: readonly TapeReader[], instants: number): Promise<[string[], string[]]> {
  const random = new SeededRandom(instants);
  const recording = new MergedReader(tapes);
  const span = recording.lastTimeUs - recording.firstTimeUs;
  const times = Array.from(
    { length: instants },
    () => recording.firstTimeUs + Math.floor(random.next() * span),
  );
  const sought = timelineOf(recording);
  const bySeek = new Map<number, string>();
  for (const timeUs of times) {
    sought.timeline.source.command({ type: 'timeline', op: 'seek', timeUs: unixUs(timeUs) });
    sought.clock.advance(1);
    bySeek.set(timeUs, stateHash(sought.timeline.engine));
  }
  const walked = timelineOf(new MergedReader(tapes));
  let at = recording.indexAt(recording.firstTimeUs);
  const rising = times.toSorted((one, other) => one - other);
  const byWalk = rising.map((timeUs) => {
    for (const goal = recording.indexAt(timeUs); at < goal;) {
      const events = Math.min(STEP_EVENTS, goal - at);
      walked.timeline.source.command({ type: 'timeline', op: 'step', events });
      walked.clock.advance(1);
      at += events;
    }
    return stateHash(walked.timeline.engine);
  });
  await sought.timeline.close();
  await walked.timeline.close();
  return [rising.map((timeUs) => bySeek.get(timeUs)!), byWalk];
}

const NOTHING = {
  ...{ instrument: 0, last: Number.NaN, lastSize: Number.NaN, volume: Number.NaN, tradeTimeUs: Number.NaN },
  ...{ bid: Number.NaN, bidSize: Number.NaN, ask: Number.NaN, askSize: Number.NaN },
  ...{ high: Number.NaN, low: Number.NaN, open: Number.NaN, trades: 0, bars: [], book: null },
};
const TRADES = ['trade', 'statistics'] as const;
const QUOTES = ['quote', 'book'] as const;
const ALL = [...TRADES, ...QUOTES];

/** What lies in the tapes, and whether a state in the middle of the last of them is known without playing from the start. */
const MARKETS: Record<string, readonly Told[]> = {
  'of different instruments': [
    { symbols: ['AAA', 'BBB'], kinds: ALL, fromS: 0, toS: 900, events: 15_000 },
    { symbols: ['CCC'], kinds: ALL, fromS: 60, toS: 800, events: 14_000 },
    { symbols: ['DDD'], kinds: ALL, fromS: 300, toS: 1_000, events: 200 },
  ],
  'of which one has the trades and the other the quotes of the same instruments': [
    { symbols: ['AAA', 'BBB'], kinds: TRADES, fromS: 0, toS: 900, events: 15_000 },
    { symbols: ['BBB', 'AAA'], kinds: QUOTES, fromS: 1, toS: 901, events: 16_000, decimals: 3 },
  ],
  'of one day after the other': [
    { symbols: ['AAA', 'BBB'], kinds: ALL, fromS: 0, toS: 400, events: 14_000 },
    { symbols: ['AAA'], kinds: ALL, fromS: 500, toS: 900, events: 15_000, decimals: 3 },
    { symbols: ['BBB', 'AAA'], kinds: ALL, fromS: 1_000, toS: 1_400, events: 14_500 },
  ],
};
const PARTS: readonly Told[] = [
  { symbols: ['AAA'], kinds: ALL, fromS: 0, toS: 400, events: 13_000, isPart: true },
  { symbols: ['BBB', 'CCC'], kinds: ALL, fromS: 100, toS: 500, events: 13_500, isPart: true },
  { symbols: ['AAA', 'BBB'], kinds: ALL, fromS: 600, toS: 900, events: 3_000, isPart: true },
];
const OVERLAPPING: readonly Told[] = [
  { symbols: ['AAA'], kinds: ALL, fromS: 0, toS: 400, events: 6_000 },
  { symbols: ['AAA', 'BBB'], kinds: ALL, fromS: 300, toS: 900, events: 7_000 },
];

describe('[TL14] a replay of several tapes', () => {
  it.each(Object.entries(MARKETS))('%s shows after a seek what playing leads to', async (_name, market) => {
    const [bySeek, byWalk] = await hashes(market.map(tapeOf), 60);
    expect(bySeek).toEqual(byWalk);
    expect(new Set(bySeek).size).toBeGreaterThan(50);
  });

  it.each([
    ['trades', TRADES],
    ['quotes', QUOTES],
    ['trades and quotes', ALL],
  ])('that have the %s of an instrument at the same time shows it too', async (_name, kinds) => {
    const [bySeek, byWalk] = await hashes(
      OVERLAPPING.map((told) => tapeOf({ ...told, kinds })),
      30,
    );
    expect(bySeek).toEqual(byWalk);
  });

  it('that begin with a state of their own shows that state from their begin on', async () => {
    const tapes = PARTS.map(tapeOf);
    const [bySeek, byWalk] = await hashes(tapes, 40);
    expect(bySeek).toEqual(byWalk);
    const recording = new MergedReader(tapes);
    expect(recording.keyframeBefore(0)!.instruments).toMatchObject([{ last: 4_321, trades: 77 }]);
    expect(recording.resets.length).toBe(2);
    const begin = recording.keyframeBefore(recording.resets[1]!)!.instruments;
    expect(begin.find((state) => state.instrument === 0)).toMatchObject({ last: 4_321, trades: 77 });
  });

  it.each(Object.entries(MARKETS))(
    '%s knows the state anywhere without the events before',
    (_name, market) => {
      const recording = new MergedReader(market.map(tapeOf));
      for (const share of [0.1, 0.5, 0.9, 1]) {
        const event = Math.floor(recording.events * share);
        expect(recording.keyframeBefore(event)!.event).toBe(event);
      }
    },
  );

  it('begins the sums of an instrument anew where one recording of it has ended and the next begins', () => {
    const market = MARKETS['of one day after the other']!;
    const tapes = market.map(tapeOf);
    const recording = new MergedReader(tapes);
    expect(recording.resets).toEqual([14_000, 29_000]);
    const begin = recording.keyframeBefore(29_000)!;
    expect(begin.instruments).toEqual([]);
    const after = recording.keyframeBefore(29_100)!.instruments;
    const trades = after.reduce((sum, state) => sum + state.trades, 0);
    expect(trades).toBeGreaterThan(0);
    expect(trades).toBeLessThan(100);
  });
});
