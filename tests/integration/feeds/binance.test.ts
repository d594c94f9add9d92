import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { stepsToText, unixUs, type BookEvent, type InstrumentDefinition, type MarketEvent } from '#protocol';
import { Book } from '../../../server/engine/book.ts';
import { Engine } from '../../../server/engine/engine.ts';
import binance from '../../../server/feeds/binance/feed.ts';
import { CaptureLines, type CaptureLine } from '../../../server/feeds/venue/capture-lines.ts';
import { runCapture } from '../../../server/feeds/venue/capture-run.ts';
import { binanceScript } from '../../support/fake-venue/binance.ts';
import { VenueWorld } from '../../support/fake-venue/venue-world.ts';

const folder =
  process.env['TICKWIRE_DATA'] ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const BTCUSDT = join(folder, 'ws/binance_spot_BTCUSDT_2024-08-08.nsjson.gz');
const COMBINED = join(folder, 'ws/binance_spot_combined_2021-10-12.jsonl.gz');
const BOOKS = join(folder, 'rest/binance_depth_snapshots.jsonl.gz');
const isThere = [BTCUSDT, COMBINED, BOOKS].every(existsSync);
if (!isThere)
  process.stdout.write(`No captures of Binance in ${folder}: skipped (TICKWIRE_DATA names the folder).\n`);

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

const bookTicker = (u: number, bid: string): string =>
  `{"stream":"btcusdt@bookTicker","data":{"u":${u},"s":"BTCUSDT","b":"${bid}","B":"2.00000000","a":"120.50000000","A":"3.00000000"}}`;

describe('Binance, from connecting to the value', () => {
  let world: VenueWorld;
  afterEach(() => world.close());

  it('brings trade, quote, book and statistics into the engine', async () => {
    world = await VenueWorld.live(binanceScript());
    const [symbol] = world.fake.script.symbols;
    const { tick, lot } = world.definitions[0]!;
    world.trade(symbol, '0.12345000');
    world.fake.send(
      '{"stream":"btcusdt@ticker","data":{"e":"24hrTicker","E":1790856000000000,"s":"BTCUSDT","o":"99.00","h":"130.00","l":"80.00","v":"163.28908"}}',
    );
    world.fake.send(bookTicker(5_000, '90.26000000'));
    await world.settle();
    const { columns } = engineOf(world.definitions, world.events).state;
    expect({
      last: stepsToText(columns.last[0]!, tick),
      lastSize: stepsToText(columns.lastSize[0]!, lot),
      bid: stepsToText(columns.bid[0]!, tick),
      ask: stepsToText(columns.ask[0]!, tick),
      high: stepsToText(columns.high[0]!, tick),
      volume: stepsToText(columns.volume[0]!, lot),
    }).toEqual({
      last: world.fake.trades.at(-1)!.price,
      lastSize: '0.12345',
      bid: '90.26',
      ask: '120.50',
      high: '130.00',
      volume: '163.28908',
    });
  });

  it('BN13 brings one book back after a hole, over REST, and leaves the other alone', async () => {
    world = await VenueWorld.live(binanceScript());
    const { fake } = world;
    const [symbol, other] = fake.script.symbols;
    const before = fake.restPaths.length;
    world.told.length = 0;
    fake.script.bookChange(symbol);
    fake.send(fake.script.bookChange(symbol)!);
    await world.settle();
    expect(world.told).toEqual(['BTCUSDT: Update 1004 follows 1000.', 'BTCUSDT: ']);
    expect(world.trust.get(other)).toBe('');
    expect(fake.restPaths.slice(before)).toEqual(['/api/v3/depth?symbol=BTCUSDT&limit=5000']);
    fake.send(fake.script.bookChange(symbol)!);
    await world.settle();
    expect(world.isLive).toBe(true);
  });

  it('BN14 brings back a book that no chain of ids shows to be wrong', async () => {
    world = await VenueWorld.live(binanceScript());
    const [symbol] = world.fake.script.symbols;
    world.told.length = 0;
    world.fake.send(world.fake.script.badChecksum(symbol)!);
    await world.settle();
    expect(world.told).toEqual([
      'BTCUSDT: The book is not the one that the quote of update 1000 shows.',
      'BTCUSDT: ',
    ]);
  });

  it('opens a new connection before the 24 h are over, and loses and repeats no trade', async () => {
    world = await VenueWorld.live(binanceScript());
    const { fake } = world;
    const [symbol] = fake.script.symbols;
    for (let minutes = 0; minutes < 24 * 60 && world.counter('rotations') === 0; minutes += 10) {
      // The venue's pings, which are all that an idle hour has.
      for (let pings = 0; pings < 30; pings += 1) {
        fake.heartbeat();
        await world.settle();
        world.clock.advance(20_000);
      }
    }
    expect([world.counter('rotations'), fake.opened]).toEqual([1, 2]);
    for (let trade = 0; trade < 40; trade += 1) {
      world.trade(symbol);
      await world.run(250);
    }
    expect([fake.connections.size, world.isLive, world.counter('disconnects')]).toEqual([1, true, 0]);
    expect(world.tradeIds(symbol)).toEqual(fake.trades.map(({ id }) => String(id)));
  });

  it('asks for microseconds', async () => {
    expect(binance.url).toMatch(/^wss:\/\/data-stream\.binance\.vision\/stream\?timeUnit=MICROSECOND$/);
    world = await VenueWorld.live(binanceScript());
    const timeUs = world.clock.nowUs() - 7;
    world.fake.send(world.fake.script.trade(world.fake.makeTrade('BTCUSDT', timeUs)));
    await world.settle();
    expect(world.events.findLast(({ type }) => type === 'trade')!.venueTimeUs).toBe(timeUs);
  });
});

describe.skipIf(!isThere)('recorded sessions', () => {
  it('of BTCUSDT have an unbroken chain, and a book that agrees with all quotes of the same update', async () => {
    expect(await runCapture(binance, linesOf(BTCUSDT))).toMatchObject({
      frames: 41_249,
      unknownFrames: 0,
      malformedFrames: 0,
      unexpectedFrames: 0,
      sequenceGaps: 0,
      checksumsChecked: 564,
      checksumFailures: 0,
      // 3,451 changes, of which 2 lie before the snapshot that stands among them.
      events: { trade: 9_757, quote: 28_040, book: 3_450, statistics: 0, bar: 0 },
      faults: { gap: 0, checksum: 0, crossed: 0, malformed: 0, order: 0 },
    });
  });

  it('of four symbols pair with their books of REST, and klines are told as not asked for', async () => {
    expect(await runCapture(binance, linesOf(COMBINED), { rest: linesOf(BOOKS) })).toMatchObject({
      frames: 265,
      unknownFrames: 0,
      malformedFrames: 0,
      unexpectedFrames: 2,
      sequenceGaps: 0,
      checksumFailures: 0,
      events: { trade: 2, quote: 84, book: 176 },
      faults: { gap: 0, checksum: 0, crossed: 0, malformed: 0, order: 0 },
    });
  });

  it('BN13 of BTCUSDT without one change of the book have one hole', async () => {
    const lines = linesOf(BTCUSDT);
    const changes = lines.filter((line) => line.kind === 'in' && String(line.raw).includes('@depth'));
    const summary = await runCapture(
      binance,
      lines.filter((line) => line !== changes[1_000]),
    );
    expect([summary.sequenceGaps, summary.faults.gap]).toEqual([1, 1]);
  });

  it('BN14 of BTCUSDT with a level that was lost show it, though their chain is whole', async () => {
    // The best bid of a change disappears from it; its ids stay.
    const lines = linesOf(BTCUSDT).map((line, at) => {
      if (line.kind !== 'in' || at < 5_000 || at > 6_000 || !String(line.raw).includes('@depth')) return line;
      return { ...line, raw: String(line.raw).replace(/"b":\[\["[^\]]*\],/, '"b":[') };
    });
    const summary = await runCapture(binance, lines);
    expect(summary.sequenceGaps).toBe(0);
    expect(summary.faults.checksum).toBe(1);
  });

  it('of BTCUSDT come to the same book as the plain words of the venue’s page', async () => {
    const built = new Book();
    let symbols = 0;
    await runCapture(binance, linesOf(BTCUSDT), {
      onEvent(event, instrument) {
        if (event.type !== 'book') return;
        symbols += instrument.symbol === 'BTCUSDT' ? 1 : 0;
        const { snapshot, bids, asks } = event as BookEvent;
        built.apply(snapshot, bids, asks);
      },
    });
    const plain = { bids: new Map<string, string>(), asks: new Map<string, string>() };
    const frames = linesOf(BTCUSDT).flatMap((line) => (line.kind === 'in' ? [String(line.raw)] : []));
    const start = frames.findIndex((raw) => raw.startsWith('{"lastUpdateId"'));
    const { lastUpdateId, bids, asks } = JSON.parse(frames[start]!) as {
      lastUpdateId: number;
      bids: [string, string][];
      asks: [string, string][];
    };
    plain.bids = new Map(bids);
    plain.asks = new Map(asks);
    for (const raw of frames.filter((frame) => frame.includes('@depth'))) {
      const { data } = JSON.parse(raw) as {
        data: { u: number; b: [string, string][]; a: [string, string][] };
      };
      if (data.u <= lastUpdateId) continue;
      for (const [side, rows] of [
        [plain.bids, data.b],
        [plain.asks, data.a],
      ] as const) {
        for (const [price, qty] of rows) {
          if (Number(qty) === 0) side.delete(price);
          else side.set(price, qty);
        }
      }
    }
    const best = (side: Map<string, string>, direction: 1 | -1): string[] =>
      [...side.keys()].sort((a, b) => (Number(a) - Number(b)) * direction).slice(0, 10);
    const text = (levels: number[]): string[] =>
      levels.filter((_, at) => at % 2 === 0).map((ticks) => (ticks / 100).toFixed(8));
    expect(symbols).toBe(3_450);
    expect(text(built.bids(10))).toEqual(best(plain.bids, -1));
    expect(text(built.asks(10))).toEqual(best(plain.asks, 1));
  });
});
