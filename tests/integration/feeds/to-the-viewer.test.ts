import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { stepsToText } from '#protocol';
import { bitfinexScript } from '../../support/fake-venue/bitfinex.ts';
import { FakeVenue } from '../../support/fake-venue/fake-venue.ts';
import { geminiScript } from '../../support/fake-venue/gemini.ts';
import { pointedAdapter } from '../../support/fake-venue/pointed-adapter.ts';
import { NAMED_SCRIPTS } from '../../support/fake-venue/venue-scripts.ts';
import { LoopbackClient } from '../../support/loopback-client.ts';
import { startServer, type ServerProcess } from '../../support/server-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'tickwire-viewer-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let fake: FakeVenue;
const others: FakeVenue[] = [];
let server: ServerProcess | undefined;
let client: LoopbackClient | undefined;
let beat: NodeJS.Timeout | undefined;
afterEach(async () => {
  clearInterval(beat);
  await client?.hangUp();
  await server?.stop();
  await fake.close();
  for (const other of others.splice(0)) await other.close();
});

describe.each(Object.entries(NAMED_SCRIPTS))('a price of %s', (name, makeScript) => {
  it('is the same text on the venue and at the viewer of a real server, and a cut is told with both ends', async () => {
    const script = makeScript();
    fake = await FakeVenue.start(script);
    // The process has a clock of its own: the fake lives as the venue does.
    beat = setInterval(() => fake.heartbeat(), 250);
    const [symbol] = script.symbols;
    server = await startServer(
      ['--feed', pointedAdapter(folder, fake), '--symbols', script.symbols.join(',')],
      0,
      script.env ?? {},
    );
    client = await LoopbackClient.open(`${server.url.replace('http', 'ws')}/ws`);
    const { model } = client;
    await client.subscribe(1, 'quote', [`${name}:${symbol}`], { maxRateHz: 60 });
    await client.subscribe(2, 'trade', [`${name}:${symbol}`]);
    const entry = () => [...model.entries.values()].find((known) => known.symbol === symbol);
    const isStale = (): boolean => {
      const told = model.messages.findLast(
        (message) => message.type === 'status' && message.stale !== undefined,
      );
      const id = entry()?.id;
      return told?.type !== 'status' || told.stale!.some(({ instrument }) => instrument === id);
    };
    // A book has come: the venue has taken what was asked.
    const hasQuote = (): boolean => Number.isFinite(model.columns.ask[entry()?.id ?? 0]);
    await client.until(() => entry() !== undefined && hasQuote() && !isStale());

    const trade = { ...fake.makeTrade(symbol, Date.now() * 1_000), price: '64123.45', size: '0.00012345' };
    fake.send(script.trade(trade));
    const shown = (): unknown[] => {
      const { id, tick, lot } = entry()!;
      const last = model.columns.last[id] ?? Number.NaN;
      const size = model.columns.lastSize[id] ?? Number.NaN;
      return [stepsToText(last, tick), stepsToText(size, lot)].map((text) => text.replace(/0+$/, ''));
    };
    await client.until(() => shown()[0] === '64123.45');
    expect(shown()).toEqual(['64123.45', '0.00012345']);

    fake.cut();
    await client.until(() => isStale());
    await client.until(() => model.messages.some(({ type }) => type === 'gaps') && !isStale());
    const [away] = model.messages.flatMap((message) => (message.type === 'gaps' ? message.marks : []));
    expect(away).toMatchObject({ feed: name, reason: 'cut' });
    expect(away!.toTimeUs).toBeGreaterThan(away!.fromTimeUs);
  });
});

describe('one symbol on two venues', () => {
  it('is two instruments, each with the price of its own venue', async () => {
    fake = await FakeVenue.start(geminiScript());
    const other = await FakeVenue.start(bitfinexScript());
    others.push(other);
    const fakes = [fake, other];
    beat = setInterval(() => fakes.forEach((each) => each.heartbeat()), 250);
    const flags = fakes.flatMap((each) => ['--feed', pointedAdapter(folder, each)]);
    server = await startServer([...flags, '--symbols', 'BTCUSD']);
    client = await LoopbackClient.open(`${server.url.replace('http', 'ws')}/ws`);
    const { model } = client;
    await client.subscribe(1, 'quote', ['gemini:BTCUSD', 'bitfinex:BTCUSD'], { maxRateHz: 60 });
    const lastOf = (venue: string): string => {
      const entry = [...model.entries.values()].find((known) => known.venue === venue);
      return entry === undefined
        ? ''
        : stepsToText(model.columns.last[entry.id] ?? Number.NaN, entry.tick).replace(/0+$/, '');
    };
    const hasBook = (): boolean =>
      [...model.entries.values()].filter(({ id }) => Number.isFinite(model.columns.ask[id])).length === 2;
    await client.until(hasBook);
    const prices = ['64123.45', '64999.05'] as const;
    for (const [at, each] of fakes.entries())
      each.send(
        each.script.trade({ ...each.makeTrade('BTCUSD', Date.now() * 1_000), price: prices[at]!, size: '1' }),
      );
    await client.until(() => lastOf('gemini') !== '' && lastOf('bitfinex') === prices[1]);
    await client.until(() => lastOf('gemini') === prices[0]);
    expect([lastOf('gemini'), lastOf('bitfinex')]).toEqual(prices);
  });
});
