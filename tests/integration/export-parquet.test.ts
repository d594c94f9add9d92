import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { beforeAll, describe, expect, it } from 'vitest';
import { AGGRESSOR_NAMES, stepsToText, type MarketEvent } from '#protocol';
import { convertFiles } from '../../server/commands/convert.ts';
import { exportFiles, type ExportRequest } from '../../server/commands/export.ts';
import { openInputs } from '../../server/commands/open-inputs.ts';
import { ExportSelection, type ExportedEvent } from '../../server/formats/export-selection.ts';
import type { ExportChannel } from '../../server/formats/export-options.ts';
import { RecordingBuilder } from '../../server/tape/recording-builder.ts';
import type { RecordingReader } from '../../server/tape/ports.ts';
import { exportedParquet } from '../../server/formats/export-parquet.ts';
import { exportedText } from '../../server/formats/export-recording.ts';
import { RecordingFiles } from '../unit/server/formats/recording-files.ts';

const SAMPLE = 'examples/recordings/binance-2024-07-to-08.tardis.csv.gz';
const DATA = process.env['TICKWIRE_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));
const LEVELS = join(DATA, 'book/AAPL_2012-06-21_34200000_57600000_orderbook_10.csv');
if (!existsSync(LEVELS))
  process.stderr.write(`No real recordings in ${DATA}: one test of books is skipped (TICKWIRE_DATA).\n`);

const files = new RecordingFiles();
const ALL = { fromUs: -Infinity, toUs: Infinity, symbols: null };
const tape = join(files.folder, 'sample.tape');
const trades: ExportChannel = { kind: 'trade', barSeconds: null };

/** A file as DuckDB reads it: each row as text, as it says it itself. */
async function duck(path: string, columns: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const sql = `SET TimeZone = 'UTC'; SELECT ${columns} FROM read_parquet('${path.replaceAll("'", "''")}')`;
    return (await connection.runAndReadAll(sql)).getRows() as unknown[][];
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const text = (column: string) => `CAST(${column} AS VARCHAR)`;
const micros = (column: string) => `CAST(epoch_us(${column}) AS VARCHAR)`;
/** Without the zeros that a column of one scale has at its end. */
const plain = (value: string) => (value.includes('.') ? value.replace(/\.?0+$/, '') : value);

async function exported(changes: Partial<ExportRequest>, name = 'x.parquet'): Promise<string> {
  const out = join(files.folder, name);
  const request = { inputs: [tape], format: 'parquet', times: 'us', open: {}, out, ...changes } as const;
  await exportFiles(request, process.stdout);
  return out;
}

async function eventsOf(
  channel: ExportChannel,
): Promise<{ recording: RecordingReader; events: ExportedEvent[] }> {
  const { recording, close } = await openInputs([tape]);
  const events: ExportedEvent[] = [];
  new ExportSelection(recording, { ...ALL, channel }).each((event) => events.push(structuredClone(event)));
  close();
  return { recording, events };
}

beforeAll(async () => {
  await convertFiles([SAMPLE], tape);
});

describe('a Parquet export, read by DuckDB,', () => {
  it('has every trade of the tape, exact to the digit', async () => {
    const path = await exported({});
    const columns = [
      ...['exchange', 'symbol', micros('timestamp'), micros('local_timestamp'), 'id', 'side'],
      ...[text('price'), text('amount')],
    ];
    const rows = await duck(path, columns.join(', '));
    const { recording, events } = await eventsOf(trades);
    expect(rows).toHaveLength(recording.events);
    expect(rows.map((row) => row.map((cell, at) => (at < 6 ? cell : plain(String(cell)))))).toEqual(
      events.map((event) => {
        if (event.type !== 'trade') throw new Error('a trade');
        const { venue, symbol, tick, lot } = recording.instruments[event.instrument]!;
        return [
          ...[venue, symbol, String(event.venueTimeUs), String(event.receiveTimeUs), event.tradeId],
          AGGRESSOR_NAMES[event.aggressor],
          plain(stepsToText(event.price, tick)),
          plain(stepsToText(event.size, lot)),
        ];
      }),
    );
  });

  it('has decimals, times with a zone, and words in dictionaries', async () => {
    const path = await exported({});
    const types = await duck(
      path,
      'typeof(price), typeof(amount), typeof(timestamp), typeof(id), typeof(side)',
    );
    const { recording } = await eventsOf(trades);
    const scale = Math.max(...recording.instruments.map(({ tick }) => tick.decimals));
    const lots = Math.max(...recording.instruments.map(({ lot }) => lot.decimals));
    expect(types[0]).toEqual([
      ...[`DECIMAL(18,${scale})`, `DECIMAL(18,${lots})`, 'TIMESTAMP WITH TIME ZONE', 'VARCHAR', 'VARCHAR'],
    ]);
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const sql = `SELECT path_in_schema, encodings, compression FROM parquet_metadata('${path}') WHERE row_group_id = 0`;
    const found = (await connection.runAndReadAll(sql)).getRows() as string[][];
    connection.closeSync();
    instance.closeSync();
    for (const [name, encodings, compression] of found) {
      expect(compression).toBe('ZSTD');
      const isWord = ['exchange', 'symbol', 'side'].includes(name!);
      expect([name, encodings!.includes('DICTIONARY')]).toEqual([name, isWord]);
    }
  });

  it('has the bars that the trades make, and sums that equal those of the trades', async () => {
    const path = await exported({ channel: { kind: 'bar', barSeconds: 60 } });
    const rows = await duck(
      path,
      `${micros('start')}, interval_s, ${['open', 'high', 'low', 'close', 'volume'].map(text).join(', ')}`,
    );
    const { recording, events } = await eventsOf({ kind: 'bar', barSeconds: 60 });
    expect(rows.map((row) => row.map((cell) => plain(String(cell))))).toEqual(
      events.map((event) => {
        if (event.type !== 'bar') throw new Error('a bar');
        const { tick, lot } = recording.instruments[event.instrument]!;
        const prices = [event.open, event.high, event.low, event.close].map((one) => stepsToText(one, tick));
        return [String(event.startTimeUs), '60', ...[...prices, stepsToText(event.volume, lot)].map(plain)];
      }),
    );
    const [sums] = await duck(path, text('sum(volume)'));
    const [ofTrades] = await duck(await exported({}, 'trades.parquet'), text('sum(amount)'));
    expect(sums).toEqual(ofTrades);
  });

  it('is cut to a span of time and to symbols', async () => {
    const { recording, events } = await eventsOf(trades);
    const from = events[1_000]!.receiveTimeUs;
    const wanted = events.filter(
      ({ receiveTimeUs, instrument }) =>
        receiveTimeUs >= from && recording.instruments[instrument]!.symbol === 'BTCUSDT',
    );
    const path = await exported({ from: String(from), symbols: ['BTCUSDT'] });
    const [row] = await duck(path, `CAST(count(*) AS INTEGER), count(DISTINCT symbol)::INTEGER`);
    expect(row).toEqual([wanted.length, 1]);
    const nothing = await exported({ from: '2030-01-01' });
    expect(await duck(nothing, 'count(*)::INTEGER')).toEqual([[0]]);
  });

  it('holds sides that are missing, and numbers of any width', async () => {
    const builder = new RecordingBuilder();
    const number = (symbol: string) => builder.instruments.number('v', symbol, 'crypto', '');
    const time = 1_704_067_200_000_000;
    builder.quote(number('A'), time, time, 1, 18, 5, 0, Number.NaN, 0, Number.NaN, 0);
    builder.quote(
      number('B'),
      time + 1,
      time + 1,
      Number.NaN,
      0,
      Number.NaN,
      0,
      -9_007_199_254_740_991,
      0,
      1,
      1,
    );
    const recording = builder.finish();
    const bytes = [
      ...exportedParquet(recording, { ...ALL, channel: { kind: 'quote', barSeconds: null } }, { events: 0 }),
    ];
    const path = files.write('wide.parquet', Buffer.concat(bytes));
    expect(
      await duck(
        path,
        `typeof(bid_price), ${['bid_price', 'bid_amount', 'ask_price', 'ask_amount'].map(text).join(', ')}`,
      ),
    ).toEqual([
      ['DECIMAL(38,18)', '0.000000000000000001', '5.0', null, null],
      ['DECIMAL(38,18)', null, null, '-9007199254740991.000000000000000000', '0.1'],
    ]);
  });

  it.skipIf(!existsSync(LEVELS))('has every level of a real book in its order', async () => {
    const book = join(files.folder, 'book.tape');
    await convertFiles([LEVELS], book);
    const path = await exported(
      { inputs: [book], channel: { kind: 'book', barSeconds: null } },
      'book.parquet',
    );
    const rows = await duck(
      path,
      `CAST(event AS INTEGER), is_snapshot, side, ${text('price')}, ${text('amount')}`,
    );
    const { recording, close } = await openInputs([book]);
    const { tick, lot } = recording.instruments[0]!;
    const expected: unknown[][] = [];
    let number = 0;
    recording.play(0, recording.events, (event: MarketEvent) => {
      if (event.type !== 'book') return;
      for (const [side, levels] of Object.entries({ bid: event.bids, ask: event.asks }))
        for (let at = 0; at < levels.length; at += 2)
          expected.push([
            ...[number, event.snapshot, side],
            ...[stepsToText(levels[at]!, tick), stepsToText(levels[at + 1]!, lot)],
          ]);
      number += 1;
    });
    close();
    expect(rows).toEqual(expected);
    expect(rows.length).toBeGreaterThan(1_000);
  });
});

describe('an export of any format', () => {
  it.each(['csv', 'jsonl', 'parquet'] as const)(
    'of a real file, as %s, comes back as it was',
    async (format) => {
      const out = await exported({ format }, `real.${format}`);
      const [back, before] = await Promise.all([openInputs([out]), openInputs([SAMPLE])]);
      const lines = ({ recording }: typeof back) => [
        ...exportedText(recording, { ...ALL, channel: null, format: 'jsonl', times: 'us' }, { events: 0 }),
      ];
      expect(back.recording.events).toBe(before.recording.events);
      expect(lines(back)).toEqual(lines(before));
    },
  );

  it('that fails leaves what was there before', async () => {
    const out = files.write('kept.csv', 'before');
    const broken = files.write('broken.csv.gz', readFileSync(SAMPLE).subarray(0, 20_000));
    const request = { inputs: [broken], format: 'csv', times: 'us', open: {}, out } as const;
    await expect(exportFiles(request, process.stdout)).rejects.toThrow('is cut off');
    expect(readFileSync(out, 'utf8')).toBe('before');
  });
});
