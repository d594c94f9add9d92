import { expect, it } from 'vitest';
import { openRecording } from '../../../../server/formats/open-recording.ts';
import { playAll, RecordingFiles } from './recording-files.ts';

const files = new RecordingFiles();
const TICKER =
  'update_id,best_bid_price,best_bid_qty,best_ask_price,best_ask_qty,transaction_time,event_time';
const DEPTH = 'symbol,timestamp,first_update_id,last_update_id,side,update_type,price,qty,pu';
const MS = 1_704_067_200_005;

async function open(name: string, rows: string[]) {
  const { recording, report } = await openRecording([files.write(name, rows.join('\n'))], { strict: true });
  return { events: playAll(recording), instruments: recording.instruments, report };
}

it('a bookTicker dump of Binance futures has quotes with the time of the match and that of sending', async () => {
  const { events, instruments, report } = await open('BTCUSDT-bookTicker-2024-01-01.csv', [
    TICKER,
    `3824438386391,42283.50000000,12.61600000,42283.60000000,3.27300000,${MS},${MS + 5}`,
    `3824438386392,42283.50000000,0.00000000,42283.40000000,3.27300000,${MS},${MS + 6}`,
  ]);
  expect(instruments).toMatchObject([{ venue: 'binance-futures', symbol: 'BTCUSDT', currency: 'USDT' }]);
  expect(events).toMatchObject([
    { type: 'quote', bid: 422_835, bidSize: 12_616, ask: 422_836, askSize: 3_273, venueTimeUs: MS * 1000 },
    { bidSize: 0, ask: 422_834, receiveTimeUs: (MS + 6) * 1000 },
  ]);
  expect(report.files).toMatchObject([{ format: 'binance-book-ticker', anomalies: { crossed: 1 } }]);
  expect(await files.refusal(`${TICKER}\n1,1,1,1,1,${MS},${MS}`, 'x.csv')).toContain(
    'holds Binance bookTicker without a symbol',
  );
});

it('a depth dump of Binance futures has one event a message, and snapshots that replace the book', async () => {
  const { events, instruments } = await open('BTCUSD_PERP_T_DEPTH_2021-01-01_depth_update.csv', [
    DEPTH,
    `BTCUSD_PERP,${MS},0,100,a,snap,29000.2,3,0`,
    `BTCUSD_PERP,${MS},0,100,b,snap,29000.1,1.5,0`,
    `BTCUSD_PERP,${MS},101,105,b,set,29000.1,0,100`,
    `BTCUSD_PERP,${MS},106,107,b,set,29000.0,2,105`,
    `BTCUSD_PERP,${MS},106,107,a,set,29000.2,4,105`,
  ]);
  expect(instruments).toMatchObject([{ venue: 'binance-delivery', symbol: 'BTCUSD_PERP' }]);
  expect(events).toMatchObject([
    { type: 'book', snapshot: true, bids: [290_001, 15], asks: [290_002, 30] },
    { snapshot: false, bids: [290_001, 0], asks: [] },
    { snapshot: false, bids: [290_000, 20], asks: [290_002, 40] },
  ]);
  expect(await files.refusal(`${DEPTH}\nBTCUSDT,${MS},1,2,x,set,1,1,0`)).toBe(
    'recording.csv, row 2, column side: found "x", expected a or b.',
  );
});
