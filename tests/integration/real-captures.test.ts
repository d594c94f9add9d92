import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { readCapture } from '../../server/feeds/kit/capture-file.ts';
import type { CaptureLine } from '../../server/feeds/venue/capture-lines.ts';
import { openRecording } from '../../server/formats/open-recording.ts';

/** Not all of them may be published, so the folder lies outside the repository. */
const folder = join(
  process.env['TICKWIRE_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url)),
  'ws',
);
const isThere = existsSync(folder);
if (!isThere) process.stderr.write(`No real captures in ${folder}: their tests are skipped.\n`);

interface Entry {
  readonly rows: number;
  readonly types: Readonly<Record<string, number>>;
}
const manifest = (
  isThere ? JSON.parse(readFileSync(join(folder, '../MANIFEST.json'), 'utf8')) : {}
) as Record<string, Entry>;
const scratch = mkdtempSync(join(tmpdir(), 'tickwire-captures-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** A line as cryptofeed's recorder writes it, one file a connection. */
function cryptofeedText(line: CaptureLine): string {
  const stamp = `${Math.floor(line.timeUs / 1e6)}.${String(line.timeUs % 1e6).padStart(6, '0')}`;
  if (line.kind === 'rest') return `${line.url} -> ${stamp}: ${line.body}`;
  if ('url' in line) return `${line.url} <-> ${stamp}`;
  const frame = String(line.raw);
  return line.kind === 'out' ? `wss://venue.example <- ${stamp}: ${frame}` : `${stamp}: ${frame}`;
}

const open = (file: string) => openRecording([join(folder, file)], { strict: true });

describe.skipIf(!isThere)('captures of venues, read by their own adapters (needs ../shared/data)', () => {
  it.each([
    ['coinbase_exchange_2021-04-17.jsonl.gz', 'coinbase', { trade: 107, book: 9_729 }, 10],
    ['coinbase_exchange_level2_BTC-USD_bigsnapshot_2022.jsonl.gz', 'coinbase', { trade: 0, book: 16 }, 2],
    ['kraken_v2_MINAGBP_2026-08-18.jsonl', 'kraken', { trade: 0, book: 19 }, 1],
    ['bitstamp_2022-01-05.jsonl.gz', 'bitstamp', { trade: 10, book: 717 }, 9],
    ['gemini_v2_2021.jsonl.gz', 'gemini', { trade: 516, book: 655 }, 10],
    ['bitfinex_v2_2021.jsonl.gz', 'bitfinex', { trade: 210, book: 1_600 }, 7],
  ])('%s opens as a recording of %s, no row left out', async (file, venue, events, instruments) => {
    const { recording, report } = await open(file);
    expect(report.files[0]).toMatchObject({ format: `${venue} capture`, events });
    expect(report.broken.rows).toBe(0);
    expect(new Set(recording.instruments.map((instrument) => instrument.venue))).toEqual(new Set([venue]));
    expect(recording.instruments.length).toBe(instruments);
    expect(recording.firstTimeUs).toBeGreaterThan(1_600_000_000_000_000);
    expect(recording.lastTimeUs - recording.firstTimeUs).toBeLessThan(120_000_000);
  });

  it.each([
    'coinbase_exchange_2021-04-17.jsonl.gz',
    'bitstamp_2022-01-05.jsonl.gz',
    'gemini_v2_2021.jsonl.gz',
    'bitfinex_v2_2021.jsonl.gz',
    'binance_spot_combined_2021-10-12.jsonl.gz',
  ])('%s gives the same events as the text that cryptofeed writes, plain and packed', async (file) => {
    const { recording, report } = await open(file);
    const lines: string[] = [];
    for await (const line of readCapture(join(folder, file))) lines.push(cryptofeedText(line));
    for (const pack of [(text: string) => text, gzipSync]) {
      const path = join(scratch, 'CAPTURE.ws.1.0');
      writeFileSync(path, pack(`configuration: {}\n${lines.join('\n')}\n`));
      const again = await openRecording([path], { strict: true });
      expect(again.report.events).toEqual(report.events);
      expect(again.report.files[0]!.format).toBe(report.files[0]!.format);
      expect([again.recording.firstTimeUs, again.recording.lastTimeUs]).toEqual([
        recording.firstTimeUs,
        recording.lastTimeUs,
      ]);
      expect(again.recording.instruments).toEqual(recording.instruments);
    }
  });

  it('of Kraken’s first protocol open with every frame and checksum of the manifest', async () => {
    const { recording, report } = await open('kraken_v1_2021-04-17.jsonl.gz');
    const entry = manifest['ws/kraken_v1_2021-04-17.jsonl.gz']!;
    const { ticker, book, trade } = entry.types;
    expect(report.rows).toBe(entry.rows);
    expect(report.events).toMatchObject({ quote: ticker, book });
    expect(report.events.trade).toBeGreaterThanOrEqual(trade!);
    expect(report.anomalies['checksum_failures']).toBeUndefined();
    expect(recording.instruments.map(({ symbol }) => symbol)).toContain('BTC/CHF');
    expect(recording.instruments.length).toBe(10);
  });
});
