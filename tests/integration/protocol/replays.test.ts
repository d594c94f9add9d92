import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unixUs, type TimelineMessage } from '#protocol';
import { Engine } from '../../../server/engine/engine.ts';
import { stateHash } from '../../../server/timelines/state-hash.ts';
import { TapeReader } from '../../../server/tape/file/tape-reader.ts';
import type { RecordingShelf } from '../../../server/timelines/recording-shelf.ts';
import { Timelines } from '../../../server/timelines/timelines.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { soleTimeline } from '../../support/sole-timeline.ts';
import { simulatedTape } from '../../support/simulated-tape.ts';
import { testTimeline, trade, type TestTimeline } from '../../support/test-timeline.ts';
import { TestViewer } from '../../support/test-viewer.ts';

const folder = mkdtempSync(join(tmpdir(), 'tickwire-replays-'));
const path = join(folder, 'day.tape');
const open = new Set<TapeReader>();
const SECOND = 1_000_000;

const shelf: RecordingShelf = {
  open(name) {
    if (name === 'broken') return Promise.reject(new Error('The file ends early.'));
    if (name !== 'day') return Promise.resolve(null);
    const reader = TapeReader.open(path);
    open.add(reader);
    return Promise.resolve({
      name,
      reader,
      close() {
        open.delete(reader);
        reader.close();
      },
    });
  },
};

let firstUs = 0;
let lastUs = 0;

beforeAll(() => {
  simulatedTape(path, { symbols: 8, eventsPerSecond: 2_000, seconds: 60 });
  const reader = TapeReader.open(path);
  firstUs = reader.firstTimeUs;
  lastUs = reader.lastTimeUs;
  reader.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Bench extends TestTimeline {
  readonly timelines: Timelines;
}

function bench(more: { replaysMax?: number; idleMs?: number } = {}): Bench {
  const parts = testTimeline({ symbols: ['LIVE'] });
  return { ...parts, timelines: soleTimeline(parts.timeline, parts.clock, { shelf, ...more }) };
}

function viewerOf(parts: Bench, resume?: { epoch: string; asOf: number }): TestViewer {
  return new TestViewer(parts, { timelines: parts.timelines }).hello(resume).subscribe(1, 'quote', ['*']);
}

/** Opening a file takes a turn of the loop, whatever the test's clock says. */
async function opened(viewer: TestViewer, parts: Bench, command: object): Promise<TimelineMessage> {
  viewer.heard();
  viewer.say({ type: 'timeline', op: 'open', recording: 'day', ...command });
  await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
  parts.clock.advance(1);
  return viewer.heard().find((message) => message.type === 'timeline') as TimelineMessage;
}

const engineOf = (parts: Bench, viewer: TestViewer): Engine =>
  parts.timelines.find(viewer.model.epoch)!.engine;

describe('a replay of one viewer', () => {
  it('[TL10] [TL11] takes the connection to the recording, and leaves everybody else live', async () => {
    const parts = bench();
    const other = viewerOf(parts);
    const viewer = viewerOf(parts);
    const message = await opened(viewer, parts, { timeUs: firstUs + 10 * SECOND, paused: true });
    expect(message).toMatchObject({
      mode: 'replay',
      state: 'paused',
      switched: true,
      recording: { name: 'day' },
    });
    expect(message.clock.timeUs).toBe(firstUs + 10 * SECOND);
    parts.clock.advance(200);
    viewer.deliver();
    const { model } = viewer;
    expect([...model.entries.values()].some(({ symbol }) => symbol === 'LIVE')).toBe(false);
    const engine = engineOf(parts, viewer);
    for (const id of engine.dictionary.ids())
      expect(model.columns.last[id]).toBe(engine.state.columns.last[id]);

    parts.engine.onEvent(trade(0, parts.clock.nowUs(), 123, 1));
    parts.clock.advance(200);
    expect(other.deliver().model.columns.last[0]).toBe(123);
    expect(parts.timeline.viewers).toBe(1);

    viewer.say({ type: 'timeline', op: 'leave' });
    parts.clock.advance(200);
    const back = viewer.heard().find((one) => one.type === 'timeline');
    expect(back).toMatchObject({ mode: 'live', switched: true });
    expect(viewer.model.columns.last[0]).toBe(123);
    await parts.timelines.close();
  });

  it('[TL9] plays a stretch over and over, and says so', async () => {
    const parts = bench();
    const viewer = viewerOf(parts);
    await opened(viewer, parts, { timeUs: firstUs });
    const range = { fromTimeUs: firstUs + 20 * SECOND, toTimeUs: firstUs + 21 * SECOND };
    viewer.say({ type: 'timeline', op: 'loop', ...range });
    expect(viewer.heard()).toContainEqual(expect.objectContaining({ type: 'timeline', loop: range }));
    const positions: number[] = [];
    for (let step = 0; step < 60; step += 1) {
      parts.clock.advance(50);
      viewer.deliver();
      positions.push(parts.timelines.find(viewer.model.epoch)!.source.positionUs());
    }
    expect(Math.min(...positions)).toBeGreaterThanOrEqual(range.fromTimeUs);
    expect(Math.max(...positions)).toBeLessThanOrEqual(range.toTimeUs);
    expect(positions.filter((at, index) => index > 0 && at < positions[index - 1]!).length).toBeGreaterThan(
      1,
    );
    viewer.say({ type: 'timeline', op: 'loop' });
    expect(viewer.heard().at(-1)).not.toHaveProperty('loop');
    await parts.timelines.close();
  });

  it('[TL7] steps to the begins of bars, and takes a speed beyond all machines', async () => {
    const parts = bench();
    const viewer = viewerOf(parts);
    await opened(viewer, parts, { timeUs: firstUs + 7 * SECOND, paused: true });
    viewer.say({ type: 'timeline', op: 'step', bars: { count: 1, interval: '5s' } });
    parts.clock.advance(1);
    const { source } = parts.timelines.find(viewer.deliver().model.epoch)!;
    expect(source.positionUs() % (5 * SECOND)).toBe(0);
    viewer.say({ type: 'timeline', op: 'speed', speed: 1_000_000 }).say({ type: 'timeline', op: 'play' });
    parts.clock.advance(2_000);
    expect(source.state).toBe('ended');
    await parts.timelines.close();
  });

  it.each([
    ['[TL10] nobody has', { recording: 'none' }, 114],
    ['[TL10] cannot be read', { recording: 'broken' }, 116],
  ])('refuses a recording that %s', async (_, command, code) => {
    const parts = bench();
    const viewer = viewerOf(parts);
    viewer.heard();
    viewer.say({ type: 'timeline', op: 'open', ...command });
    await new Promise((resolve) => setImmediate(resolve));
    expect(viewer.errors()).toEqual([code]);
    expect(parts.timeline.viewers).toBe(1);
  });

  it('is one of a bounded number, and closed when nobody watches it any more', async () => {
    const parts = bench({ replaysMax: 2, idleMs: 60_000 });
    const viewers = [viewerOf(parts), viewerOf(parts), viewerOf(parts)];
    await opened(viewers[0]!, parts, {});
    await opened(viewers[1]!, parts, {});
    viewers[2]!.heard();
    viewers[2]!.say({ type: 'timeline', op: 'open', recording: 'day' });
    await new Promise((resolve) => setImmediate(resolve));
    expect(viewers[2]!.errors()).toEqual([115]);
    viewers[0]!.session.onClosed();
    parts.clock.advance(30_000);
    expect([parts.timelines.replays, open.size]).toEqual([2, 2]);
    viewers[1]!.say({ type: 'ping', nonce: 1 });
    parts.clock.advance(40_000);
    await new Promise((resolve) => setImmediate(resolve));
    expect([parts.timelines.replays, open.size]).toEqual([1, 1]);
    await parts.timelines.close();
    expect(open.size).toBe(0);
  });

  it('[TL12] is found again by a connection that comes back', async () => {
    const parts = bench();
    const viewer = viewerOf(parts);
    await opened(viewer, parts, { timeUs: firstUs + SECOND });
    parts.clock.advance(500);
    const { epoch, asOf } = viewer.deliver().model;
    viewer.session.onClosed();
    parts.clock.advance(3_000);
    const again = new TestViewer(parts, { timelines: parts.timelines, model: viewer.model });
    again.model.reconnected(true);
    again.hello({ epoch, asOf }).subscribe(1, 'quote', ['*'], { resume: true });
    const welcome = again.heard().findLast(({ type }) => type === 'welcome');
    expect(welcome).toMatchObject({ resume: 'resumed', epoch });
    await parts.timelines.close();
  });
});

describe('a replay of a room', () => {
  it('[TL10] is one timeline, which whoever comes later joins where it is', async () => {
    const parts = bench();
    const first = viewerOf(parts);
    const second = viewerOf(parts);
    expect(await opened(first, parts, { room: 'fomc', timeUs: firstUs })).toMatchObject({ room: 'fomc' });
    parts.clock.advance(5_000);
    const joined = await opened(second, parts, { room: 'fomc', timeUs: firstUs + 50 * SECOND });
    expect(parts.timelines.replays).toBe(1);
    expect(joined.clock.timeUs).toBeLessThan(firstUs + 10 * SECOND);
    parts.clock.advance(2_000);
    first.deliver();
    second.deliver();
    expect(second.model.columns.last).toEqual(first.model.columns.last);
    second.say({ type: 'timeline', op: 'pause' });
    expect(first.heard().at(-1)).toMatchObject({ type: 'timeline', state: 'paused' });
    await parts.timelines.close();
  });
});

describe('a replay at sixty times the speed', () => {
  it('comes at the viewer’s own cadence, and who joins late has what those have who were there from the start', async () => {
    const parts = bench();
    const first = viewerOf(parts);
    await opened(first, parts, { room: 'fast', timeUs: firstUs, paused: true });
    first.say({ type: 'timeline', op: 'speed', speed: 60 }).say({ type: 'timeline', op: 'play' });
    const arrivalsUs: number[] = [];
    let asOf = first.deliver().model.asOf;
    let late: TestViewer | null = null;
    // Sixty seconds of market pass in one; then it has ended.
    for (let ms = 0; ms < 900; ms += 1) {
      parts.clock.advance(1);
      if (first.deliver().model.asOf > asOf) arrivalsUs.push(parts.clock.nowUs());
      asOf = first.model.asOf;
      if (ms === 500) {
        late = viewerOf(parts);
        await opened(late, parts, { room: 'fast' });
      }
    }
    const gapsMs = arrivalsUs.slice(1).map((atUs, at) => (atUs - arrivalsUs[at]!) / 1000);
    expect(gapsMs.length).toBeGreaterThanOrEqual(7);
    for (const gapMs of gapsMs) expect(Math.abs(gapMs - 100)).toBeLessThanOrEqual(10);
    for (const viewer of [first, late!]) viewer.say({ type: 'timeline', op: 'pause' });
    parts.clock.advance(300);
    first.deliver();
    late!.deliver();
    expect(first.model.columns.last[0]).toBeGreaterThan(0);
    expect(late!.model.columns).toEqual(first.model.columns);
    await parts.timelines.close();
  });

  it('fifty of them at once are each where the others are', async () => {
    const parts = bench({ replaysMax: 50 });
    const viewers: TestViewer[] = [];
    for (let number = 0; number < 50; number += 1) {
      const viewer = viewerOf(parts);
      await opened(viewer, parts, { timeUs: firstUs, paused: true });
      viewer.say({ type: 'timeline', op: 'speed', speed: 60 }).say({ type: 'timeline', op: 'play' });
      viewers.push(viewer);
    }
    expect(parts.timelines.replays).toBe(50);
    parts.clock.advance(300);
    const [one, ...others] = viewers.map((viewer) => viewer.deliver().model.columns);
    expect(one!.last[0]).toBeGreaterThan(0);
    for (const columns of others) expect(columns).toEqual(one);
    await parts.timelines.close();
  }, 60_000);
});

describe('the state at an instant', () => {
  it('is the same however it was reached: by playing, seeking, stepping, looping, at any speed', async () => {
    const instants = process.env['TICKWIRE_LONG_TESTS'] === '1' ? 1_000 : 150;
    const random = new SeededRandom(7);
    const times = Array.from({ length: instants }, () => random.between(firstUs, lastUs)).sort(
      (a, b) => a - b,
    );
    const reader = TapeReader.open(path);
    const straight = new Engine(unixUs(0));
    for (const definition of reader.instruments) straight.define(definition);
    const hashes = new Map<number, string>();
    let at = 0;
    for (const timeUs of times) {
      const to = reader.indexAt(timeUs);
      reader.play(at, to, (event) => straight.onEvent(event));
      at = to;
      hashes.set(timeUs, stateHash(straight));
    }
    reader.close();

    const parts = bench();
    const viewer = viewerOf(parts);
    await opened(viewer, parts, { paused: true });
    const say = (command: object): void => {
      viewer.say({ type: 'timeline', ...command });
      // No faster than a client may speak.
      parts.clock.advance(60);
      expect(viewer.errors()).toEqual([]);
    };
    for (const timeUs of [...times].sort(() => random.between(-1, 1))) {
      const way = random.below(4);
      if (way === 0) say({ op: 'seek', timeUs: random.between(firstUs, lastUs) });
      if (way === 1) {
        say({ op: 'seek', timeUs: Math.max(firstUs, timeUs - 3 * SECOND) });
        say({ op: 'speed', speed: random.pick([0.25, 1, 16, 300]) });
        say({ op: 'play' });
        parts.clock.advance(5);
        say({ op: 'pause' });
      }
      if (way === 2) say({ op: 'loop', fromTimeUs: timeUs - SECOND, toTimeUs: timeUs + SECOND });
      say({ op: 'seek', timeUs });
      if (way === 3) {
        const { engine } = parts.timelines.find(viewer.model.epoch)!;
        expect(stateHash(engine)).toBe(hashes.get(timeUs));
        say({ op: 'step', events: 3 });
        say({ op: 'step', events: -3 });
      }
      say({ op: 'loop' });
      expect(stateHash(engineOf(parts, viewer))).toBe(hashes.get(timeUs));
    }
    await parts.timelines.close();
  });
});
