// How long does nothing else run while a large snapshot goes into the book? The feed in a process of its own, the venue in this one.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { invariant } from '#protocol';
import { systemClock } from '../../../server/clock.ts';
import type { RawFrame } from '../../../server/feeds/venue/ports.ts';
import { VenueFeed } from '../../../server/feeds/venue/venue-feed.ts';
import { loadVenue } from '../../../server/feeds/venues.ts';
import { startLiveTimeline } from '../../../server/timelines/live-timeline.ts';
import { coinbaseScript } from '../../support/fake-venue/coinbase.ts';
import { FakeVenue } from '../../support/fake-venue/fake-venue.ts';

const FILE = fileURLToPath(import.meta.url);
const SYMBOL = 'BTC-USD';
const HEARTBEAT_MS = 500;
/** After which what came at the start has been dealt with. */
const QUIET_MS = 1_000;
const NS_PER_MS = 1_000_000;

/** One snapshot, from the venue's send to the book. Clocks of both processes are the machine's. */
export interface SnapshotBlock {
  readonly wholeMs: number;
  /** The longest time in which the feed's event loop did nothing else. */
  readonly blockMs: number;
}

interface InBook {
  readonly atNs: string;
  readonly blockMs: number;
}

/** Sends the snapshot so many times, each as the first one of a new server: a cold start is what a user waits for. */
export async function snapshotBlocks(snapshot: RawFrame, times: number): Promise<SnapshotBlock[]> {
  const blocks: SnapshotBlock[] = [];
  for (let time = 0; time < times; time += 1) blocks.push(await oneSnapshot(snapshot));
  return blocks;
}

async function oneSnapshot(snapshot: RawFrame): Promise<SnapshotBlock> {
  const coinbase = coinbaseScript();
  // The book comes when everything else is quiet.
  const fake = await FakeVenue.start({
    ...coinbase,
    answer: (frame, refuse) =>
      coinbase.answer(frame, refuse).filter((answer) => !String(answer).startsWith('{"type":"snapshot"')),
  });
  const beat = setInterval(() => fake.heartbeat(), HEARTBEAT_MS);
  const child = fork(FILE, [fake.url, fake.restUrl]);
  try {
    const ended = new Promise<never>((_, reject) => {
      child.on('error', reject);
      child.on('exit', () => reject(new Error('The feed ended before the snapshot was in its book.')));
    });
    // It ends in any case, when it is told that all is over.
    ended.catch(() => undefined);
    const isAsked = (): boolean =>
      [...fake.connections].some(({ received }) =>
        received.some((frame) => String(frame).includes('level2')),
      );
    while (!isAsked()) await Promise.race([pause(QUIET_MS / 10), ended]);
    await pause(QUIET_MS);
    child.send('measure');
    await Promise.race([once(child, 'message'), ended]);
    const sentNs = process.hrtime.bigint();
    fake.send(snapshot);
    const [{ atNs, blockMs }] = (await Promise.race([once(child, 'message'), ended])) as [InBook];
    return { wholeMs: Number(BigInt(atNs) - sentNs) / NS_PER_MS, blockMs };
  } finally {
    clearInterval(beat);
    if (child.connected) child.disconnect();
    await fake.close();
  }
}

async function receive(url: string, restUrl: string): Promise<void> {
  const venue = await loadVenue('coinbase');
  const feed = new VenueFeed({ venue, symbols: [SYMBOL], clock: systemClock, env: {}, url, restUrl });
  const timeline = await startLiveTimeline({ clock: systemClock, feeds: [feed], onProblem: () => {} });
  const { state, dictionary } = timeline.engine;
  const id = dictionary.find(`coinbase:${SYMBOL}`);
  invariant(id !== undefined, 'the product is listed');
  feed.subscribe([id]);
  await once(process, 'message');
  process.send!('measuring');
  let blockMs = 0;
  let lastMs = performance.now();
  while (state.bookLevels(id) === undefined) {
    await new Promise((resolve) => setImmediate(resolve));
    const nowMs = performance.now();
    blockMs = Math.max(blockMs, nowMs - lastMs);
    lastMs = nowMs;
  }
  process.send!({ atNs: String(process.hrtime.bigint()), blockMs } satisfies InBook);
  await once(process, 'disconnect');
  await timeline.close();
}

if (process.argv[1] === FILE) {
  await receive(process.argv[2]!, process.argv[3]!);
  process.exit();
}
