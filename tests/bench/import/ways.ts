// One way to take in a file of trades, in a process of its own: what one way has made hot, or slow, is not the other's.
import { fork } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse';
import Papa from 'papaparse';
import { AGGRESSOR_BUY, AGGRESSOR_SELL, AGGRESSOR_UNKNOWN, parseDecimal, type Aggressor } from '#protocol';
import { convertFiles } from '../../../server/commands/convert.ts';
import { CsvReader } from '../../../server/formats/csv-reader.ts';
import { CsvRows } from '../../../server/formats/csv-rows.ts';
import type { ByteStream } from '../../../server/formats/file-streams.ts';
import { quoteCurrency } from '../../../server/formats/quote-currency.ts';
import { BLOCK_EVENTS } from '../../../server/tape/event-block.ts';
import { RecordingBuilder } from '../../../server/tape/recording-builder.ts';
import { cpuNsPerUnit, median, type RoundLength } from '../rounds.ts';

const FILE = fileURLToPath(import.meta.url);
/** A read of the import. */
const READ_BYTES = 262_144;
/** Times that each way is begun anew. */
const LAPS = 3;

/** Goes through the whole file, and returns its rows. Those that parse alone find its bytes in memory. */
type Way = (path: string) => number | Promise<number>;

let held: Buffer | null = null;
const bytesOf = (path: string): Buffer => (held ??= readFileSync(path));
const textOf = (path: string): string => bytesOf(path).toString('utf8');

const AGGRESSORS = new Map<string, Aggressor>([
  ['buy', AGGRESSOR_BUY],
  ['sell', AGGRESSOR_SELL],
]);

/** Ours, as the import calls it: cells found, none read. */
function cutOurs(path: string): number {
  let rows = 0;
  const cutter = new CsvRows(path, () => void (rows += 1));
  const bytes = bytesOf(path);
  for (let at = 0; at < bytes.length; at += READ_BYTES) cutter.push(bytes.subarray(at, at + READ_BYTES));
  cutter.finish();
  return rows;
}

function cutPapaparse(path: string): number {
  let rows = 0;
  Papa.parse<string[]>(textOf(path), { skipEmptyLines: true, step: () => void (rows += 1) });
  return rows;
}

/** Ours without a tape: events in columns, in ticks and lots, with everything that the report counts. */
function typeOurs(path: string): number {
  const name = 'rows.csv';
  const stream: ByteStream = {
    ...{ path, member: null, label: path, name, compression: 'none', random: null },
    async *chunks() {},
  };
  const builder = new RecordingBuilder();
  const reader = new CsvReader(stream, builder, true);
  const bytes = bytesOf(path);
  for (let at = 0; at < bytes.length; at += READ_BYTES) {
    reader.push(bytes.subarray(at, at + READ_BYTES));
    if (builder.events >= BLOCK_EVENTS) builder.handOver(() => undefined);
  }
  reader.finish();
  return reader.rows;
}

/** The same columns from papaparse's cells, prices and sizes by the project's own decimals; nothing is checked or counted. */
function typePapaparse(path: string): number {
  const builder = new RecordingBuilder();
  let rows = 0;
  Papa.parse<[string, string, string, string, string, string, string, string]>(textOf(path), {
    skipEmptyLines: true,
    step({ data: [venue, symbol, time, received, id, side, priceText, sizeText] }) {
      rows += 1;
      if (rows === 1) return;
      const price = parseDecimal(priceText)!;
      const size = parseDecimal(sizeText)!;
      builder.trade(
        builder.instruments.number(venue, symbol, 'crypto', quoteCurrency(symbol)),
        Number(time),
        Number(received),
        price.mantissa,
        price.decimals,
        size.mantissa,
        size.decimals,
        AGGRESSORS.get(side) ?? AGGRESSOR_UNKNOWN,
        Number(id),
      );
      if (builder.events >= BLOCK_EVENTS) builder.handOver(() => undefined);
    },
  });
  return rows;
}

/** From the file to a tape on the disk. */
async function convert(path: string): Promise<number> {
  const tape = `${path}.tape`;
  rmSync(tape, { force: true });
  return (await convertFiles([path], tape)).report.rows;
}

/** The file's bytes, unpacked. */
function unpacked(path: string): Buffer {
  const bytes = readFileSync(path);
  return path.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

/** From the file to cells as text, and no further. */
function readPapaparse(path: string): number {
  const text = unpacked(path).toString('utf8');
  let rows = 0;
  Papa.parse<string[]>(text, { skipEmptyLines: true, step: () => void (rows += 1) });
  return rows;
}

/** The same with csv-parse. */
function readCsvParse(path: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let rows = 0;
  const parser = parse({ relax_column_count: true });
  parser.on('readable', () => {
    while (parser.read() !== null) rows += 1;
  });
  parser.on('error', reject);
  parser.on('end', () => resolve(rows));
  parser.end(unpacked(path));
  return promise;
}

export const WAYS = {
  convert,
  readPapaparse,
  readCsvParse,
  cutOurs,
  cutPapaparse,
  typeOurs,
  typePapaparse,
} satisfies Record<string, Way>;

export type WayName = keyof typeof WAYS;

/** CPU nanoseconds a row of each way, by turns, the median of all laps. */
export async function importTimes(
  names: readonly WayName[],
  path: string,
  isSmoke: boolean,
  length: RoundLength,
): Promise<Map<WayName, number>> {
  const laps = new Map<WayName, number[]>(names.map((name) => [name, []]));
  for (let lap = 0; lap < (isSmoke ? 1 : LAPS); lap += 1)
    for (const name of names) laps.get(name)!.push(await oneLap(name, path, length));
  return new Map([...laps].map(([name, values]) => [name, median(values)]));
}

function oneLap(name: WayName, path: string, length: RoundLength): Promise<number> {
  return new Promise((resolve, reject) => {
    let ns = Number.NaN;
    const child = fork(FILE, [name, path, JSON.stringify(length)]);
    child.on('message', (message) => {
      ns = Number(message);
    });
    child.on('error', reject);
    child.on('exit', () =>
      ns === ns ? resolve(ns) : reject(new Error(`The way ${name} ended without a number.`)),
    );
  });
}

if (process.argv[1] === FILE) {
  const [name, path, length] = process.argv.slice(2) as [WayName, string, string];
  const contender = { name, run: () => WAYS[name](path) };
  const times = await cpuNsPerUnit([contender], JSON.parse(length) as RoundLength);
  process.send!(times.get(name)!);
  process.disconnect();
}
