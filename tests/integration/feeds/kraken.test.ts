import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { stepsToText, unixUs, type InstrumentDefinition, type MarketEvent } from '#protocol';
import { Engine } from '../../../server/engine/engine.ts';
import kraken from '../../../server/feeds/kraken/feed.ts';
import { CaptureLines, type CaptureLine } from '../../../server/feeds/venue/capture-lines.ts';
import { runCapture } from '../../../server/feeds/venue/capture-run.ts';
import { krakenScript } from '../../support/fake-venue/kraken.ts';
import { VenueWorld } from '../../support/fake-venue/venue-world.ts';

const folder =
  process.env['TICKWIRE_DATA'] ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const CAPTURE = join(folder, 'ws/kraken_v2_MINAGBP_2026-08-18.jsonl');
const isThere = existsSync(CAPTURE);
if (!isThere)
  process.stdout.write(`No capture of Kraken in ${folder}: skipped (TICKWIRE_DATA names the folder).\n`);

function linesOf(change: (line: string) => string = (line) => line): CaptureLine[] {
  const reader = new CaptureLines();
  const lines = readFileSync(CAPTURE, 'utf8').split('\n');
  return lines.map((line) => reader.read(change(line))).filter((line) => line !== null);
}

/** An engine that was handed these events. */
function engineOf(definitions: readonly InstrumentDefinition[], events: readonly MarketEvent[]): Engine {
  const engine = new Engine(unixUs(1_790_856_000_000_000));
  for (const definition of definitions) engine.define(definition);
  for (const event of events) engine.onEvent(event);
  return engine;
}

describe('Kraken, from connecting to the value', () => {
  let world: VenueWorld;
  afterEach(() => world.close());

  it('brings trade, quote, book and statistics into the engine', async () => {
    world = await VenueWorld.live(krakenScript());
    const [symbol] = world.fake.script.symbols;
    const { tick, lot } = world.definitions[0]!;
    world.trade(symbol, '0.12345678');
    world.fake.send(world.fake.script.bookChange(symbol)!);
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
      lastSize: '0.12345678',
      bid: '90.29',
      ask: '120.50',
      high: '130.00',
      // The venue's 24 h, and the trade since.
      volume: '163.41253774',
    });
  });

  it('KR4 brings one book back after a wrong checksum, and leaves the other alone', async () => {
    world = await VenueWorld.live(krakenScript());
    const { fake } = world;
    const [symbol, other] = fake.script.symbols;
    world.told.length = 0;
    fake.send(fake.script.badChecksum(symbol)!);
    await world.settle();
    expect(world.told).toEqual([
      expect.stringMatching(/^BTC\/USD: The book's checksum is \d+ where \d+ is due\.$/),
      'BTC/USD: ',
    ]);
    expect(world.trust.get(other)).toBe('');
    const asked = [...fake.connections].flatMap(({ received }) => received.slice(-2).map(String));
    expect(asked.map((frame) => (JSON.parse(frame) as { method: string }).method)).toEqual([
      'unsubscribe',
      'subscribe',
    ]);
    expect(world.counter('fault_checksum')).toBe(1);
  });

  it('KR1 counts the trades of a snapshot after a reconnect once, and fetches those beyond it', async () => {
    world = await VenueWorld.live(krakenScript());
    const { fake } = world;
    const [symbol] = fake.script.symbols;
    for (let made = 0; made < 3; made += 1) world.trade(symbol);
    await world.settle();
    fake.cut();
    await world.settle();
    // Made while we were away: two that REST alone knows of.
    for (let lost = 0; lost < 2; lost += 1) fake.makeTrade(symbol, world.clock.nowUs());
    expect(await world.runUntil(() => world.isLive, 30_000)).toBe(true);
    world.trade(symbol);
    await world.run(3_000);
    expect(world.tradeIds(symbol)).toEqual(['1001', '1002', '1003', '1004', '1005', '1006']);
    expect(world.counter('duplicate_trades')).toBe(3);
    expect(world.counter('gaps_filled')).toBe(1);
  });

  it('KR8 shows nothing as live while the venue is in maintenance, and comes back', async () => {
    world = await VenueWorld.live(krakenScript());
    const status = (system: string) =>
      `{"channel":"status","type":"update","data":[{"version":"2.0.10","system":"${system}","api_version":"v2","connection_id":6437862339878838704}]}`;
    world.fake.send(status('maintenance'));
    await world.settle();
    expect([...world.trust.values()]).toEqual(
      Array.from({ length: 2 }, () => expect.stringContaining('Kraken is in maintenance')),
    );
    expect(await world.runUntil(() => world.isLive, 30_000)).toBe(true);
  });

  it('KR7 stays connected through ten minutes of nothing but heartbeats', async () => {
    world = await VenueWorld.live(krakenScript());
    await world.run(600_000);
    expect([world.fake.opened, world.isLive, world.counter('silences')]).toEqual([1, true, 0]);
  });
});

describe.skipIf(!isThere)('a recorded session of MINA/GBP', () => {
  it('KR4 reproduces every checksum, across a new subscription in its midst', async () => {
    const summary = await runCapture(kraken, linesOf());
    expect(summary).toMatchObject({
      frames: 96,
      checksumsChecked: 19,
      checksumFailures: 0,
      unexpectedFrames: 0,
      events: { book: 19 },
      faults: { gap: 0, checksum: 0, crossed: 0, malformed: 0, order: 0 },
    });
  });

  it('KR4 loses every checksum to a float: numbers are read from the text of the wire', async () => {
    const rounded = (line: string): string => {
      const record = JSON.parse(line || '{}') as { raw?: string };
      if (record.raw === undefined || !record.raw.includes('"channel":"book","type"')) return line;
      return JSON.stringify({ ...record, raw: JSON.stringify(JSON.parse(record.raw)) });
    };
    const summary = await runCapture(kraken, linesOf(rounded));
    // A wrong snapshot ends a book, so that of its updates none is looked at.
    expect(summary.checksumFailures).toBe(summary.checksumsChecked);
    expect(summary.events.book).toBe(0);
  });

  it.each([
    ['one update is lost', 7],
    ['another is lost', 2],
  ])('KR4 finds it when %s', async (_, which) => {
    const lines = linesOf();
    const updates = lines.filter(
      (line) => line.kind === 'in' && String(line.raw).includes('"book","type":"update"'),
    );
    const summary = await runCapture(
      kraken,
      lines.filter((line) => line !== updates[which]),
    );
    expect(summary.checksumFailures).toBe(1);
    expect(summary.faults.checksum).toBe(1);
  });
});
