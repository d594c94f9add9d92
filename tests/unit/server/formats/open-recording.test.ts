import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openRecording, type ImportProgress } from '../../../../server/formats/open-recording.ts';
import { playAll, RecordingFiles, tradeRow, TRADES_HEADER } from './recording-files.ts';

const files = new RecordingFiles();
const content = [TRADES_HEADER, tradeRow({ id: 1 }), tradeRow({ id: 2 })].join('\n');
const tradeIds = (events: ReturnType<typeof playAll>) =>
  events.map((event) => (event.type === 'trade' ? event.tradeId : event.type));

/** A file of trades by receive time, us after midnight, and id. */
const rowsAt = (stamps: [number, string][]) =>
  [
    TRADES_HEADER,
    ...stamps.map(([stamp, id]) => tradeRow({ local_timestamp: 1_723_075_200_000_000 + stamp, id })),
  ].join('\n');

describe('openRecording', () => {
  it('recognises compression by content, whatever the name', async () => {
    expect(await files.events(gzipSync(content), 'a.csv')).toHaveLength(2);
    expect(await files.events(zstdCompressSync(content), 'a.gz')).toHaveLength(2);
    expect(await files.events(content, 'a.zst')).toHaveLength(2);
  });

  it('reads gzip and zstd files that were put together of several', async () => {
    const more = `\n${tradeRow({ id: 3 })}\n`;
    for (const compress of [gzipSync, zstdCompressSync]) {
      const joined = Buffer.concat([compress(content), compress(more)]);
      expect(tradeIds(await files.events(joined))).toEqual(['1', '2', '3']);
    }
  });

  it('takes zeros that pad a gzip file, and nothing else behind it', async () => {
    const padded = Buffer.concat([gzipSync(content), new Uint8Array(512)]);
    expect(await files.events(padded)).toHaveLength(2);
    const garbage = Buffer.concat([gzipSync(content), Buffer.from('more bytes')]);
    expect(await files.refusal(garbage)).toMatch(/^recording\.csv is damaged: expected sound gzip data/);
  });

  it('merges files by receive time, then by the order of the arguments, then by position', async () => {
    const first = files.write(
      '1.csv',
      rowsAt([
        [1, 'a1'],
        [5, 'a2'],
        [3, 'a3'],
        [9, 'a4'],
      ]),
    );
    const second = files.write(
      '2.csv',
      rowsAt([
        [1, 'b1'],
        [4, 'b2'],
        [5, 'b3'],
        [9, 'b4'],
        [9, 'b5'],
      ]),
    );
    const forward = await openRecording([first, second]);
    expect(tradeIds(playAll(forward.recording))).toEqual([
      'a1',
      'b1',
      'b2',
      'a2',
      'a3',
      'b3',
      'a4',
      'b4',
      'b5',
    ]);
    expect(forward.recording.instruments).toHaveLength(1);
    expect(forward.report).toMatchObject({ rows: 9, files: [{ rows: 4 }, { rows: 5 }] });
    const backward = await openRecording([second, first]);
    expect(tradeIds(playAll(backward.recording))).toEqual([
      'b1',
      'a1',
      'b2',
      'b3',
      'a2',
      'a3',
      'b4',
      'b5',
      'a4',
    ]);
  });

  it('merges trades, quotes and books, with one tick size for an instrument of all files', async () => {
    const base = 'binance,BTCUSDT,1723075200000000';
    const trades = files.write('t.csv', [TRADES_HEADER, tradeRow({ price: '10.5' })].join('\n'));
    const quotes = files.write(
      'q.csv',
      `exchange,symbol,timestamp,local_timestamp,ask_amount,ask_price,bid_price,bid_amount\n${base},1723075200000001,1,10.25,10,2\n`,
    );
    const book = files.write(
      'b.csv',
      `exchange,symbol,timestamp,local_timestamp,is_snapshot,side,price,amount\n${base},1723075200000002,true,bid,10.125,3\n`,
    );
    const { recording, report } = await openRecording([trades, quotes, book]);
    expect(report.events).toEqual({ trade: 1, quote: 1, book: 1, bar: 0 });
    expect(playAll(recording)).toMatchObject([
      { type: 'quote', bid: 10_000, ask: 10_250 },
      { type: 'book', bids: [10_125, 300_000] },
      { type: 'trade', price: 10_500, tradeId: '1' },
    ]);
  });

  it('lets a day without rows stand beside days with some', async () => {
    const empty = files.write('empty.csv', TRADES_HEADER);
    const full = files.write('full.csv', content);
    const { recording, report } = await openRecording([empty, full]);
    expect(recording.events).toBe(2);
    expect(report.files[0]).toMatchObject({ rows: 0, firstTimeUs: null, lastTimeUs: null });
    expect((await files.fault([empty, empty])).fault).toBe('no-rows');
  });

  it('tells how far it is', async () => {
    const seen: ImportProgress[] = [];
    const path = files.write('p.csv', content);
    await openRecording([path], { onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toEqual({ path, bytesRead: content.length, bytesTotal: content.length, rows: 1 });
  });
});
