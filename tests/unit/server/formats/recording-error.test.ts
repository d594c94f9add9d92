import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { RecordingError } from '../../../../server/formats/recording-error.ts';
import { RecordingFiles, tradeRow, TRADES_HEADER } from './recording-files.ts';

const files = new RecordingFiles();
const withRow = (changes: Record<string, string | number>) =>
  [TRADES_HEADER, tradeRow(), tradeRow(changes), tradeRow()].join('\n');

const RECOGNISED =
  'CSV (plain, gzip, zstd, bzip2 or zip) of one of Tardis trades, Tardis quotes, Tardis book_snapshot_N, Tardis incremental_book_L2, Binance trades, Binance aggTrades, Binance klines, Binance bookTicker, Binance depth, Databento, QuantConnect Lean, LOBSTER, TrueFX, HistData, Dukascopy, bars (time, open, high, low, close), quotes (time, bid, ask), trades (time, price, size), any columns with --map; trades, quotes or bars as JSON objects (with --map where their keys are unusual); JSON lists of bars; frames of Binance or Bybit, one a line; Parquet tables; or Databento DBN.';
const NOT_EXACT = 'expected a number that 53 bits hold exactly beside the others of its instrument.';

describe('a file that cannot be replayed is one sentence', () => {
  it('when it is not there, is a directory, or may not be read', async () => {
    const missing = await files.fault([join(files.folder, 'none.csv')]);
    expect(missing).toMatchObject({ fault: 'missing', row: null, column: null });
    expect(missing.message).toBe(
      `${files.folder}/none.csv does not exist: expected a file with recorded market data.`,
    );
    expect((await files.fault([files.folder])).message).toBe(
      `${files.folder} is a directory: expected a file with recorded market data.`,
    );
    const locked = files.write('locked.csv', 'x');
    chmodSync(locked, 0);
    // The superuser reads it all the same.
    if (process.getuid?.() !== 0)
      expect((await files.fault([locked])).message).toBe(
        `${locked} cannot be read (EACCES): expected a file with recorded market data.`,
      );
    expect((await files.fault(['/dev/null'])).fault).toBe('no-file');
  });

  it.each([
    ['an empty file', '', 'f is empty: expected a recording of market data.'],
    ['an empty gzip', gzipSync(''), 'f is empty: expected a recording of market data.'],
    ['blank lines', '\n\r\n', 'f is empty: expected a recording of market data.'],
    [
      'a header alone',
      `${TRADES_HEADER}\n`,
      'f holds no rows: expected rows of Tardis trades below the header.',
    ],
    ['a PNG', Buffer.from('\u0089PNG\r\n\u001a\n', 'latin1'), `f is a PNG image: expected ${RECOGNISED}`],
    ['JSON', '{"price": 1}', `f is JSON: expected ${RECOGNISED}`],
    ['a JSON list in zstd', zstdCompressSync(' [{"a":1}]'), `f is JSON: expected ${RECOGNISED}`],
    ['HTML', '<!doctype html>', `f is HTML or XML: expected ${RECOGNISED}`],
    ['a zip in gzip', gzipSync(Buffer.from('PK\u0003\u0004')), `f is a zip archive: expected ${RECOGNISED}`],
    [
      'Parquet without its end',
      'PAR1....',
      'f is cut off: expected the end of its Parquet data, where the table is described.',
    ],
    ['noise', Uint8Array.of(1, 0, 2), `f is a binary file: expected ${RECOGNISED}`],
    ['other columns', 'date,open\n', `f, row 1: found "date,open", expected the first row of ${RECOGNISED}`],
    [
      'a header without a column',
      `${TRADES_HEADER.replace('price,', '')}\n`,
      'f, row 1: found a header of Tardis trades without the column price, expected exchange, symbol, timestamp, local_timestamp, side, price, amount.',
    ],
    [
      'a header without two columns',
      'exchange,symbol,timestamp,side,price\n',
      'f, row 1: found a header of Tardis trades without the columns local_timestamp, amount, expected exchange, symbol, timestamp, local_timestamp, side, price, amount.',
    ],
  ])('when it is %s', async (_, content, sentence) => {
    expect(await files.refusal(content, 'f')).toBe(sentence);
  });

  it.each([
    [
      'no price',
      { price: '' },
      'column price: found nothing, expected a decimal number of at most 15 digits.',
    ],
    [
      'a price that is none',
      { price: 'abc' },
      'column price: found "abc", expected a decimal number of at most 15 digits.',
    ],
    [
      'a comma as point',
      { price: '1.000.5' },
      'column price: found "1.000.5", expected a decimal number of at most 15 digits.',
    ],
    ['a size below 0', { amount: '-1' }, 'column amount: found "-1", expected a size of 0 or more.'],
    [
      'a size that is none',
      { amount: 'NaN' },
      'column amount: found "NaN", expected a decimal number of at most 15 digits.',
    ],
    ['a side that is none', { side: 'left' }, 'column side: found "left", expected buy, sell or unknown.'],
    [
      'a time in milliseconds',
      { timestamp: 1_723_075_200_000 },
      'column timestamp: found "1723075200000", expected microseconds since 1970 of a time from 1990 to 2099.',
    ],
    [
      'a time in nanoseconds',
      { local_timestamp: '1723075200000000000' },
      'column local_timestamp: found "1723075200000000000", expected microseconds since 1970 of a time from 1990 to 2099.',
    ],
    [
      'a time that is text',
      { local_timestamp: '2024-08-08 00:00:00' },
      'column local_timestamp: found "2024-08-08 00:00:00", expected microseconds since 1970 of a time from 1990 to 2099.',
    ],
    [
      'no time at all',
      { timestamp: '', local_timestamp: '' },
      'column timestamp: found nothing, expected microseconds since 1970, here or in local_timestamp.',
    ],
    ['no venue', { exchange: '' }, 'column exchange: found nothing, expected the name of a venue.'],
    ['no symbol', { symbol: '' }, 'column symbol: found nothing, expected a symbol.'],
    [
      'an endless id',
      { id: 'x'.repeat(300) },
      `column id: found "${'x'.repeat(40)}…", expected an id of at most 255 bytes.`,
    ],
    [
      'a price finer than integers hold',
      { price: '0.000000000000000001' },
      `column price: found "0.000000000000000001", ${NOT_EXACT}`,
    ],
  ])('when a row has %s', async (_, changes, rest) => {
    expect(await files.refusal(withRow(changes as Record<string, string | number>), 'f')).toBe(
      `f, row 3, ${rest}`,
    );
  });

  it('when a row has too many or too few cells', async () => {
    const short = [TRADES_HEADER, 'binance,BTCUSDT', tradeRow()].join('\n');
    expect(await files.refusal(short, 'f')).toBe('f, row 2: found 2 cells, expected 8.');
    expect(await files.refusal(`${TRADES_HEADER}\n${tradeRow()},1\n`, 'f')).toBe(
      'f, row 2: found 9 cells, expected 8.',
    );
  });

  it('when it is cut off in its last row', async () => {
    const cut = [TRADES_HEADER, tradeRow(), 'binance,BTCUSDT,17230'].join('\n');
    expect(await files.refusal(cut, 'f')).toBe('f, row 3, is cut off: found 3 cells, expected 8.');
  });

  it('when its compressed data is cut off, naming the last whole row', async () => {
    const rows = Array.from({ length: 5000 }, (_, id) =>
      tradeRow({ id, price: Math.imul(id, 2_654_435_761) >>> 8 }),
    );
    const whole = gzipSync([TRADES_HEADER, ...rows, ''].join('\n'));
    expect(await files.refusal(whole.subarray(0, 5), 'f')).toBe(
      'f is cut off before its first row: expected the end of its gzip data.',
    );
    expect(await files.refusal(whole.subarray(0, whole.length - 4), 'f')).toBe(
      'f is cut off after row 5001: expected the end of its gzip data.',
    );
    const half = await files.refusal(whole.subarray(0, whole.length / 2), 'f');
    const row = Number(/^f is cut off after row (\d+): expected the end of its gzip data\.$/.exec(half)?.[1]);
    expect(row).toBeGreaterThan(2000);
    expect(row).toBeLessThan(3000);
    const zstd = zstdCompressSync([TRADES_HEADER, ...rows, ''].join('\n'));
    expect(await files.refusal(zstd.subarray(0, zstd.length - 1), 'f')).toMatch(
      /^f is cut off after row \d+: expected the end of its zstd data\.$/,
    );
  });

  it('when its compressed data is damaged', async () => {
    const bytes = gzipSync(withRow({}));
    bytes[bytes.length - 8]! ^= 0xff;
    expect(await files.refusal(bytes, 'f')).toBe(
      'f is damaged: expected sound gzip data (incorrect data check).',
    );
    const rows = Array.from({ length: 50_000 }, (_, id) => tradeRow({ id }));
    const long = gzipSync([TRADES_HEADER, ...rows, ''].join('\n'));
    long[long.length - 8]! ^= 0xff;
    expect(await files.refusal(long, 'f')).toMatch(
      /^f is damaged: expected sound gzip data after row \d+ \(incorrect data check\)\.$/,
    );
  });

  it('and carries row and column for programs', async () => {
    const path = files.write('f', withRow({ side: 'left' }));
    const fault = await files.fault([path]);
    expect(fault).toBeInstanceOf(RecordingError);
    expect(fault).toMatchObject({ fault: 'bad-row', path, row: 3, column: 'side' });
  });

  it('with unprintable text escaped', async () => {
    expect(await files.refusal(withRow({ side: '\u001b[31m\u007f' }), 'f')).toBe(
      String.raw`f, row 3, column side: found "\u001b[31m?", expected buy, sell or unknown.`,
    );
  });
});
