import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { stepsToText } from '#protocol';
import { pointedCcxt } from '../../support/fake-venue/ccxt-coinbase.ts';
import { FakeVenue } from '../../support/fake-venue/fake-venue.ts';
import { RecordedCoinbase } from '../../support/fake-venue/recorded-coinbase.ts';
import { LoopbackClient } from '../../support/loopback-client.ts';
import { startServer, type ServerProcess } from '../../support/server-process.ts';

const recorded = RecordedCoinbase.load();

const folder = mkdtempSync(join(tmpdir(), 'tickwire-ccxt-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let fake: FakeVenue;
let server: ServerProcess | undefined;
let client: LoopbackClient | undefined;
afterEach(async () => {
  await client?.hangUp();
  await server?.stop();
  await fake.close();
});

/** Digits without the zeros that a step adds behind them. */
const plain = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

describe.skipIf(recorded === null)('recorded frames through the real ccxt', () => {
  it('are the same texts at the viewer of a real server, and a cut is shown until ccxt is back', async () => {
    const { script } = recorded!;
    fake = await FakeVenue.start(script);
    server = await startServer(['--feed', pointedCcxt(folder, fake, ['SKL/USD', 'DASH/BTC'])]);
    client = await LoopbackClient.open(`${server.url.replace('http', 'ws')}/ws`);
    const { model } = client;
    const keys = ['SKL/USD', 'DASH/BTC'].map((symbol) => `coinbaseexchange:${symbol}`);
    await client.subscribe(1, 'quote', keys, { maxRateHz: 60 });
    await client.subscribe(2, 'trade', keys);
    const products = ['SKL-USD', 'DASH-BTC'];
    const isAsked = (product: string): boolean =>
      recorded!.isAsked('matches', product) && recorded!.isAsked('level2', product);
    await until(() => products.every(isAsked));
    for (const frame of recorded!.frames()) fake.send(frame);

    const entry = (symbol: string) => [...model.entries.values()].find((known) => known.symbol === symbol)!;
    const text = (symbol: string, price: number, size: number): string => {
      const { tick, lot } = entry(symbol);
      return `${plain(stepsToText(price, tick))} x ${plain(stepsToText(size, lot))}`;
    };
    const shown = (symbol: string): string => {
      const { last, lastSize } = model.columns;
      const { id } = entry(symbol);
      return text(symbol, last[id] ?? Number.NaN, lastSize[id] ?? Number.NaN);
    };
    const recordedTexts = (product: string): string[] =>
      recorded!
        .trades(product)
        // The trade that answers a subscription is none for ccxt.
        .filter(({ type }) => type === 'match')
        .map(({ price, size }) => `${plain(price!)} x ${plain(size!)}`);
    await client.until(() => model.entries.size >= 2);
    await client.until(() => shown('SKL/USD') === recordedTexts('SKL-USD').at(-1));
    await client.until(() => shown('DASH/BTC') === recordedTexts('DASH-BTC').at(-1));
    const { id } = entry('SKL/USD');
    const isAll = (): boolean => model.trade.rows.get(id)?.size === recordedTexts('SKL-USD').length;
    await client.until(isAll);
    const told = [...model.trade.rows.get(id)!.values()].map((row) => text('SKL/USD', row!.price, row!.size));
    expect(told).toEqual(recordedTexts('SKL-USD'));

    const isStale = (): boolean => {
      const status = model.messages.findLast(
        (message) => message.type === 'status' && message.stale !== undefined,
      );
      return status?.type !== 'status' || status.stale!.some(({ instrument }) => instrument === id);
    };
    await client.until(() => !isStale());
    fake.cut();
    await client.until(isStale);
    // Only data prove that it is well again: what ccxt asks for anew is sent once more, and no trade is shown twice.
    const asksAnew = (name: string): boolean =>
      [...fake.connections].some(({ received }) =>
        received.map(String).some((frame) => frame.includes(name) && frame.includes('SKL-USD')),
      );
    await until(() => ['matches', 'level2', 'ticker'].every(asksAnew));
    for (const frame of recorded!.frames()) fake.send(frame);
    await client.until(() => !isStale());
    expect(isAll()).toBe(true);
    const marks = model.messages.flatMap((message) => (message.type === 'gaps' ? message.marks : []));
    const mark = marks.find(({ instrument }) => instrument === id);
    expect(mark).toMatchObject({ feed: 'ccxt:coinbaseexchange' });
    expect(mark!.toTimeUs).toBeGreaterThan(mark!.fromTimeUs);
  });
});
