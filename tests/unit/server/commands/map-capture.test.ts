import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { captureText, mapCapture } from '../../../../server/commands/map-capture.ts';

const fixture = (name: string) =>
  fileURLToPath(new URL(`../../../fixtures/feeds/${name}.jsonl`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tickwire-map-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const FRAMES = [
  '{"type":"l2_updates","symbol":"BTCUSD","changes":[["buy","64218.50","0.5"]],"trades":[]}',
  '{"type":"trade","symbol":"BTCUSD","event_id":5,"timestamp":1790856000800,"price":"64219.10","quantity":"1e-8","side":"buy"}',
];

const written = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

describe('a capture through an adapter', () => {
  it('prints events with decimal text, statistics too', async () => {
    const out = new PassThrough();
    const summary = await mapCapture({ feed: 'bitfinex', capture: fixture('bitfinex'), rest: [] }, out);
    out.end();
    const lines = (await out.toArray())
      .join('')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const total = Object.values(summary.events).reduce((sum, count) => sum + count, 0);
    expect(lines).toHaveLength(total);
    expect(lines.find(({ type }) => type === 'statistics')).toEqual({
      ...{ type: 'statistics', venue: 'bitfinex', symbol: 'BTCUSD' },
      ...{ time: 1_790_856_002_200_001, received: 1_790_856_002_200_001 },
      ...{ open: '64230.5', high: '64618.0', low: '63918.0', volume: '1171.67755331' },
    });
    expect(lines.find(({ id }) => id === '90110')).toMatchObject({
      type: 'trade',
      price: '64219.0',
      size: '0.12500000',
      side: 'buy',
    });
    expect(captureText(summary)).toContain('0 unknown, 0 malformed');
  });

  it.each([
    ['one frame a line', () => written('bare.jsonl', `${FRAMES.join('\n')}\n`)],
    ['one JSON array', () => written('array.json', `[\n${FRAMES.join(',\n')}\n]`)],
    ['one JSON array on a line', () => written('line.json', `[${FRAMES.join(',')}]`)],
    [
      'stamped frames',
      () => written('stamped.txt', FRAMES.map((frame) => `1790856001000000000 ${frame}`).join('\n')),
    ],
    ['gzip', () => written('bare.jsonl.gz', gzipSync(FRAMES.join('\n')))],
    ['zstd', () => written('bare.jsonl.zst', zstdCompressSync(Buffer.from(FRAMES.join('\n'))))],
  ])('is read as %s', async (_, path) => {
    const summary = await mapCapture({ feed: 'gemini', capture: path(), rest: [] }, null);
    expect(summary).toMatchObject({
      frames: 2,
      unknownFrames: 0,
      malformedFrames: 0,
      events: { trade: 1, book: 1 },
    });
    expect(summary.instruments['BTCUSD']).toMatchObject({ of: 'trade', low: '64219.1', high: '64219.1' });
  });

  it('says in a sentence which file or feed is none', async () => {
    const capture = fixture('gemini');
    await expect(mapCapture({ feed: 'nowhere', capture, rest: [] }, null)).rejects.toThrow(
      'There is no venue nowhere',
    );
    await expect(mapCapture({ feed: 'gemini', capture: 'none.jsonl', rest: [] }, null)).rejects.toThrow(
      'none.jsonl does not exist',
    );
    await expect(mapCapture({ feed: 'gemini', capture, rest: [capture] }, null)).rejects.toThrow(
      'holds no recorded answer',
    );
  });
});
