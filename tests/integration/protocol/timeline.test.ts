import { describe, expect, it } from 'vitest';
import { ERROR_CODES, LIMITS, instrumentId, timeAt, unixUs, type TimelineClock } from '#protocol';
import {
  ProtocolBench,
  ofKind,
  outline,
  type Said,
  type ScriptedPeer,
} from '../../support/protocol-bench.ts';

interface Watched {
  bench: ProtocolBench;
  id: number;
  peer: ScriptedPeer;
  clock: TimelineClock;
}

/** A connection that watches one instrument in every channel. */
function watched(mode: 'live' | 'replay' = 'live', allowControl = true): Watched {
  const bench = new ProtocolBench(mode, allowControl);
  const id = bench.define('sim', 'AAA');
  bench.trade(id, 1000);
  bench.book(id, [999, 5], [1001, 5]);
  bench.advance(1);
  const peer = bench.connect();
  const clock = peer.hello()[0]!['clock'] as TimelineClock;
  for (const [index, channel] of ['quote', 'trade', 'bar:1s', 'book'].entries())
    peer.subscribe(index, channel, ['*'], { maxRateHz: 10 });
  peer.heard();
  return { bench, id, peer, clock };
}

const tradesOf = (said: readonly Said[]): { seq: number; price: number; venueTimeUs: number }[] =>
  ofKind(said, 'trades').flatMap(
    ({ trades }) => trades as { seq: number; price: number; venueTimeUs: number }[],
  );

/** Thirty levels from a price on. */
const levels = (from: number, step: number): number[] =>
  Array.from({ length: 30 }, (_, index) => [from + step * index, index + 1]).flat();

/** The answer to a history request, which may take a few turns. */
const settled = async (peer: ScriptedPeer, message: object): Promise<Said> => {
  peer.heard();
  peer.frame(JSON.stringify({ type: 'history', ...message }));
  while (true) {
    const [said] = peer.heard();
    if (said !== undefined) return said;
    await Promise.resolve();
  }
};

describe('versions', () => {
  it('[VE1] [VE2] rise with each frame, by the milliseconds', () => {
    const { bench, id, peer, clock } = watched();
    const versions: number[] = [];
    for (let tick = 0; tick < 20; tick += 1) {
      bench.quote(id, 900 + tick, 1001);
      bench.advance(100);
      versions.push(...ofKind(peer.heard(), 'delta').map(({ asOf }) => asOf as number));
    }
    expect(versions).toHaveLength(20);
    for (const [index, version] of versions.entries()) {
      expect(version).toBeGreaterThan(versions[index - 1] ?? 0);
      const offUs = timeAt(clock, version) - (bench.clock.nowUs() - (19 - index) * 100_000);
      expect(Math.abs(offUs)).toBeLessThan(100_000);
    }
  });

  it('[VE4] are acknowledged without an answer', () => {
    expect(watched().peer.ask({ type: 'ack', asOf: 5, lagMs: 1.5 })).toEqual([]);
  });
});

/** Trades for long enough at one price that new references pay. */
function tradeAt(bench: ProtocolBench, id: number, price: number): void {
  for (let count = 0; count < 300; count += 1) {
    bench.trade(id, price);
    bench.book(id, [price - 1, 5], [price + 1, 5]);
    bench.advance(100);
  }
}

describe('the dictionary', () => {
  it('[DI2] [DI3] [DI5] of a new generation comes before its first frame and holds what changed', () => {
    const { bench, id, peer } = watched();
    bench.define('sim', 'BBB');
    tradeAt(bench, id, 5_000_000);
    peer.heard();
    bench.trade(id, 5_000_001);
    bench.advance(100);
    const said = peer.heard();
    const dictionary = peer.ask({ type: 'dictionary' })[0]!;
    const { referencePrice } = (dictionary['entries'] as { referencePrice: number }[])[0]!;
    expect(Math.abs(referencePrice - 5_000_000)).toBeLessThan(128);
    expect(ofKind(said, 'delta').every(({ generation }) => generation === dictionary['generation'])).toBe(
      true,
    );
    expect(ofKind(said, 'delta')[0]).toMatchObject({ quotes: [{ last: 5_000_001 }] });
  });

  it('[DI4] comes again when it is asked for, with all entries that the subscriptions need', () => {
    const { bench, peer } = watched();
    bench.define('sim', 'BBB');
    bench.advance(200);
    peer.heard();
    const said = peer.ask({ type: 'dictionary' });
    expect(outline(said)).toEqual(['instruments']);
    expect((said[0]!['entries'] as { symbol: string }[]).map(({ symbol }) => symbol)).toEqual(['AAA', 'BBB']);
  });

  it('[DI2] is told again to a client that was without subscriptions while it changed', () => {
    const { bench, id, peer } = watched();
    for (const subscription of [0, 1, 2, 3]) peer.ask({ type: 'unsubscribe', subscription });
    bench.trade(id, 9_000_000);
    bench.engine.define({ ...bench.engine.dictionary.definition(instrumentId(id)), name: 'renamed' });
    const said = peer.subscribe(9, 'quote', ['*']);
    expect(outline(said)).toEqual(['subscribed', 'instruments', 'snapshot']);
    expect(said[2]!['generation']).toBe(said[1]!['generation']);
    expect(said[2]).toMatchObject({ quotes: [{ id, last: 9_000_000 }] });
  });

  it('[DI1] keeps an id over epochs of one connection', () => {
    const { bench, id, peer } = watched();
    bench.seek(bench.clock.nowUs());
    bench.quote(id, 5, 6);
    bench.advance(100);
    const entries = ofKind(peer.heard(), 'instruments').flatMap(
      (said) => said['entries'] as { id: number; symbol: string }[],
    );
    expect(entries.every((entry) => entry.id === id && entry.symbol === 'AAA')).toBe(true);
  });
});

describe('trades', () => {
  it('[TR2] [TR3] are numbered without a gap, batched, and keep their time', () => {
    const { bench, id, peer } = watched();
    const times: number[] = [];
    for (let count = 0; count < 25; count += 1) {
      times.push(bench.clock.nowUs());
      bench.trade(id, 2000 + count);
      bench.advance(13);
    }
    bench.advance(100);
    const trades = tradesOf(peer.heard());
    expect(trades.map(({ price }) => price)).toEqual(times.map((_, index) => 2000 + index));
    expect(trades.map(({ seq }) => seq)).toEqual(times.map((_, index) => index + 2));
    expect(trades.map(({ venueTimeUs }) => venueTimeUs)).toEqual(times);
  });

  it('[TR5] begin at any number for a new subscription', () => {
    const { bench, id } = watched();
    const peer = bench.greeted();
    peer.subscribe(1, 'trade', ['*']);
    bench.trade(id, 1);
    bench.advance(100);
    expect(tradesOf(peer.heard()).map(({ seq }) => seq)).toEqual([2]);
  });

  it('[TR4] that cannot be sent any more are told, and the rest follows on', () => {
    const { bench, id, peer } = watched();
    const lots = 5_000;
    for (let count = 0; count < lots; count += 1) bench.trade(id, 1000);
    bench.advance(100);
    const said = peer.heard();
    const lost = ofKind(said, 'trades-lost')[0]!;
    const trades = tradesOf(said);
    expect(lost).toMatchObject({ instrument: id, fromSeq: 2 });
    expect(trades[0]!.seq).toBe((lost['toSeq'] as number) + 1);
    expect(trades.at(-1)!.seq).toBe(lots + 1);
  });
});

describe('bars and books', () => {
  it('[BA2] [BA4] of an interval are sent whole each time they change', () => {
    const { bench, id, peer } = watched();
    bench.advance(1000 - (Math.floor(bench.clock.nowUs() / 1000) % 1000));
    peer.heard();
    bench.trade(id, 1500, 2);
    bench.advance(100);
    bench.trade(id, 1400, 3);
    bench.advance(100);
    const bars = ofKind(peer.heard(), 'bars').map((said) => (said['bars'] as object[]).at(-1));
    expect(bars).toMatchObject([
      { open: 1500, high: 1500, low: 1500, close: 1500, volume: 2 },
      { open: 1500, high: 1500, low: 1400, close: 1400, volume: 5 },
    ]);
  });

  it('[BA3] do not exist for intervals without a trade, and come in rising order', () => {
    const { bench, id, peer } = watched();
    peer.ask({ type: 'tune', subscription: 2, maxRateHz: 0.1 });
    bench.advance(20_000);
    peer.heard();
    bench.trade(id, 1100);
    bench.advance(3_000);
    bench.trade(id, 1200);
    bench.advance(10_000);
    const bars = ofKind(peer.heard(), 'bars').flatMap(
      (said) => said['bars'] as { startS: number; close: number }[],
    );
    const rising = bars.map(({ startS }) => startS);
    expect(rising).toEqual([...rising].sort((a, b) => a - b));
    expect(new Set(bars.filter(({ close }) => close !== 1000).map(({ close }) => close))).toEqual(
      new Set([1100, 1200]),
    );
  });

  it('[BO3] of levels have at most as many a side as the limit', () => {
    const { bench, id, peer } = watched();
    bench.book(id, levels(900, -1), levels(1100, 1));
    bench.advance(100);
    const books = ofKind(peer.heard(), 'book')[0]!['books'] as { bids: number[]; asks: number[] }[];
    expect(books[0]!.bids).toEqual(levels(900, -1).slice(0, LIMITS.bookLevelsMax * 2));
    expect(books[0]!.asks).toEqual(levels(1100, 1).slice(0, LIMITS.bookLevelsMax * 2));
  });
});

describe('the timeline', () => {
  it('[TL1] [TL4] is told on each change of state and speed, with the clock in force', () => {
    const { bench, peer } = watched('replay');
    bench.source.state = 'paused';
    bench.timeline.remap();
    bench.source.state = 'playing';
    bench.source.speed = 60;
    bench.timeline.remap();
    expect(ofKind(peer.heard(), 'timeline')).toMatchObject([
      { mode: 'replay', state: 'paused', speed: 1, clock: { speed: 0 } },
      { mode: 'replay', state: 'playing', speed: 60, clock: { speed: 60 } },
    ]);
  });

  it('[TL2] [TL3] begins a new epoch with a seek, and brings all that is subscribed without being asked', () => {
    const { bench, id, peer } = watched('replay');
    const before = bench.timeline.epoch;
    bench.source.state = 'seeking';
    bench.timeline.hold(true);
    bench.trade(id, 7777);
    bench.book(id, [7776, 1], [7778, 1]);
    bench.source.state = 'playing';
    bench.timeline.release();
    const said = peer.heard();
    expect(said[0]).toMatchObject({ type: 'timeline', state: 'seeking', epoch: bench.timeline.epoch });
    expect(bench.timeline.epoch).not.toBe(before);
    const kinds = outline(said);
    for (const kind of ['snapshot', 'bars', 'book'])
      expect(kinds.filter((one) => one === kind)).toHaveLength(1);
    expect(kinds.lastIndexOf('timeline')).toBeLessThan(kinds.indexOf('snapshot'));
    expect(ofKind(said, 'snapshot')).toMatchObject([{ quotes: [{ id, last: 7777 }] }]);
    bench.trade(id, 7779);
    bench.advance(100);
    expect(tradesOf(peer.heard()).map(({ seq, price }) => [seq, price])).toEqual([[2, 7779]]);
  });

  it('[TL5] tells of a jump over recorded silence', () => {
    const { bench, peer } = watched('replay');
    const skipped = { fromTimeUs: bench.source.timeUs, toTimeUs: bench.source.timeUs };
    bench.timeline.remap(skipped);
    expect(ofKind(peer.heard(), 'timeline')).toMatchObject([{ skipped }]);
  });

  it('[TL6] refuses commands where there is nothing to move, and where viewers may not', () => {
    const message = { type: 'timeline', op: 'pause' };
    expect(watched('live').peer.ask(message)).toMatchObject([
      { type: 'error', code: ERROR_CODES.notSeekable.code },
    ]);
    const closed = watched('replay', false);
    expect(closed.peer.ask(message)).toMatchObject([
      { type: 'error', code: ERROR_CODES.controlNotAllowed.code },
    ]);
    expect(closed.bench.source.commands).toEqual([]);
  });

  it('[TL7] passes commands on, and refuses those out of range', () => {
    const { bench, peer } = watched('replay');
    const commands = [
      { type: 'timeline', op: 'play' },
      { type: 'timeline', op: 'seek', timeUs: 5 },
      { type: 'timeline', op: 'speed', speed: 1000 },
      { type: 'timeline', op: 'step', events: 1 },
      { type: 'timeline', op: 'step', durationUs: 1_000_000 },
    ];
    for (const command of commands) peer.ask(command);
    expect(bench.source.commands).toEqual(commands);
    for (const speed of [0.01, 1_000_001]) {
      expect(peer.ask({ type: 'timeline', op: 'speed', speed })).toMatchObject([
        { code: ERROR_CODES.badRange.code },
      ]);
    }
  });

  it('[TL8] tells the runs of activity once a connection, in its first message', () => {
    const bench = new ProtocolBench('replay');
    bench.source.runs = [
      { fromTimeUs: bench.clock.nowUs(), bucketUs: 1_000_000, counts: [3, 0, 5] },
      { fromTimeUs: unixUs(bench.clock.nowUs() + 90_000_000), bucketUs: 1, counts: [1] },
    ];
    const first = bench.connect();
    expect(ofKind(first.hello(), 'timeline')).toMatchObject([{ density: bench.source.runs }]);
    bench.source.state = 'paused';
    bench.timeline.remap();
    expect(ofKind(first.heard(), 'timeline')).toMatchObject([{ state: 'paused', density: null }]);
    expect(ofKind(bench.connect().hello(), 'timeline')).toMatchObject([{ density: bench.source.runs }]);
  });
});

describe('history', () => {
  it('[HI1] [HI2] [HI6] answers bars by their request, oldest first, in absolute ticks', async () => {
    const { bench, id, peer } = watched();
    const startS = Math.floor(bench.clock.nowUs() / 1e6);
    bench.advance(1000);
    bench.trade(id, 1234, 5);
    const said = await settled(peer, { request: 4, kind: 'bars', instrument: id, interval: '1s', count: 10 });
    expect(said).toEqual({
      type: 'history',
      request: 4,
      kind: 'bars',
      instrument: id,
      interval: '1s',
      rows: [startS, 1000, 1000, 1000, 1000, 1, startS + 1, 1234, 1234, 1234, 1234, 5],
      more: false,
    });
    const before = { beforeTimeUs: (startS + 1) * 1e6 };
    const older = await settled(peer, {
      request: 5,
      kind: 'bars',
      instrument: id,
      interval: '1s',
      count: 10,
      ...before,
    });
    expect(older['rows']).toEqual([startS, 1000, 1000, 1000, 1000, 1]);
  });

  it('[HI3] [HI6] answers the newest trades, oldest first', async () => {
    const { bench, id, peer } = watched();
    for (let count = 0; count < LIMITS.tradeHistoryPerInstrument + 10; count += 1)
      bench.trade(id, 2000 + count, 3, 2);
    const few = await settled(peer, { request: 1, kind: 'trades', instrument: id, count: 2 });
    const timeUs = bench.clock.nowUs();
    expect(few['rows']).toEqual([266, timeUs, 2264, 3, 2, 267, timeUs, 2265, 3, 2]);
    const many = await settled(peer, { request: 2, kind: 'trades', instrument: id, count: 5000 });
    expect((many['rows'] as number[]).length).toBe(LIMITS.tradeHistoryPerInstrument * 5);
  });

  it('[HI4] answers the closes of several instruments, the last of them the price now', async () => {
    const { bench, id, peer } = watched();
    bench.advance(60_000);
    bench.trade(id, 1100);
    const said = await settled(peer, {
      request: 1,
      kind: 'closes',
      instruments: [id],
      interval: '1m',
      count: 60,
    });
    expect(said['series']).toEqual([{ instrument: id, closes: [1000, 1100] }]);
  });

  it.each([
    ['an instrument that does not exist', { kind: 'trades', instrument: 99, count: 1 }, 'unknownInstrument'],
    ['a count of none', { kind: 'trades', instrument: 0, count: 0 }, 'badRange'],
    [
      'too large a count',
      { kind: 'bars', instrument: 0, interval: '1s', count: LIMITS.historyRowsMax + 1 },
      'badRange',
    ],
    [
      'too many instruments',
      {
        kind: 'closes',
        instruments: Array(LIMITS.historyInstrumentsMax + 1).fill(0),
        interval: '1m',
        count: 1,
      },
      'badRange',
    ],
  ] as const)('[HI5] refuses %s and names the request', async (_what, message, name) => {
    const { peer } = watched();
    expect(await settled(peer, { request: 77, ...message })).toMatchObject({
      type: 'error',
      code: ERROR_CODES[name].code,
      request: 77,
    });
  });
});
