import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unixUs } from '#protocol';
import { TapeReader } from '../../server/tape/file/tape-reader.ts';
import { startReplayTimeline } from '../../server/timelines/replay-timeline.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { simulatedTape } from '../support/simulated-tape.ts';
import { TestViewer } from '../support/test-viewer.ts';

const folder = mkdtempSync(join(tmpdir(), 'tickwire-replay-frames-'));
const path = join(folder, 'day.tape');
const SECOND_US = 1_000_000;
const STEP_MS = 5;
/** The key of a control message and its text of twelve characters, as MessagePack in hexadecimal. */
const EPOCH = /(a565706f6368ac)([\da-f]{24})/g;

beforeAll(() => simulatedTape(path, { symbols: 12, eventsPerSecond: 1_000, seconds: 30 }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Every frame that one viewer is sent while the tape is played, sped up, sought, stepped back and looped, as hexadecimal text. */
async function framesOf(cacheBytes: number): Promise<string[]> {
  const clock = new ManualClock();
  const recording = TapeReader.open(path, { cacheBytes });
  const begin = { timeUs: recording.firstTimeUs, plays: true };
  const timeline = startReplayTimeline({
    clock,
    recording,
    name: 'day',
    speed: 1,
    skipIdleUs: 0,
    begin,
  });
  const viewer = new TestViewer({ clock, timeline });
  viewer.hello();
  for (const [at, channel] of (['quote', 'trade', 'book', 'bar:1s', 'raw'] as const).entries())
    viewer.subscribe(at + 1, channel, ['*']);
  const frames: string[] = [];
  const epochs: string[] = [];
  // Epochs are drawn by lot: of them only the order is the same.
  const ordered = (_text: string, key: string, epoch: string): string => {
    if (!epochs.includes(epoch)) epochs.push(epoch);
    return `${key}(epoch ${epochs.indexOf(epoch)})`;
  };
  const go = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      clock.advance(STEP_MS);
      await Promise.resolve();
      for (const frame of viewer.socket.take())
        frames.push(Buffer.from(frame).toString('hex').replaceAll(EPOCH, ordered));
    }
  };
  const place = (seconds: number) => unixUs(recording.firstTimeUs + seconds * SECOND_US);
  await go(2_000);
  viewer.say({ type: 'timeline', op: 'speed', speed: 10 });
  await go(1_000);
  viewer.say({ type: 'timeline', op: 'seek', timeUs: place(25) });
  await go(500);
  viewer.say({ type: 'timeline', op: 'pause' });
  viewer.say({ type: 'timeline', op: 'step', events: -3 });
  await go(300);
  viewer.say({ type: 'timeline', op: 'loop', fromTimeUs: place(4), toTimeUs: place(6) });
  viewer.say({ type: 'timeline', op: 'play' });
  await go(1_500);
  await timeline.close();
  recording.close();
  return frames;
}

describe('a tape that is played twice', () => {
  it('gives the same bytes to a viewer who gives the same commands', async () => {
    const first = await framesOf(67_108_864);
    // Blocks are read again and again where nothing is kept of them.
    const second = await framesOf(1);
    expect(first.length).toBeGreaterThan(200);
    expect(second.length).toBe(first.length);
    expect(second).toEqual(first);
  });
});
