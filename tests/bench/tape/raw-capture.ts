import { Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { CaptureOut } from '../../../server/commands/capture-out.ts';
import type { BenchResult } from '../benchmark.ts';
import { binanceFrames } from '../feeds/binance-frames.ts';
import { coinbaseFrames } from '../feeds/coinbase-frames.ts';
import type { FrameSet } from '../feeds/frame-set.ts';
import { cpuNsPerUnit, type RoundLength } from '../rounds.ts';

const NS_PER_S = 1_000_000_000;
const OURS = 'lines, zstd as they come';
const BASELINE = 'JSON.stringify of frame and time, gzip level 1';
const RATE_GOAL = 250_000;
const SIZE_GOAL = 1 / 7;
/** Frames between two flushes: a quarter of a second at 10,000 a second. */
const FLUSH_FRAMES = 2_500;
const SMOKE_FRAMES = 100;

/** Frames of a venue as `record-raw` writes them, into nowhere: how many a second, and how much of them is left. */
export async function rawCaptureResults(isSmoke: boolean, length: RoundLength): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  for (const set of [binanceFrames(), coinbaseFrames()]) {
    results.push(...(await resultsOf(set, isSmoke ? SMOKE_FRAMES : set.frames.length, length)));
  }
  return results;
}

class Weight extends Writable {
  bytes = 0;

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.bytes += chunk.length;
    done();
  }
}

async function packed({ frames }: FrameSet, count: number): Promise<number> {
  const weight = new Weight();
  const out = CaptureOut.packed(weight);
  for (let at = 0; at < count; at += 1) {
    const { raw, timeUs } = frames[at % frames.length]!;
    out.line({ kind: 'in', conn: '0', timeUs, raw });
    if ((at + 1) % FLUSH_FRAMES !== 0) continue;
    out.flush();
    // A quarter of a second is more than enough for the packer, which works beside.
    do await pause(1);
    while (out.waiting > 0);
  }
  await out.close();
  return weight.bytes;
}

function plain({ frames }: FrameSet, count: number): number {
  let bytes = 0;
  for (let from = 0; from < count; from += FLUSH_FRAMES) {
    let text = '';
    for (let at = from; at < Math.min(count, from + FLUSH_FRAMES); at += 1) {
      const { raw, timeUs } = frames[at % frames.length]!;
      text += `${JSON.stringify({ timeUs, raw: String(raw) })}\n`;
    }
    bytes += gzipSync(text, { level: 1 }).length;
  }
  return bytes;
}

async function resultsOf(set: FrameSet, count: number, length: RoundLength): Promise<BenchResult[]> {
  // Each frame once, then a new file: a capture that repeats itself packs into nothing, and in no time.
  const once = Math.min(count, set.frames.length);
  const times = await cpuNsPerUnit(
    [
      { name: OURS, run: async () => ((await packed(set, once)) > 0 ? once : 0) },
      { name: BASELINE, run: () => (plain(set, once) > 0 ? once : 0) },
    ],
    length,
  );
  const rate = NS_PER_S / times.get(OURS)!;
  const frameBytes = set.frames.slice(0, once).reduce((sum, { raw }) => sum + raw.length, 0);
  const share = (await packed(set, once)) / frameBytes;
  return [
    {
      name: `tape: verbatim frames recorded, ${set.name}`,
      unit: 'frames/CPU s',
      better: 'higher',
      ours: rate,
      baseline: NS_PER_S / times.get(BASELINE)!,
      baselineName: BASELINE,
      goal: `>= ${RATE_GOAL.toLocaleString('en-US')}`,
      met: rate >= RATE_GOAL,
    },
    {
      name: `tape: their size, times and both ways included, ${set.name}`,
      unit: 'of the bytes of the frames',
      better: 'lower',
      ours: share,
      baseline: plain(set, once) / frameBytes,
      baselineName: BASELINE,
      goal: '<= 1/7',
      met: share <= SIZE_GOAL,
    },
  ];
}
