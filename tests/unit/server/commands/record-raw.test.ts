import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { mapCapture } from '../../../../server/commands/map-capture.ts';
import { recordRaw } from '../../../../server/commands/record-raw.ts';
import { KitClock } from '../../../../server/feeds/kit/kit-clock.ts';
import { KitVenue } from '../../../../server/feeds/kit/kit-venue.ts';
import { readCapture } from '../../../../server/feeds/kit/capture-file.ts';
import { playedVenue } from '../../../../server/feeds/kit/venue-script.ts';
import { loadVenueFile } from '../../../../server/feeds/load-venue.ts';
import type { CaptureLine } from '../../../../server/feeds/venue/capture-lines.ts';

const FEED = fileURLToPath(new URL('../../../../examples/feeds/my-venue', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tickwire-record-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function record(out: string, ms: number) {
  const lines: CaptureLine[] = [];
  for await (const line of readCapture(join(FEED, 'capture.jsonl'))) lines.push(line);
  const clock = new KitClock();
  const venue = new KitVenue(await playedVenue(await loadVenueFile(FEED), lines), clock);
  const complaints: string[] = [];
  const recording = recordRaw({
    feed: FEED,
    symbols: ['ABC-USD', 'XYZ-USD'],
    out,
    forMs: ms,
    env: {},
    clock,
    openSocket: venue.openSocket,
    fetch: venue.fetch,
    complain: (sentence) => void complaints.push(sentence),
  });
  const ending = { isOver: false };
  const over = (): void => void (ending.isOver = true);
  recording.then(over, over);
  while (!ending.isOver) {
    clock.advance(50);
    venue.isAsked = venue.received.length > 0;
    venue.play();
    await new Promise(setImmediate);
  }
  return { outcome: await recording, complaints, clock };
}

describe('a raw recording', () => {
  it('holds every frame in both directions, and maps to what the venue said', async () => {
    const out = join(folder, 'one.jsonl');
    const { outcome, clock } = await record(out, 7_000);
    expect(outcome).toMatchObject({ in: 11, out: 1, rest: 0 });
    expect(clock.pending).toBe(0);
    const dirs = readFileSync(out, 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { dir: string }).dir);
    expect(dirs.slice(0, 3)).toEqual(['open', 'out', 'in']);
    const summary = await mapCapture({ feed: FEED, capture: out, rest: [] }, null);
    expect(summary).toMatchObject({ frames: 11, unknownFrames: 0, events: { trade: 3, book: 4 } });
  });

  it.each([
    ['packed.jsonl.gz', gunzipSync, true],
    ['packed.jsonl.zst', zstdDecompressSync, true],
    ['packed.gz', gunzipSync, false],
    ['packed.zst', zstdDecompressSync, false],
  ] as const)(
    'is packed on its way into %s, as lines of JSON where the name says so, and read from it',
    async (name, unpack, isJson) => {
      const out = join(folder, name);
      const { outcome, clock } = await record(out, 7_000);
      expect(outcome).toMatchObject({ in: 11, out: 1, rest: 0 });
      expect(clock.pending).toBe(0);
      const lines = unpack(readFileSync(out)).toString('utf8').trim().split('\n');
      expect(lines.filter((line) => line.startsWith('{'))).toHaveLength(isJson ? lines.length : 2);
      if (isJson) expect(lines.map((line) => (JSON.parse(line) as { dir: string }).dir)).toContain('in');
      const summary = await mapCapture({ feed: FEED, capture: out, rest: [] }, null);
      expect(summary).toMatchObject({ frames: 11, unknownFrames: 0, events: { trade: 3, book: 4 } });
    },
  );

  it('is not written over a file that is there', async () => {
    const out = join(folder, 'there.jsonl');
    writeFileSync(out, 'mine');
    await expect(record(out, 1_000)).rejects.toThrow(`${out} is there already: name a new file.`);
    expect(readFileSync(out, 'utf8')).toBe('mine');
  });
});
