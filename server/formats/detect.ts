import Papa from 'papaparse';
import { binanceKlines, klineColumns } from './binance-klines.ts';
import { binanceAggTrades, binanceCoinTrades, binanceColumns, binanceTrades } from './binance-trades.ts';
import { binanceBookTicker } from './binance-book-ticker.ts';
import { binanceDepth } from './binance-depth.ts';
import { DATABENTO_FORMATS } from './databento-csv.ts';
import type { ByteStream } from './file-streams.ts';
import { knownTable } from './known-tables.ts';
import { leanFormat } from './lean-format.ts';
import { plainBars } from './plain-bars.ts';
import { plainTrades } from './plain-trades.ts';
import { plainQuotes } from './plain-quotes.ts';
import { foundText, RecordingError } from './recording-error.ts';
import type { RecordingFormat } from './recording-format.ts';
import { tardisBookSnapshot } from './tardis-book-snapshot.ts';
import { tardisBookUpdates } from './tardis-book-updates.ts';
import { tardisQuotes } from './tardis-quotes.ts';
import { tardisTrades } from './tardis-trades.ts';
import { tickwireBars } from './tickwire-bars.ts';

/** In order of preference: a header that fits several is the first of them, so the ones with more columns come first. */
const FORMATS: readonly RecordingFormat[] = [
  ...DATABENTO_FORMATS,
  binanceBookTicker,
  binanceDepth,
  tardisBookUpdates,
  tardisTrades,
  tardisQuotes,
  tardisBookSnapshot,
  tickwireBars,
  binanceAggTrades,
  binanceTrades,
  binanceCoinTrades,
  binanceKlines,
];

const TITLES = [
  tardisTrades,
  tardisQuotes,
  tardisBookSnapshot,
  tardisBookUpdates,
  binanceTrades,
  binanceAggTrades,
  binanceKlines,
  binanceBookTicker,
  binanceDepth,
]
  .map((format) => format.title)
  .concat(
    'Databento',
    'QuantConnect Lean',
    'LOBSTER',
    'TrueFX',
    'HistData',
    'Dukascopy',
    'bars (time, open, high, low, close)',
    'quotes (time, bid, ask)',
    'trades (time, price, size)',
    'any columns with --map',
  )
  .join(', ');
const RECOGNISED = `CSV (plain, gzip, zstd, bzip2 or zip) of one of ${TITLES}; trades, quotes or bars as JSON objects (with --map where their keys are unusual); JSON lists of bars; frames of Binance or Bybit, one a line; Parquet tables; or Databento DBN`;

/** Share of a format's columns from which on a header counts as an incomplete one of this format. */
const NEARLY = 0.6;

export interface Detected {
  format: RecordingFormat;
  /** Column names by cell; of the format where the file has no header. */
  columns: readonly string[];
  /** Whether the first row was a header, and holds no event. */
  hasHeader: boolean;
}

/** The layout of a text that is read without guessing by its first line, or says what is wrong with it; null for others. */
export function knownLayout(stream: ByteStream, head: string): string | null {
  const line = /^[^\r\n]*/.exec(head.replace(/^\uFEFF/, ''))![0];
  const [firstRow = []] = Papa.parse<string[]>(line, { delimiter: ',' }).data;
  if (knownTable(namesOf(firstRow)) !== null) return 'broken';
  try {
    return detectFormat(stream, firstRow).format.name;
  } catch (error) {
    if (!(error instanceof RecordingError)) throw error;
    return error.fault === 'unknown-format' || error.fault === 'missing-column' ? null : 'broken';
  }
}

/** What the first row says the file is. @throws RecordingError */
export function detectFormat(stream: ByteStream, firstRow: readonly string[]): Detected {
  const { label: path } = stream;
  const columns = namesOf(firstRow);
  const table = knownTable(columns);
  if (table !== null)
    throw new RecordingError(
      'unknown-format',
      path,
      ` is a table of ${table}, which holds no trades, quotes, books or bars: expected one that does.`,
    );
  const format = FORMATS.find(({ required }) => required.every((name) => columns.includes(name)));
  if (format !== undefined) return { format, columns, hasHeader: true };
  const dump = binanceColumns(firstRow);
  if (dump !== null) {
    const isAggregate = dump.includes(binanceAggTrades.required[0]!);
    return { format: isAggregate ? binanceAggTrades : binanceTrades, columns: dump, hasHeader: false };
  }
  const klines = klineColumns(firstRow);
  if (klines !== null) return { format: binanceKlines, columns: klines, hasHeader: false };
  const lean = leanFormat(stream, firstRow);
  if (lean !== null) return { ...lean, hasHeader: false };
  const plain = plainQuotes(firstRow) ?? plainBars(firstRow);
  if (plain !== null) return plain;
  const incomplete = nearly(path, columns);
  if (incomplete !== null) throw incomplete;
  const trades = plainTrades(firstRow);
  if (trades !== null) return trades;
  throw unknown(path, firstRow);
}

function namesOf(firstRow: readonly string[]): string[] {
  return firstRow.map((name) => name.trim().toLowerCase());
}

function nearly(path: string, columns: readonly string[]): RecordingError | null {
  let best: { format: RecordingFormat; missing: string[] } | null = null;
  for (const format of FORMATS) {
    const missing = format.required.filter((name) => !columns.includes(name));
    const share = 1 - missing.length / format.required.length;
    if (share >= NEARLY && (best === null || missing.length < best.missing.length))
      best = { format, missing };
  }
  if (best === null) return null;
  const { format, missing } = best;
  const columnWord = missing.length === 1 ? 'column' : 'columns';
  return new RecordingError(
    'missing-column',
    path,
    `, row 1: found a header of ${format.title} without the ${columnWord} ${missing.join(', ')}, expected ${format.required.join(', ')}.`,
    { row: 1, column: missing[0]! },
  );
}

function unknown(path: string, firstRow: readonly string[]): RecordingError {
  return new RecordingError(
    'unknown-format',
    path,
    `, row 1: found ${foundText(firstRow.join(','))}, expected the first row of ${RECOGNISED}.`,
    { row: 1 },
  );
}

/** First bytes of what people take for a recording, as Latin-1 text. */
const FOREIGN_MAGIC: readonly (readonly [what: string, ...magic: string[]])[] = [
  ['a PNG image', '\u0089PNG'],
  ['a JPEG image', '\u00ff\u00d8\u00ff'],
  ['a GIF image', 'GIF8'],
  ['a PDF document', '%PDF'],
  ['a zip archive', 'PK\u0003\u0004', 'PK\u0005\u0006'],
  [
    'a Feather (Arrow) file, which is not read: write it as Parquet, pandas does with to_parquet()',
    'ARROW1',
    'FEA1',
  ],
  ['an SQLite database', 'SQLite format 3'],
  ['xz data', '\u00fd7zXZ'],
  ['gzip data within other compressed data', '\u001f\u008b'],
];

function foreignKind(head: string): string | null {
  for (const [what, ...magic] of FOREIGN_MAGIC)
    if (magic.some((start) => head.startsWith(start))) return what;
  // No text has a NUL.
  if (head.includes('\0')) return 'a binary file';
  if (/^\s*(?:\{\s*["}]|\[\s*[[{"\d\]-])/.test(head)) return 'JSON';
  // MetaTrader writes its header as <DATE>,<TIME>,<OPEN>.
  return /^\s*<(?!\w+>\s*[,;\t<])/.test(head) ? 'HTML or XML' : null;
}

const HEAD_BYTES = 1_024;

/** Refuses what is surely no CSV by its first (decompressed) bytes. @throws RecordingError */
export function refuseForeign(path: string, bytes: Uint8Array): void {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEAD_BYTES)).toString(
    'latin1',
  );
  const kind = foreignKind(head);
  if (kind === null) return;
  throw new RecordingError('unknown-format', path, ` is ${kind}: expected ${RECOGNISED}.`);
}
