import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { instrumentKey, stepsToNumber } from '#protocol';
import { inspectFile } from '../../server/commands/inspect.ts';
import { openRecording, type EventCounts, type ImportReport } from '../../server/formats/open-recording.ts';
import { RecordingError } from '../../server/formats/recording-error.ts';

/**
 * Opens every file of a folder of real recordings that is of a format which is read, and compares what came out with what its
 * manifest counted. The files may not all be published, so the folder lies outside the repository.
 */
const folder =
  process.env['TICKWIRE_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));
const manifestPath = join(folder, 'MANIFEST.json');
const isThere = existsSync(manifestPath);

interface ManifestEntry {
  kind: string;
  format: string;
  rows: number;
  first?: string;
  last?: string;
  min?: string;
  max?: string;
  members?: Record<string, number>;
  types?: Record<string, number>;
  instruments?: Record<string, { rows: number; min: string; max: string }>;
  anomalies?: Record<string, unknown>;
}

const manifest: [string, ManifestEntry][] = isThere
  ? Object.entries(JSON.parse(readFileSync(manifestPath, 'utf8')) as Record<string, ManifestEntry>)
  : [];
const tardis = manifest.filter(([, entry]) => entry.format === 'tardis-csv');
const lean = manifest.filter(([, entry]) => entry.format === 'lean-csv-zip');
const lobster = manifest.filter(([, entry]) => entry.format === 'lobster');
const dbn = manifest.filter(([, entry]) => entry.format === 'dbn');
const FORMAT_OF_FILE: [
  name: RegExp,
  format: string,
  events: (entry: ManifestEntry) => Partial<EventCounts>,
][] = [
  [/klines_noheader\.csv$/, 'binance-klines', ({ rows }) => ({ bar: rows })],
  [/AAPL_1d_2013\.csv$|cme_6EH4.*\.csv\.gz$/, 'bars', ({ rows }) => ({ bar: rows })],
  [/binanceus_ETHUSD_5m.*\.json$/, 'ta4j-bars', ({ rows }) => ({ bar: rows })],
  [/binance_BTCUSDT_trades_2020.*noheader\.csv$/, 'trades', ({ rows }) => ({ trade: rows })],
  [/truefx_.*\.csv$/, 'quotes', ({ rows }) => ({ quote: rows })],
  [/bybit_.*\.zip$/, 'capture', ({ rows }) => ({ book: rows })],
  [
    /binance_spot_.*gz$/,
    'capture',
    ({ types }) => ({
      trade: (types!['trade'] ?? 0) + (types!['aggTrade'] ?? 0),
      quote: types!['bookTicker']!,
    }),
  ],
];
const parquet = manifest.filter(([, entry]) => entry.format === 'parquet');
const plain = manifest.filter(([name]) => FORMAT_OF_FILE.some(([pattern]) => pattern.test(name)));
const read = new Set([...tardis, ...lean, ...lobster, ...dbn, ...plain, ...parquet]);
const others = manifest.filter((file) => !read.has(file));
// A folder that is missing by mistake must not look like a passed test.
if (!isThere)
  process.stderr.write(
    `No real recordings in ${folder}: their tests are skipped (TICKWIRE_DATA names the folder).\n`,
  );

const FORMAT_OF_KIND: Record<string, string[]> = {
  trades: ['tardis-trades'],
  quotes: ['tardis-quotes'],
  'book-levels': ['tardis-book-snapshot'],
  'book-updates': ['tardis-incremental-book'],
};

/** Counted by the manifest and not by an import: codes that no event has room for. */
const LEAN_NOT_COUNTED = new Set(['condition_codes', 'venues']);

/** The counts of a report under the names that the manifest has for them. */
function leanAnomalies({ files, anomalies }: ImportReport): Record<string, number> {
  const found: Record<string, number> = {
    ...anomalies,
    same_ms: anomalies['same_exchange_ms']!,
    max_gap_ms: anomalies['max_gap_s']! * 1000,
  };
  for (const { member, anomalies: odd } of files) {
    const contract = /_(\d{6})\.csv$/.exec(member ?? '')?.[1];
    if (contract !== undefined) found[`zero_qty_${contract}`] = odd['zero_qty']!;
  }
  return found;
}

function applyLevels(side: Map<number, number>, levels: readonly number[], isSnapshot: boolean): void {
  if (isSnapshot) side.clear();
  for (let at = 0; at < levels.length; at += 2) {
    if (levels[at + 1] === 0) side.delete(levels[at]!);
    else side.set(levels[at]!, levels[at + 1]!);
  }
}

describe.skipIf(!isThere)('real recordings', () => {
  it('include Tardis files', () => {
    expect(tardis.length).toBeGreaterThan(0);
  });

  it.each(tardis)('%s has the rows, span and oddities of the manifest', async (name, entry) => {
    const { recording, report } = await openRecording([join(folder, name)]);
    expect(report.rows).toBe(entry.rows);
    expect(FORMAT_OF_KIND[entry.kind]).toContain(report.files[0]?.format);
    const counted = Object.entries(entry.anomalies ?? {}).filter(([, count]) => typeof count === 'number');
    expect(report.anomalies).toMatchObject(Object.fromEntries(counted));
    if (entry.first !== undefined) {
      const firsts: number[] = [];
      recording.play(0, 1, (event) => firsts.push(event.venueTimeUs));
      expect(firsts).toEqual([Number(entry.first)]);
    }
    const counts = recording.density(60_000_000).flatMap((run) => run.counts);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(recording.events);
  });

  it.each(tardis)('%s has the prices of the manifest', async (name, entry) => {
    const { recording } = await openRecording([join(folder, name)]);
    const found = new Map<string, { rows: number; min: number; max: number }>();
    const sides = { buy: 0, sell: 0 };
    recording.play(0, recording.events, (event) => {
      const definition = recording.instruments[event.instrument]!;
      const key = instrumentKey(definition);
      const seen = found.get(key) ?? {
        rows: 0,
        min: Number.POSITIVE_INFINITY,
        max: Number.NEGATIVE_INFINITY,
      };
      // The manifest's range of a quotes file is that of its asks.
      const ticks = event.type === 'trade' ? event.price : event.type === 'quote' ? event.ask : Number.NaN;
      const price = stepsToNumber(ticks, definition.tick);
      seen.rows += 1;
      if (price < seen.min) seen.min = price;
      if (price > seen.max) seen.max = price;
      found.set(key, seen);
      if (event.type === 'trade' && event.aggressor !== 0) sides[event.aggressor === 1 ? 'buy' : 'sell'] += 1;
    });
    if (entry.min !== undefined) {
      const [only] = [...found.values()];
      expect([only?.min, only?.max]).toEqual([Number(entry.min), Number(entry.max)]);
    }
    for (const [key, range] of Object.entries(entry.instruments ?? {}))
      expect(found.get(key)).toEqual({ rows: range.rows, min: Number(range.min), max: Number(range.max) });
    if (entry.instruments !== undefined) expect(found.size).toBe(Object.keys(entry.instruments).length);
    if (entry.anomalies?.['sides'] !== undefined) expect(sides).toEqual(entry.anomalies['sides']);
  });

  it.each(lean)('%s, of Lean, has the rows, prices and oddities of the manifest', async (name, entry) => {
    const { report } = await openRecording([join(folder, name)]);
    const sum = Object.values(entry.members ?? {}).reduce((rows, member) => rows + member, 0);
    if (entry.members === undefined) expect(report.rows).toBe(entry.rows);
    else expect(report.rows).toBeGreaterThanOrEqual(sum);
    for (const [contract, rows] of Object.entries(entry.members ?? {}))
      expect(report.files.find(({ member }) => member!.includes(`_${contract}.`))?.rows).toBe(rows);
    const found = leanAnomalies(report);
    for (const [odd, count] of Object.entries(entry.anomalies ?? {}))
      if (!LEAN_NOT_COUNTED.has(odd)) expect([odd, found[odd]]).toEqual([odd, count]);
    expect(report.skipped).toEqual([]);
    const made = Object.values(report.events).reduce((total, count) => total + count, 0);
    expect(made + (report.anomalies['zero_qty'] ?? 0)).toBe(report.rows);
    if (entry.min === undefined) return;
    const { low, high } = (await inspectFile(join(folder, name))).instruments[0]!;
    expect([Number(low), Number(high)]).toEqual([Number(entry.min), Number(entry.max)]);
  });

  it.each(lean.filter(([name]) => name.startsWith('equity/')))(
    '%s, of shares, lies in the hours of New York',
    async (name) => {
      const { recording } = await openRecording([join(folder, name)]);
      const { firstTimeUs, lastTimeUs } = recording;
      const day = /\d{4}-\d\d-\d\d/.exec(name)![0];
      // 04:00 to 20:00 in summer; a bar is let out at its end.
      expect(firstTimeUs).toBeGreaterThanOrEqual(Date.parse(`${day}T08:00:00Z`) * 1000);
      expect(lastTimeUs).toBeLessThanOrEqual((Date.parse(`${day}T24:00:00Z`) + 60_000) * 1000);
    },
  );

  it.each(lobster)('%s, of LOBSTER, has the rows and executions of the manifest', async (name, entry) => {
    const { report } = await openRecording([join(folder, name)]);
    const messages = lobster.find(([, { kind }]) => kind === 'book-messages')![1];
    expect(report.rows).toBe(entry.rows);
    expect(report.events.trade).toBe(messages.types!['4']! + messages.types!['5']!);
    expect(report.anomalies).toMatchObject({ same_ts: messages.anomalies!['same_ts'], crossed: 0 });
  });

  it.runIf(lobster.length > 0)('has the levels of each row of LOBSTER after its event', async () => {
    const [name] = lobster.find(([, { kind }]) => kind === 'book-levels')!;
    const { recording } = await openRecording([join(folder, name)]);
    const rows = readFileSync(join(folder, name), 'utf8')
      .trim()
      .split('\n')
      .map((row) => row.split(',').map(Number));
    const scale = 10 ** (4 - recording.instruments[0]!.tick.decimals);
    const books: string[] = [];
    const bids = new Map<number, number>();
    const asks = new Map<number, number>();
    recording.play(0, recording.events, (event) => {
      if (event.type !== 'book') return;
      applyLevels(bids, event.bids, event.snapshot);
      applyLevels(asks, event.asks, event.snapshot);
      const sorted = (side: Map<number, number>, direction: number) =>
        [...side].sort(([one], [other]) => (one - other) * direction);
      const [bid, ask] = [sorted(bids, -1), sorted(asks, 1)];
      books.push(
        ask.flatMap(([price, size], at) => [price * scale, size, bid[at]![0] * scale, bid[at]![1]]).join(','),
      );
    });
    // Rows in which nothing changed have no event.
    const expected = rows.map((row) => row.join(',')).filter((row, at, all) => row !== all[at - 1]);
    expect(books).toEqual(expected);
  });

  it.each(dbn)('%s, of Databento, has symbols, prices and times that can be', async (name) => {
    const { recording, report } = await openRecording([join(folder, name)]);
    const schema = /(?:trades|mbp-1|bbo-1s|tbbo|ohlcv-1[sm])/.exec(name)![0];
    expect(report.files[0]!.format).toBe(`dbn-${schema}`);
    expect(report.rows).toBeGreaterThan(1);
    for (const { symbol } of recording.instruments) expect(symbol).toMatch(/^[A-Z]+\d?$/);
    expect(recording.firstTimeUs).toBeGreaterThan(Date.UTC(2015) * 1000);
    if (!report.files[0]!.format.startsWith('dbn-ohlcv')) {
      const { low, high } = (await inspectFile(join(folder, name))).instruments[0]!;
      expect(Number(high) / Number(low)).toBeLessThan(1.01);
      expect(Number(low)).toBeGreaterThan(100);
    }
  });

  it.runIf(dbn.length > 0)('has the trades of Databento’s best prices in its trades', async () => {
    const tradesOf = async (schema: string) => {
      const [name] = dbn.find(([path]) => path.includes(`glbx_futures_${schema}`))!;
      const { recording } = await openRecording([join(folder, name)]);
      const trades: string[] = [];
      recording.play(0, recording.events, (event) => {
        if (event.type === 'trade')
          trades.push([event.venueTimeUs, event.price, event.size, event.aggressor].join());
      });
      return trades;
    };
    expect(await tradesOf('mbp-1')).toEqual(await tradesOf('trades'));
  });

  it.each(plain)('%s has the rows, events and holes of the manifest', async (name, entry) => {
    const [, format, events] = FORMAT_OF_FILE.find(([pattern]) => pattern.test(name))!;
    const { report } = await openRecording([join(folder, name)]);
    expect(report.files[0]!.format).toBe(format);
    expect(report.rows).toBe(entry.rows);
    expect(report.events).toMatchObject(events(entry));
    const names: Record<string, string> = { gaps_over_1_min: 'holes', same_ts: 'same_exchange_ms' };
    for (const [odd, count] of Object.entries(entry.anomalies ?? {})) {
      const found = report.anomalies[names[odd] ?? odd];
      if (found !== undefined) expect([odd, found]).toEqual([odd, count]);
    }
    expect(report.anomalies['book_gaps']).toBeUndefined();
  });

  it.each(parquet)('%s, a table, has the rows, span and oddities of the manifest', async (name, entry) => {
    const { recording, report } = await openRecording([join(folder, name)], { strict: true });
    const kind = entry.kind === 'quotes' ? 'quote' : 'trade';
    expect([report.rows, report.events[kind], recording.events]).toEqual([
      entry.rows,
      entry.rows,
      entry.rows,
    ]);
    expect(report.broken.rows).toBe(0);
    // Nanoseconds are cut to microseconds, never rounded up.
    if (entry.first !== undefined) expect(recording.firstTimeUs).toBe(Number(entry.first.slice(0, -3)));
    if (entry.last !== undefined) expect(recording.lastTimeUs).toBe(Number(entry.last.slice(0, -3)));
    const { anomalies = {} } = entry;
    if (anomalies['same_ms'] !== undefined)
      expect(report.anomalies['same_exchange_ms']).toBe(anomalies['same_ms']);
    if (anomalies['max_gap_ns'] !== undefined)
      expect(report.anomalies['max_gap_s']).toBe(Math.round(Number(anomalies['max_gap_ns']) / 1e9));
    let unknown = 0;
    recording.play(0, recording.events, (event) => {
      if (event.type === 'trade' && event.aggressor === 0) unknown += 1;
    });
    expect(unknown).toBe(0);
    const { low, high, tickSize } = (await inspectFile(join(folder, name))).instruments[0]!;
    expect(Number(high) / Number(low)).toBeLessThan(1.01);
    expect(['0.01', '0.00001']).toContain(tickSize);
  });

  it.each(others)('%s, of another format, opens or is refused with a sentence', async (name) => {
    const answer = await openRecording([join(folder, name)]).catch((error: unknown) => error);
    if (!(answer instanceof Error)) return;
    expect(answer).toBeInstanceOf(RecordingError);
    expect(answer.message).toMatch(/: (?:found .*, )?expected .*\.$/);
    expect(answer.message).toContain(name);
  });

  it('merge into one recording in order of time', async () => {
    const paths = tardis.map(([name]) => join(folder, name));
    const { recording, report } = await openRecording(paths);
    expect(report.rows).toBe(tardis.reduce((sum, [, entry]) => sum + entry.rows, 0));
    let before = 0;
    for (let index = 0; index < recording.events; index += 1) {
      const timeUs = recording.timeOfEvent(index);
      if (timeUs < before) throw new Error(`event ${index} is let out before the one before it`);
      before = timeUs;
    }
    expect(recording.indexAt(before)).toBe(recording.events);
  });

  it('inspect with the price range of each instrument', async () => {
    const [name, entry] = tardis.find(([, { instruments }]) => instruments !== undefined)!;
    const inspection = await inspectFile(join(folder, name));
    for (const { venue, symbol, low, high } of inspection.instruments) {
      const range = entry.instruments![`${venue}:${symbol}`]!;
      expect([Number(low), Number(high)]).toEqual([Number(range.min), Number(range.max)]);
    }
  });
});
