import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { stepsToText, unixUs, type MarketEvent } from '#protocol';
import { Engine } from '../../../server/engine/engine.ts';
import bitstamp from '../../../server/feeds/bitstamp/feed.ts';
import { CaptureLines, type CaptureLine } from '../../../server/feeds/venue/capture-lines.ts';
import { runCapture } from '../../../server/feeds/venue/capture-run.ts';
import { bitstampScript } from '../../support/fake-venue/bitstamp.ts';
import { VenueWorld } from '../../support/fake-venue/venue-world.ts';

const folder =
  process.env['TICKWIRE_DATA'] ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const CAPTURE = join(folder, 'ws/bitstamp_2022-01-05.jsonl.gz');
const BOOKS = join(folder, 'rest/bitstamp_orderbook_snapshots.jsonl.gz');
const isThere = existsSync(CAPTURE) && existsSync(BOOKS);
if (!isThere)
  process.stdout.write(`No captures of Bitstamp in ${folder}: skipped (TICKWIRE_DATA names the folder).\n`);

function linesOf(path: string): CaptureLine[] {
  const reader = new CaptureLines();
  const lines = gunzipSync(readFileSync(path)).toString('utf8').split('\n');
  return lines.map((line) => reader.read(line)).filter((line) => line !== null);
}

describe('Bitstamp, from connecting to the value', () => {
  let world: VenueWorld;
  afterEach(() => world.close());

  it('brings trade, book and statistics into the engine', async () => {
    world = await VenueWorld.live(bitstampScript());
    const [symbol] = world.fake.script.symbols;
    world.trade(symbol, '0.50000000');
    world.fake.send(world.fake.script.bookChange(symbol)!);
    await world.run(500);
    const engine = new Engine(world.clock.nowUs());
    for (const definition of world.definitions) engine.define(definition);
    for (const event of world.events) engine.onEvent(event);
    const { columns } = engine.state;
    const { tick, lot } = world.definitions[0]!;
    expect({
      last: stepsToText(columns.last[0]!, tick),
      bid: stepsToText(columns.bid[0]!, tick),
      bidSize: stepsToText(columns.bidSize[0]!, lot),
      ask: stepsToText(columns.ask[0]!, tick),
      high: stepsToText(columns.high[0]!, tick),
      volume: stepsToText(columns.volume[0]!, lot),
    }).toEqual({
      last: world.fake.trades.at(-1)!.price,
      bid: '90.25',
      bidSize: '2.50000000',
      ask: '120.50',
      high: '130.00',
      volume: '1235.06789012',
    });
  });

  it('sends its heartbeat each 8 s, and is dead when it is not answered', async () => {
    world = await VenueWorld.live(bitstampScript());
    await world.run(17_000);
    const sent = [...world.fake.connections].flatMap(({ received }) =>
      received.filter((frame) => String(frame) === '{"event":"bts:heartbeat"}'),
    );
    expect(sent).toHaveLength(2);
    world.fake.misconduct.mute = true;
    expect(await world.runUntil(() => world.counter('silences') > 0, 20_500)).toBe(true);
    expect([...world.trust.values()]).not.toContain('');
  });

  it('opens a new connection before it lets the old one go, when the venue asks for that', async () => {
    world = await VenueWorld.live(bitstampScript());
    const [symbol] = world.fake.script.symbols;
    world.trade(symbol);
    world.fake.send(world.fake.script.plannedShutdown()!);
    await world.runUntil(() => world.fake.connections.size === 2, 5_000);
    // Both are subscribed for a moment: the trade comes twice.
    world.trade(symbol);
    await world.run(5_000);
    world.trade(symbol);
    await world.settle();
    expect([world.fake.opened, world.fake.connections.size, world.counter('disconnects')]).toEqual([2, 1, 0]);
    expect(world.tradeIds(symbol)).toEqual(['1001', '1002', '1003']);
    expect(world.isLive).toBe(true);
  });

  it('fetches the trades that were made while the connection was cut, and shows the newest last', async () => {
    world = await VenueWorld.live(bitstampScript());
    const { fake, clock } = world;
    const [symbol] = fake.script.symbols;
    world.trade(symbol);
    await world.settle();
    fake.cut();
    for (let missed = 0; missed < 3; missed += 1) fake.makeTrade(symbol, clock.nowUs());
    expect(await world.runUntil(() => world.counter('disconnects') > 0, 2_000)).toBe(true);
    expect(await world.runUntil(() => world.isLive, 30_000)).toBe(true);
    world.trade(symbol);
    await world.run(1_000);
    expect(world.tradeIds(symbol)).toEqual(['1001', '1002', '1003', '1004', '1005']);
  });

  it('has the book of a pair in which nothing moves from REST', async () => {
    const script = bitstampScript();
    const quiet = {
      ...script,
      heartbeat: () => [],
      answer: (...asked: Parameters<typeof script.answer>) => script.answer(...asked).slice(0, 1),
    };
    world = await VenueWorld.idle(quiet);
    world.feed.subscribe(world.ids);
    expect(await world.runUntil(() => world.isLive, 12_000)).toBe(true);
    expect(world.fake.restPaths).toEqual(
      expect.arrayContaining(['/order_book/btcusd/', '/order_book/ethusd/']),
    );
    const books = world.events.filter((event) => event.type === 'book');
    expect(books.map(({ snapshot }) => snapshot)).toEqual([true, true]);
  });
});

describe.skipIf(!isThere)('a real session of Bitstamp', () => {
  it('goes through whole, its differences put on the books of REST', async () => {
    const engine = new Engine(unixUs(1_641_343_690_000_000));
    const crossed: MarketEvent[] = [];
    const snapshots = new Set<number>();
    const summary = await runCapture(bitstamp, linesOf(CAPTURE), {
      rest: linesOf(BOOKS),
      onEvent: (event, instrument) => {
        engine.define(instrument);
        engine.onEvent(event);
        if (event.type === 'book' && event.snapshot) snapshots.add(event.instrument);
        const { bid, ask } = engine.state.columns;
        if (bid[event.instrument]! >= ask[event.instrument]!) crossed.push(structuredClone(event));
      },
    });
    expect(summary).toMatchObject({
      frames: 747,
      unknownFrames: 0,
      unexpectedFrames: 0,
      repeatedTrades: 0,
      // Of 717 differences 102 are not newer than their snapshot; sgbeur, the tenth pair, had none.
      events: { book: 9 + 717 - 102, trade: 10, statistics: 0 },
      faults: { gap: 0, checksum: 0, crossed: 0, malformed: 0, order: 0 },
    });
    expect([snapshots.size, crossed]).toEqual([9, []]);
    // An ask of 112,716,000 XRP is more than 2^53 steps of 10^-8.
    expect(summary.notes).toEqual([
      'Malformed frame: A level of xrpeur has more digits than can be exact, and was left out.',
    ]);
  });

  it('goes through whole without those books, each difference as it is', async () => {
    const summary = await runCapture(bitstamp, linesOf(CAPTURE));
    expect(summary).toMatchObject({
      frames: 747,
      unknownFrames: 0,
      malformedFrames: 0,
      unexpectedFrames: 0,
      events: { book: 717, trade: 10 },
      faults: { gap: 0, checksum: 0, crossed: 0, malformed: 0, order: 0 },
      notes: [],
    });
    expect(Object.keys(summary.instruments)).toHaveLength(9);
  });

  it('answered twenty subscriptions', () => {
    const acks = linesOf(CAPTURE).filter(
      (line) => line.kind === 'in' && String(line.raw).includes('bts:subscription_succeeded'),
    );
    expect(acks).toHaveLength(20);
  });
});
