import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { instrumentKey, stepsToNumber } from '#protocol';
import { inspectFile } from '../../server/commands/inspect.ts';
import { openRecording } from '../../server/formats/open-recording.ts';
import { RecordingError } from '../../server/formats/recording-error.ts';

/**
 * Opens every file of a folder of real recordings whose manifest calls it Tardis CSV, and compares what came out with what the
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
  min?: string;
  max?: string;
  instruments?: Record<string, { rows: number; min: string; max: string }>;
  anomalies?: Record<string, unknown>;
}

const manifest: [string, ManifestEntry][] = isThere
  ? Object.entries(JSON.parse(readFileSync(manifestPath, 'utf8')) as Record<string, ManifestEntry>)
  : [];
const tardis = manifest.filter(([, entry]) => entry.format === 'tardis-csv');
const others = manifest.filter(([, entry]) => entry.format !== 'tardis-csv');
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
