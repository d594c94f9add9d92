import { describe, expect, it } from 'vitest';
import { openRecording } from '../../../../server/formats/open-recording.ts';
import { playAll, RecordingFiles } from './recording-files.ts';

const files = new RecordingFiles();
const AT = 1_618_678_135_800_000;

async function open(...frames: unknown[]) {
  const text = frames.map((frame, at) => `${AT + at} ${JSON.stringify(frame)}\n`).join('');
  const { recording, report } = await openRecording([files.write('kraken', text)], { strict: true });
  return { events: playAll(recording), instruments: recording.instruments, report };
}

const level = (price: string, size: string, second = '135.700000'): string[] => [
  price,
  size,
  `1618678${second}`,
];
const snapshot = [
  992,
  { as: [level('355.10', '1.5'), level('355.20', '2')], bs: [level('355.00', '3')] },
  'book-2',
  'XBT/USD',
];

describe('frames of Kraken’s first protocol', () => {
  it('are books, also where a frame has both sides, under the names of today', async () => {
    const { events, instruments, report } = await open(
      { event: 'systemStatus', status: 'online' },
      snapshot,
      [992, { a: [level('355.10', '0')] }, { b: [level('354.90', '4', '135.800000')] }, 'book-2', 'XBT/USD'],
    );
    expect(instruments).toMatchObject([{ venue: 'kraken', symbol: 'BTC/USD' }]);
    expect(events).toMatchObject([
      { type: 'book', snapshot: true, bids: [3_550, 30], asks: [3_551, 15, 3_552, 20] },
      { snapshot: false, bids: [3_549, 40], asks: [3_551, 0], venueTimeUs: AT },
    ]);
    expect(report).toMatchObject({ rows: 3, anomalies: { frames_not_played: 1 } });
  });

  it('lose the levels that fall off the depth, which nobody says', async () => {
    const { events } = await open(snapshot, [992, { a: [level('355.05', '1')] }, 'book-2', 'XBT/USD']);
    expect(events[1]).toMatchObject({ asks: [35_505, 10, 35_520, 0] });
  });

  it('are counted where their checksum is not that of the book', async () => {
    const { report } = await open(snapshot, [
      ...[992, { b: [level('354.90', '4')], c: '1' }, 'book-2', 'XBT/USD'],
    ]);
    expect(report.anomalies).toMatchObject({ checksum_failures: 1 });
  });

  it('are trades without an id, and quotes', async () => {
    const { events } = await open(
      [1, [['355.10', '0.5', '1618678135.750000', 's', 'm', '']], 'trade', 'XBT/USD'],
      [2, { a: ['355.20', 3, '3.5'], b: ['355.00', 1, '1.25'], c: ['355.10', '0.5'] }, 'ticker', 'XBT/USD'],
      [3, ['355.00', '355.10', '1618678135.760000', '7', '8'], 'spread', 'XBT/USD'],
      [4, ['1618678135.7', '1618678140.0', '1', '1', '1', '1', '1', '1', 1], 'ohlc-5', 'XBT/USD'],
    );
    expect(events).toMatchObject([
      { type: 'trade', tradeId: '', aggressor: 2, venueTimeUs: 1_618_678_135_750_000 },
      { type: 'quote', bid: 3_550, bidSize: 125, ask: 3_552, askSize: 350, venueTimeUs: AT + 1 },
      { type: 'quote', bidSize: 700, askSize: 800, venueTimeUs: 1_618_678_135_760_000 },
    ]);
  });

  it('that hold something else are refused by their row', async () => {
    await expect(open(snapshot, [992, { a: 'none' }, 'book-2', 'XBT/USD'])).rejects.toThrow(
      /row 2: .* expected levels of price, volume and time/,
    );
  });
});
