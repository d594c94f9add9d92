import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepsToText, type Decimal } from '#protocol';
import { convertFiles } from '../../server/commands/convert.ts';
import { exportFiles, exportText, type ExportRequest } from '../../server/commands/export.ts';
import type {
  ExportChannel,
  ExportKind,
  ExportOptions,
  TextFormat,
} from '../../server/formats/export-options.ts';
import { exportedParquet } from '../../server/formats/export-parquet.ts';
import { exportedText } from '../../server/formats/export-recording.ts';
import { openRecording } from '../../server/formats/open-recording.ts';
import { RecordingBuilder } from '../../server/tape/recording-builder.ts';
import type { RecordingReader } from '../../server/tape/ports.ts';
import { playAll, RecordingFiles, tradeRow, TRADES_HEADER } from '../unit/server/formats/recording-files.ts';

const files = new RecordingFiles();
const DAY_US = 1_704_067_200_000_000;

const ALL = { fromUs: -Infinity, toUs: Infinity, symbols: null } as const;
const channel = (kind: ExportKind, barSeconds: number | null = null): ExportChannel => ({ kind, barSeconds });

function textOf(recording: RecordingReader, options: Partial<ExportOptions>): string {
  const counts = { events: 0 };
  const whole: ExportOptions = { ...ALL, times: 'us', format: 'csv', channel: channel('trade'), ...options };
  return [...exportedText(recording, whole, counts)].join('');
}

/** Events as text, which does not depend on the tick that a recording happens to have. */
function described(recording: RecordingReader): unknown[] {
  return playAll(recording).map((event) => {
    const { tick, lot, venue, symbol } = recording.instruments[event.instrument]!;
    const plain = (text: string) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);
    const words = Object.entries(event).map(([name, value]) => {
      if (typeof value !== 'number') return [name, value];
      if (/^(?:price|bid|ask|open|high|low|close)$/.test(name))
        return [name, plain(stepsToText(value, tick))];
      return [name, /^(?:size|bidSize|askSize|volume)$/.test(name) ? plain(stepsToText(value, lot)) : value];
    });
    return { ...Object.fromEntries(words), instrument: `${venue}:${symbol}` };
  });
}

const decimal = (min: number): fc.Arbitrary<Decimal> =>
  fc
    .record({ mantissa: fc.integer({ min, max: 999_999_999 }), decimals: fc.nat(6) })
    .map(({ mantissa, decimals }) => {
      // Builders take decimals without zeros at their end.
      const [whole, fraction = ''] = (Math.abs(mantissa) / 10 ** decimals).toFixed(decimals).split('.') as [
        string,
        string?,
      ];
      const kept = fraction.replace(/0+$/, '');
      const size = Number(whole + kept);
      return { mantissa: mantissa < 0 ? -size || 0 : size, decimals: kept.length };
    });
const maybe = (one: fc.Arbitrary<Decimal>) =>
  fc.oneof(
    { weight: 4, arbitrary: one },
    { weight: 1, arbitrary: fc.constant({ mantissa: NaN, decimals: 0 }) },
  );
const base = {
  venue: fc.constantFrom('binance', 'kraken', 've,nue'),
  symbol: fc.constantFrom('BTC-USD', 'ETH"USD', 'X'),
  venueTimeUs: fc.integer({ min: DAY_US, max: DAY_US + 1e9 }),
  receiveTimeUs: fc.integer({ min: DAY_US, max: DAY_US + 1e9 }),
};
const tradeId = fc.oneof(
  fc.constant(''),
  fc.maxSafeNat().map(String),
  fc.uuid(),
  fc.constantFrom('007', '9007199254740993', 'a,b', 'say "hi"', 'ü→'),
);
const trades = fc.array(
  fc.record({
    ...base,
    price: decimal(-999_999_999),
    size: decimal(1),
    side: fc.constantFrom(0, 1, 2),
    tradeId,
  }),
  { minLength: 1, maxLength: 12 },
);
const quotes = fc.array(
  fc.record({
    ...base,
    ...{
      bid: maybe(decimal(-9_999)),
      bidSize: maybe(decimal(0)),
      ask: maybe(decimal(-9_999)),
      askSize: maybe(decimal(0)),
    },
  }),
  { minLength: 1, maxLength: 12 },
);
const bars = fc.array(
  fc.record({
    ...base,
    ...{ open: decimal(1), high: decimal(1), low: decimal(1), close: decimal(1), volume: maybe(decimal(0)) },
    ...{
      startTimeUs: fc.integer({ min: DAY_US, max: DAY_US + 1e9 }),
      seconds: fc.integer({ min: 1, max: 86_400 }),
    },
  }),
  { minLength: 1, maxLength: 12 },
);
const levels = fc.array(fc.record({ price: decimal(-9_999), size: decimal(0) }), { maxLength: 3 });
const books = fc.array(
  fc.record({
    ...base,
    venueTimeUs: fc.constantFrom(DAY_US, DAY_US + 1),
    receiveTimeUs: fc.constantFrom(DAY_US, DAY_US + 1, DAY_US + 2),
    ...{ isSnapshot: fc.boolean(), bids: levels, asks: levels },
  }),
  { minLength: 1, maxLength: 12 },
);

function recordingOf(fill: (builder: RecordingBuilder) => void): RecordingReader | null {
  const builder = new RecordingBuilder();
  fill(builder);
  return builder.events === 0 ? null : builder.finish();
}

async function expectSame(recording: RecordingReader | null, kind: ExportKind): Promise<void> {
  if (recording === null) return;
  const formats: [TextFormat, ExportChannel | null, 'us' | 'iso'][] = [
    ['csv', channel(kind), 'us'],
    ['csv', channel(kind), 'iso'],
    ['jsonl', null, 'us'],
    ['jsonl', channel(kind), 'iso'],
  ];
  for (const [format, ofChannel, times] of formats) {
    const text = textOf(recording, { format, channel: ofChannel, times });
    const opened = await openRecording([files.write(`x.${format}`, text)], { strict: true });
    expect(described(opened.recording)).toEqual(described(recording));
    // And once more: what an export of an import says is the same to the byte.
    const again = { format, channel: ofChannel, times };
    if (format === 'csv') expect(textOf(opened.recording, again).length).toBe(text.length);
  }
  const table = parquetOf(recording, kind);
  const opened = await openRecording([files.write('x.parquet', table)], { strict: true });
  expect(described(opened.recording)).toEqual(described(recording));
  expect(opened.report.files[0]!.format).toBe(`tickwire-parquet-${kind}`);
  // What no column says comes back too.
  const named = (reader: RecordingReader) =>
    reader.instruments.map(({ venue, symbol, assetClass, currency }) => [
      venue,
      symbol,
      assetClass,
      currency,
    ]);
  expect(named(opened.recording)).toEqual(named(recording));
}

function parquetOf(recording: RecordingReader, kind: ExportKind): Buffer {
  return Buffer.concat([...exportedParquet(recording, { ...ALL, channel: channel(kind) }, { events: 0 })]);
}

describe('an export that is imported is what was exported', () => {
  it('trades', async () => {
    await fc.assert(
      fc.asyncProperty(trades, async (rows) => {
        const recording = recordingOf((builder) => {
          for (const { venue, symbol, venueTimeUs, receiveTimeUs, price, size, side, tradeId: id } of rows) {
            const instrument = builder.instruments.number(venue, symbol, 'crypto', '');
            const bytes = new TextEncoder().encode(id);
            const isNumber = /^(?:0|[1-9]\d*)$/.test(id) && Number.isSafeInteger(Number(id));
            const code = id === '' ? -1 : isNumber ? Number(id) : builder.textId(bytes, 0, bytes.length);
            builder.trade(
              ...([
                instrument,
                venueTimeUs,
                receiveTimeUs,
                price.mantissa,
                price.decimals,
                size.mantissa,
                size.decimals,
              ] as const),
              ...([side as 0 | 1 | 2, code] as const),
            );
          }
        });
        await expectSame(recording, 'trade');
      }),
      { numRuns: 60 },
    );
  });

  it('quotes', async () => {
    await fc.assert(
      fc.asyncProperty(quotes, async (rows) => {
        const recording = recordingOf((builder) => {
          for (const { venue, symbol, venueTimeUs, receiveTimeUs, bid, bidSize, ask, askSize } of rows) {
            const instrument = builder.instruments.number(venue, symbol, 'crypto', '');
            builder.quote(
              ...([
                instrument,
                venueTimeUs,
                receiveTimeUs,
                bid.mantissa,
                bid.decimals,
                bidSize.mantissa,
              ] as const),
              ...([
                bidSize.decimals,
                ask.mantissa,
                ask.decimals,
                askSize.mantissa,
                askSize.decimals,
              ] as const),
            );
          }
        });
        await expectSame(recording, 'quote');
      }),
      { numRuns: 60 },
    );
  });

  it('bars', async () => {
    await fc.assert(
      fc.asyncProperty(bars, async (rows) => {
        const recording = recordingOf((builder) => {
          for (const { venue, symbol, venueTimeUs, receiveTimeUs, startTimeUs, seconds, ...bar } of rows) {
            const instrument = builder.instruments.number(venue, symbol, 'crypto', '');
            builder.bar(instrument, venueTimeUs, receiveTimeUs, startTimeUs, seconds, bar);
          }
        });
        await expectSame(recording, 'bar');
      }),
      { numRuns: 60 },
    );
  });

  it('books, also where two events have one time and where one has no levels', async () => {
    await fc.assert(
      fc.asyncProperty(books, async (rows) => {
        const recording = recordingOf((builder) => {
          for (const { venue, symbol, venueTimeUs, receiveTimeUs, isSnapshot, bids, asks } of rows) {
            const instrument = builder.instruments.number(venue, symbol, 'future', 'EUR');
            for (const [side, levels] of [
              ['bid', bids],
              ['ask', asks],
            ] as const)
              for (const { price, size } of levels)
                builder.level(instrument, side, price.mantissa, price.decimals, size.mantissa, size.decimals);
            builder.book(instrument, venueTimeUs, receiveTimeUs, isSnapshot);
          }
        });
        await expectSame(recording, 'book');
      }),
      { numRuns: 60 },
    );
  });

  it('books in the layout of Tardis, to the letter, where that loses nothing', () => {
    const recording = recordingOf((builder) => {
      const instrument = builder.instruments.number('v', 'S', 'crypto', '');
      builder.level(instrument, 'bid', 15, 1, 2, 0);
      builder.level(instrument, 'ask', 16, 1, 25, 1);
      builder.book(instrument, DAY_US, DAY_US + 1, true);
      builder.level(instrument, 'bid', 15, 1, 0, 0);
      builder.book(instrument, DAY_US + 2, DAY_US + 3, false);
    })!;
    expect(
      textOf(recording, { channel: channel('book') })
        .split('\n')
        .slice(0, 2),
    ).toEqual([
      'exchange,symbol,timestamp,local_timestamp,is_snapshot,side,price,amount',
      `v,S,${DAY_US},${DAY_US + 1},true,bid,1.5,2.0`,
    ]);
  });
});

describe('an export', () => {
  const sample = [
    TRADES_HEADER,
    tradeRow({ id: 1, price: '10.5', amount: '1' }),
    tradeRow({
      id: 2,
      price: '12',
      amount: '2',
      timestamp: DAY_US + 30e6,
      local_timestamp: 1_723_075_201_000_000,
    }),
    tradeRow({
      id: 3,
      price: '9',
      amount: '0.25',
      symbol: 'ETHUSDT',
      local_timestamp: 1_723_075_202_000_000,
    }),
  ];
  // Two trades of one minute, and one of another instrument.
  sample[2] = sample[2]!.replace(String(DAY_US + 30e6), '1723075230000000');
  const path = () => files.write('t.csv', sample.join('\n'));
  const request = (changes: Partial<ExportRequest>): ExportRequest => ({
    ...{ inputs: [path()], format: 'csv', times: 'us', open: { strict: false } },
    ...changes,
  });

  async function written(changes: Partial<ExportRequest>): Promise<string> {
    let text = '';
    const out = new Writable({
      highWaterMark: 16,
      write(chunk: Buffer, _encoding, done) {
        text += chunk.toString('utf8');
        setImmediate(done);
      },
    });
    await exportFiles(request(changes), out);
    return text;
  }

  it('is cut to symbols and to a span of time whose end is left out', async () => {
    const ids = (text: string) =>
      text
        .trim()
        .split('\n')
        .slice(1)
        .map((row) => row.split(',')[4]);
    expect(ids(await written({}))).toEqual(['1', '2', '3']);
    expect(ids(await written({ symbols: ['BTC*'] }))).toEqual(['1', '2']);
    expect(ids(await written({ symbols: ['*', '!binance:BTCUSDT'] }))).toEqual(['3']);
    const from = '2024-08-08T00:00:01Z';
    expect(ids(await written({ from }))).toEqual(['2', '3']);
    expect(ids(await written({ from, to: '1723075202000000' }))).toEqual(['2']);
  });

  it('makes bars of trades where the recording has none', async () => {
    const rows = (await written({ channel: channel('bar', 60) })).trim().split('\n');
    const [start, end] = ['1723075200000000', '1723075260000000'];
    expect(rows).toEqual([
      'exchange,symbol,timestamp,local_timestamp,start,interval_s,open,high,low,close,volume',
      `binance,BTCUSDT,${end},${end},${start},60,10.5,12.0,10.5,12.0,3`,
      `binance,ETHUSDT,${end},${end},${start},60,9,9,9,9,0.25`,
    ]);
  });

  it('goes to a file, compressed as its name says, and says what was left out', async () => {
    const broken = files.write('b.csv', [...sample, tradeRow({ price: 'x' })].join('\n'));
    const out = join(files.folder, 'out.jsonl.gz');
    const outcome = await exportFiles(request({ inputs: [broken], format: 'jsonl', out }), new Writable());
    const lines = gunzipSync(readFileSync(out)).toString('utf8').trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual([
      ...['instrument', 'instrument', 'trade', 'trade', 'trade'],
    ]);
    expect(exportText(outcome, out)).toBe(
      `Wrote 3 events to ${out}.\n1 broken row was left out, the first: ${broken}, row 5, column price: found "x", expected a decimal number of at most 15 digits.`,
    );
  });

  it('of a tape is that of the files that it was made of', async () => {
    const tape = join(files.folder, 'x.tape');
    await convertFiles([path()], tape);
    expect(await written({ inputs: [tape], format: 'jsonl' })).toBe(await written({ format: 'jsonl' }));
  });

  it('waits for whoever reads it', async () => {
    const recording = recordingOf((builder) => {
      const instrument = builder.instruments.number('v', 'S', 'crypto', '');
      for (let at = 0; at < 50_000; at += 1)
        builder.trade(instrument, DAY_US + at, DAY_US + at, at, 0, 1, 0, 0, at);
    })!;
    const counts = { events: 0 };
    const pieces = exportedText(
      recording,
      { ...ALL, times: 'us', format: 'csv', channel: channel('trade') },
      counts,
    );
    pieces.next();
    expect(counts.events).toBeLessThan(5_000);
    expect([...pieces].join('').split('\n').at(-2)).toContain(',49999,');
    expect(counts.events).toBe(50_000);
  });

  it.each<[string, Partial<ExportRequest>, string]>([
    ['a time that is none', { from: 'yesterday' }, '--from: found "yesterday", expected a time such as'],
    ['symbols that include nothing', { symbols: ['!BTC'] }, '--symbols: found "!BTC", expected selectors'],
    [
      'a folder that is not there',
      { out: '/nowhere/at/all.csv' },
      '/nowhere/at/all.csv cannot be written: there is no folder /nowhere/at.',
    ],
  ])('with %s is refused in a sentence', async (_name, changes, sentence) => {
    await expect(written(changes)).rejects.toThrow(sentence);
  });

  it('does not overwrite what it reads', async () => {
    await expect(written({ out: path() })).rejects.toThrow('is one of the inputs');
  });
});
