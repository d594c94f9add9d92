import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { stepsToText, unixUs, type InstrumentDefinition, type MarketEvent } from '#protocol';
import { Engine } from '../../../server/engine/engine.ts';
import coinbase from '../../../server/feeds/coinbase/feed.ts';
import { CaptureLines, type CaptureLine } from '../../../server/feeds/venue/capture-lines.ts';
import { runCapture } from '../../../server/feeds/venue/capture-run.ts';
import { coinbaseScript, coinbaseTime } from '../../support/fake-venue/coinbase.ts';
import { VenueWorld } from '../../support/fake-venue/venue-world.ts';

const folder =
  process.env['TICKWIRE_DATA'] ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const CAPTURE = join(folder, 'ws/coinbase_exchange_2021-04-17.jsonl.gz');
const BIG = join(folder, 'ws/coinbase_exchange_level2_BTC-USD_bigsnapshot_2022.jsonl.gz');
const isThere = existsSync(CAPTURE) && existsSync(BIG);
if (!isThere)
  process.stdout.write(`No captures of Coinbase in ${folder}: skipped (TICKWIRE_DATA names the folder).\n`);

function linesOf(path: string): CaptureLine[] {
  const reader = new CaptureLines();
  const lines = gunzipSync(readFileSync(path)).toString('utf8').split('\n');
  return lines.map((line) => reader.read(line)).filter((line) => line !== null);
}

/** An engine that was handed these events. */
function engineOf(definitions: readonly InstrumentDefinition[], events: readonly MarketEvent[]): Engine {
  const engine = new Engine(unixUs(1_790_856_000_000_000));
  for (const definition of definitions) engine.define(definition);
  for (const event of events) engine.onEvent(event);
  return engine;
}

describe('Coinbase, from connecting to the value', () => {
  let world: VenueWorld;
  afterEach(() => world.close());

  it('brings trade, quote, book and statistics into the engine', async () => {
    world = await VenueWorld.live(coinbaseScript());
    const [symbol] = world.fake.script.symbols;
    const { tick, lot } = world.definitions[0]!;
    const id = Number(world.trade(symbol, '0.12345678'));
    world.fake.send(
      JSON.stringify({
        type: 'ticker',
        product_id: symbol,
        trade_id: id,
        price: '100.25',
        best_bid: '1.00',
        best_ask: '2.00',
        open_24h: '99.00',
        high_24h: '130.00',
        low_24h: '80.5',
        volume_24h: '104.12345678',
        time: coinbaseTime(world.clock.nowUs()),
      }),
    );
    world.fake.send(world.fake.script.bookChange(symbol)!);
    await world.settle();
    const { columns } = engineOf(world.definitions, world.events).state;
    const text = {
      last: stepsToText(columns.last[0]!, tick),
      bid: stepsToText(columns.bid[0]!, tick),
      bidSize: stepsToText(columns.bidSize[0]!, lot),
      ask: stepsToText(columns.ask[0]!, tick),
      high: stepsToText(columns.high[0]!, tick),
      volume: stepsToText(columns.volume[0]!, lot),
    };
    // The ticker's own best prices are out of date here: the book's are shown.
    expect(text).toEqual({
      last: world.fake.trades.at(-1)!.price,
      bid: '90.25',
      bidSize: '1.50000000',
      ask: '120.50',
      high: '130.00',
      volume: '104.12345678',
    });
  });

  it('finds trades that were lost while nothing else was traded, and fetches them', async () => {
    world = await VenueWorld.live(coinbaseScript());
    const { fake } = world;
    const [symbol] = fake.script.symbols;
    world.trade(symbol);
    for (let lost = 0; lost < 3; lost += 1) fake.script.trade(fake.makeTrade(symbol, world.clock.nowUs()));
    await world.runUntil(() => world.counter('fault_gap') > 0, 3_000);
    expect(world.counter('fault_gap')).toBe(1);
    expect(world.told).toContain(`${symbol}: Trades up to 1004 were made, and 1001 was the last that came.`);
    expect(await world.runUntil(() => world.isLive, 5_000)).toBe(true);
    await world.run(3_000);
    expect(world.tradeIds(symbol)).toEqual(['1001', '1002', '1003', '1004']);
    expect(fake.restPaths.filter((path) => path.includes('/trades'))).toEqual([
      `/products/${symbol}/trades?limit=2&after=1004`,
    ]);
  });

  it('brings a crossed book, and one that went back in time, back with a new snapshot', async () => {
    world = await VenueWorld.live(coinbaseScript());
    const { fake } = world;
    const [symbol] = fake.script.symbols;
    const update = (price: string, time: string): string =>
      JSON.stringify({ type: 'l2update', product_id: symbol, changes: [['buy', price, '1']], time });
    for (const [counter, price, time, told] of [
      [
        'fault_crossed',
        '120.50',
        '2026-10-01T12:00:01.000000Z',
        'The best bid is 0 ticks above the best ask.',
      ],
      ['fault_order', '80', '2026-10-01T12:00:00.000000Z', 'An update of the book is 500 ms older'],
    ] as const) {
      fake.send(update('70', '2026-10-01T12:00:00.500000Z'));
      fake.send(update(price, time));
      await world.settle();
      expect(world.counter(counter)).toBe(1);
      expect(world.told.join('\n')).toContain(`${symbol}: ${told}`);
      expect(await world.runUntil(() => world.isLive, 5_000)).toBe(true);
    }
    const snapshots = world.events.filter((event) => event.type === 'book' && event.snapshot);
    expect(snapshots.length).toBe(4);
  });

  it('serves the other product when one is refused', async () => {
    world = await VenueWorld.idle(coinbaseScript());
    const [symbol, other] = world.fake.script.symbols;
    world.fake.misconduct.refuse.add(symbol);
    world.feed.subscribe(world.ids);
    await world.runUntil(() => world.trust.get(other) === '', 5_000);
    expect(world.trust.get(other)).toBe('');
    expect(world.trust.get(symbol)).toMatch(/BTC-USD is not a valid product/);
  });
});

describe.skipIf(!isThere)('a real session of Coinbase', () => {
  it('goes through whole: every frame is known and nothing is wrong that was not', async () => {
    const definitions: InstrumentDefinition[] = [];
    const engine = new Engine(unixUs(1_618_677_816_000_000));
    const summary = await runCapture(coinbase, linesOf(CAPTURE), {
      onEvent: (event, instrument) => {
        definitions[event.instrument] = instrument;
        engine.define(instrument);
        engine.onEvent(event);
      },
    });
    expect(summary).toMatchObject({
      frames: 9_946,
      unknownFrames: 0,
      malformedFrames: 0,
      unexpectedFrames: 0,
      sequenceGaps: 0,
      repeatedTrades: 0,
      // 10 snapshots and 9,719 changes; 97 matches and 10 last matches; a ticker each.
      events: { book: 9_729, trade: 107, statistics: 107, quote: 0, bar: 0 },
      faults: { gap: 0, checksum: 0, crossed: 0, malformed: 0, order: 0 },
      notes: [],
    });
    expect(Object.keys(summary.instruments)).toHaveLength(10);
    for (const [id] of definitions.entries()) {
      const { bid, ask } = engine.state.columns;
      expect(bid[id]!).toBeLessThan(ask[id]!);
    }
    expect(engine.counters.toRecord()).toEqual({});
  });

  it('has the same sequence in a ticker as in its match, and no two trades with one id', async () => {
    const frames = linesOf(CAPTURE).flatMap((line) =>
      line.kind === 'in' ? [JSON.parse(String(line.raw)) as Record<string, unknown>] : [],
    );
    const of = (...types: string[]) => frames.filter(({ type }) => types.includes(String(type)));
    const keys = (rows: Record<string, unknown>[]) =>
      new Set(rows.map(({ product_id, trade_id, sequence }) => `${product_id} ${trade_id} ${sequence}`));
    expect(of('ticker').length).toBe(107);
    expect(keys(of('ticker'))).toEqual(keys(of('match', 'last_match')));
  });

  it('a snapshot of a megabyte keeps its lowest and its highest price', async () => {
    const seen = new Map<string, { low: string; high: string; bids: number; asks: number }>();
    const summary = await runCapture(coinbase, linesOf(BIG), {
      onEvent: (event, { symbol, tick }) => {
        if (event.type !== 'book' || !event.snapshot) return;
        const prices = [...event.bids, ...event.asks].filter((_, at) => at % 2 === 0);
        seen.set(symbol, {
          low: stepsToText(
            prices.reduce((a, b) => Math.min(a, b)),
            tick,
          ),
          high: stepsToText(
            prices.reduce((a, b) => Math.max(a, b)),
            tick,
          ),
          bids: event.bids.length / 2,
          asks: event.asks.length / 2,
        });
      },
    });
    expect(seen.get('BTC-USD')).toEqual({ low: '0.01', high: '9999999999.00', bids: 14_384, asks: 25_711 });
    expect(summary).toMatchObject({
      frames: 16,
      unknownFrames: 0,
      malformedFrames: 0,
      events: { book: 16 },
      notes: [],
    });
  });
});
