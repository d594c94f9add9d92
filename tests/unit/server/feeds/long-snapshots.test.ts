import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { CHANNELS } from '../../../../server/feeds/coinbase/subscribe.ts';
import type { Portions } from '../../../../server/feeds/venue/portions.ts';
import type { VenueConnection } from '../../../../server/feeds/venue/ports.ts';
import { loadVenue } from '../../../../server/feeds/venues.ts';
import { feed, RecordingPort } from '../../../support/recording-port.ts';

/** Levels a side: what Binance's REST gives at most. */
const LEVELS = 5_000;
const bids = Array.from({ length: LEVELS }, (_, at) => [String(90_000 - at), '1.5']);
const asks = Array.from({ length: LEVELS }, (_, at) => [String(90_001 + at), '2']);

/** A port that leaves long work to the test. */
class LeavingPort extends RecordingPort {
  readonly works: Portions[] = [];
  override inPortions(_symbol: string, work: Portions): void {
    this.works.push(work);
  }
}

/** What brings each venue's whole book about. */
const VENUES: Record<
  string,
  { symbol: string; begin: (connection: VenueConnection, port: LeavingPort) => Promise<void> | void }
> = {
  coinbase: {
    symbol: 'BTC-USD',
    begin(connection) {
      const active = CHANNELS.map((name) => ({ name, product_ids: ['BTC-USD'] }));
      feed(connection, { type: 'subscriptions', channels: active });
      feed(connection, { type: 'snapshot', product_id: 'BTC-USD', bids, asks });
    },
  },
  binance: {
    symbol: 'BTCUSDT',
    async begin(connection, port) {
      const path = `/api/v3/depth?symbol=BTCUSDT&limit=${LEVELS}`;
      port.answers.set(path, JSON.stringify({ lastUpdateId: 160, bids, asks }));
      feed(connection, { stream: 'btcusdt@depth@100ms', data: DEPTH });
      await nextTurn();
    },
  },
  gemini: {
    symbol: 'BTCUSD',
    begin(connection) {
      const changes = [...bids.map((row) => ['buy', ...row]), ...asks.map((row) => ['sell', ...row])];
      feed(connection, { type: 'l2_updates', symbol: 'BTCUSD', changes, trades: [] });
    },
  },
};
const DEPTH = {
  ...{ e: 'depthUpdate', E: 1_723_161_253_123, s: 'BTCUSDT' },
  ...{ U: 157, u: 161, b: [['89999.5', '7']], a: [] },
};

test.each(Object.keys(VENUES))(
  '%s reads a large book in portions, and shows it when it is whole',
  async (name) => {
    const { symbol, begin } = VENUES[name]!;
    const port = new LeavingPort([symbol], '0.5');
    const connection = (await loadVenue(name)).connect(port);
    connection.onOpen();
    connection.subscribe([symbol]);
    await begin(connection, port);
    const [work, ...others] = port.works;
    expect(others).toEqual([]);
    let portions = 1;
    for (; work!.next().done !== true; portions += 1) {
      expect(port.of('book')).toEqual([]);
      expect(port.told).not.toContain(`live ${symbol}`);
    }
    expect(portions).toBeGreaterThanOrEqual(5);
    const [book] = port.of('book');
    expect([book!.snapshot, book!.bids.length, book!.asks.length]).toEqual([true, 2 * LEVELS, 2 * LEVELS]);
    expect(port.told).toContain(`live ${symbol}`);
  },
);
