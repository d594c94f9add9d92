import { readFileSync } from 'node:fs';
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { playAll, RecordingFiles } from './recording-files.ts';
import { openRecording } from '../../../../server/formats/open-recording.ts';
import { parseColumnMap } from '../../../../server/formats/column-map.ts';
import type { RecordingReader } from '../../../../server/tape/ports.ts';
import { RecordingError } from '../../../../server/formats/recording-error.ts';

const files = new RecordingFiles();
const sample = readFileSync(
  new URL('../../../../examples/recordings/binance-2024-07-to-08.tardis.csv.gz', import.meta.url),
);
const ROWS = 10_000;

/** Lehmer's generator: the same places in each run. */
function* places(count: number, below: number): Generator<number> {
  let state = 20_240_808;
  for (let index = 0; index < count; index += 1) {
    state = (state * 48_271) % 2_147_483_647;
    yield state % below;
  }
}

it('a gzip file that ends early is told as cut off, wherever it ends', async () => {
  const cuts = new Set([...Array.from({ length: 24 }, (_, bytes) => bytes), ...places(120, sample.length)]);
  for (let bytes = 1; bytes <= 12; bytes += 1) cuts.add(sample.length - bytes);
  for (const bytes of cuts) {
    const fault = await files.fault([files.write('cut.gz', sample.subarray(0, bytes))]);
    // Fewer than two bytes do not say yet that it is gzip.
    if (bytes === 0) expect(fault.fault).toBe('empty');
    else if (bytes > 1) expect([bytes, fault.fault]).toEqual([bytes, 'truncated']);
    expect(fault.row === null || fault.row <= ROWS + 1).toBe(true);
  }
}, 60_000);

it('a gzip file that ends early has the rows that are left, and says so, unless it must be whole', async () => {
  const ids = (recording: RecordingReader): unknown[] =>
    playAll(recording).map((event) => event.type === 'trade' && [event.venueTimeUs, event.tradeId]);
  const whole = ids((await openRecording([files.write('whole.gz', sample)])).recording);
  let left = 0;
  for (const bytes of places(40, sample.length)) {
    const path = files.write('cut.csv.gz', sample.subarray(0, bytes));
    const opened = await openRecording([path], { strict: false }).catch((error: unknown) => error);
    if (opened instanceof RecordingError) {
      expect([opened.fault, (opened.row ?? 0) <= 1]).toEqual(['truncated', true]);
      continue;
    }
    if (opened instanceof Error) throw opened;
    const { recording, report } = opened as Awaited<ReturnType<typeof openRecording>>;
    const events = ids(recording);
    expect(events).toEqual(whole.slice(0, events.length));
    expect(report.broken.rows).toBe(1);
    expect(report.broken.first[0]).toBe(
      `${path} is cut off after row ${events.length + 1}: expected the end of its gzip data.`,
    );
    left += 1;
  }
  expect(left).toBeGreaterThan(30);
}, 60_000);

it('a gzip file of columns under words of their own that ends early loses no more than its last row', async () => {
  const rows = Array.from(
    { length: 20_000 },
    (_, id) => `${1_723_075_200_000 + id};${60_000 + (id % 7)};${id % 13}.5`,
  );
  const packed = gzipSync(['when;what it cost;how many', ...rows, ''].join('\n'));
  const path = files.write('cut.csv.gz', packed.subarray(0, packed.length / 2));
  const map = parseColumnMap('time=when,price=what it cost,size=how many');
  if (!map.ok) throw new Error(map.message);
  const { recording, report } = await openRecording([path], { strict: false, map: map.map });
  const events = playAll(recording);
  expect(events.length).toBeGreaterThan(5_000);
  expect(report.broken).toMatchObject({
    rows: 1,
    first: [expect.stringMatching(/is cut off after row \d+/)],
  });
  const last = events.at(-1)!;
  expect(last.type === 'trade' && last.price).toBe(60_000 + ((events.length - 1) % 7));
}, 60_000);

it('a zstd file that ends early is told as cut off, wherever it ends', async () => {
  const whole = zstdCompressSync(gunzipSync(sample));
  for (const bytes of places(40, whole.length)) {
    const fault = await files.fault([files.write('cut.zst', whole.subarray(0, bytes))]);
    if (bytes >= 4) expect([bytes, fault.fault]).toEqual([bytes, 'truncated']);
  }
}, 60_000);

it('a plain file that ends early is refused, or has the rows that are left', async () => {
  const whole = gunzipSync(sample).subarray(0, 20_000);
  const path = files.write('whole.csv', whole.subarray(0, whole.lastIndexOf(10)));
  const events = playAll((await openRecording([path])).recording);
  for (const bytes of places(150, whole.length)) {
    const part = whole.subarray(0, bytes);
    const opened = await openRecording([files.write('cut.csv', part)], { strict: true }).catch(
      (error: unknown) => error,
    );
    if (opened instanceof RecordingError) continue;
    if (opened instanceof Error) throw opened;
    // A cut between two rows or within the last number is not to be seen.
    const cells = part.subarray(part.lastIndexOf(10) + 1).filter((byte) => byte === 44).length;
    expect([0, 7]).toContain(cells);
    const { recording } = opened as Awaited<ReturnType<typeof openRecording>>;
    const ids = playAll(recording).map((event) => event.type === 'trade' && event.tradeId);
    expect(ids).toEqual(events.slice(0, ids.length).map((event) => event.type === 'trade' && event.tradeId));
  }
}, 60_000);

it('a gzip file with a wrong byte is refused, or has all its rows when the byte means nothing', async () => {
  for (const place of places(100, sample.length)) {
    const bytes = Buffer.from(sample);
    bytes[place]! ^= 1 << (place % 8);
    const opened = await openRecording([files.write('wrong.gz', bytes)]).catch((error: unknown) => error);
    if (opened instanceof RecordingError) continue;
    if (opened instanceof Error) throw opened;
    expect((opened as Awaited<ReturnType<typeof openRecording>>).report.rows).toBe(ROWS);
  }
}, 60_000);
