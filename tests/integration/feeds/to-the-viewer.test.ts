import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { stepsToText } from '#protocol';
import { alpacaScript } from '../../support/fake-venue/alpaca.ts';
import { binanceScript } from '../../support/fake-venue/binance.ts';
import { bitfinexScript } from '../../support/fake-venue/bitfinex.ts';
import { bitstampScript } from '../../support/fake-venue/bitstamp.ts';
import { coinbaseScript } from '../../support/fake-venue/coinbase.ts';
import { FakeVenue } from '../../support/fake-venue/fake-venue.ts';
import { geminiScript } from '../../support/fake-venue/gemini.ts';
import { krakenScript } from '../../support/fake-venue/kraken.ts';
import { pointedAdapter } from '../../support/fake-venue/pointed-adapter.ts';
import type { VenueScript } from '../../support/fake-venue/script.ts';
import { LoopbackClient } from '../../support/loopback-client.ts';
import { startServer, type ServerProcess } from '../../support/server-process.ts';

const SCRIPTS: Readonly<Record<string, () => VenueScript>> = {
  alpaca: () => alpacaScript(),
  binance: binanceScript,
  bitfinex: bitfinexScript,
  bitstamp: bitstampScript,
  coinbase: coinbaseScript,
  gemini: geminiScript,
  kraken: krakenScript,
};

const folder = mkdtempSync(join(tmpdir(), 'tickwire-viewer-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let fake: FakeVenue;
let server: ServerProcess | undefined;
let client: LoopbackClient | undefined;
let beat: NodeJS.Timeout | undefined;
afterEach(async () => {
  clearInterval(beat);
  await client?.hangUp();
  await server?.stop();
  await fake.close();
});

describe.each(Object.entries(SCRIPTS))('a price of %s', (name, makeScript) => {
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
