import { afterEach, describe, expect, test, vi } from 'vitest';
import { asOf, unixUs, type TimelineMessage } from '#protocol';
import { Timeline } from '../../../../../src/lib/state/timeline.svelte.ts';

const START_US = 1_700_000_000_000_000;
/** The viewer's clock is years behind. */
const VIEWER_MS = 1_650_000_000_000;

function setUp() {
  let nowMs = 1_000;
  vi.spyOn(Date, 'now').mockImplementation(() => VIEWER_MS + nowMs);
  const timeline = new Timeline(() => nowMs, undefined);
  return { timeline, pass: (ms: number) => void (nowMs += ms) };
}

const message = (more: Partial<TimelineMessage> = {}): TimelineMessage => ({
  type: 'timeline',
  mode: 'live',
  state: 'live',
  epoch: 'e',
  clock: { asOf: asOf(0), timeUs: unixUs(START_US), speed: 1 },
  speed: 1,
  recording: null,
  density: null,
  skipped: null,
  ...more,
});

const replay = (more: Partial<TimelineMessage> = {}): TimelineMessage =>
  message({
    mode: 'replay',
    state: 'playing',
    clock: { asOf: asOf(0), timeUs: unixUs(START_US - 60_000_000), speed: 1 },
    switched: true,
    ...more,
  });

afterEach(() => void vi.restoreAllMocks());

describe('the timeline of the page', () => {
  test('knows what time it is live, also while a replay is watched', () => {
    const { timeline, pass } = setUp();
    expect(timeline.isTold).toBe(false);
    timeline.onMessage(message(), true);
    pass(500);
    timeline.onMessage(replay(), true);
    pass(250);
    expect(timeline.liveNowUs()).toBe(START_US + 750_000);
    expect(timeline.nowUs()).toBe(START_US - 60_000_000 + 250_000);
    expect([timeline.isTold, timeline.switches]).toEqual([true, 1]);
  });

  test('knows it also where a replay came with another connection, before that one said anything of the live market', () => {
    const { timeline, pass } = setUp();
    timeline.onMessage(message(), false);
    timeline.onHead(100);
    pass(500);
    timeline.hold();
    pass(300);
    timeline.onMessage(message(), false);
    timeline.onMessage(replay(), true);
    pass(200);
    expect(timeline.liveNowUs()).toBe(START_US + 1_100_000);
  });

  test('goes by the clock of the viewer where it never heard of a live market, until it is told', () => {
    const { timeline, pass } = setUp();
    expect(timeline.liveNowUs()).toBe((VIEWER_MS + 1_000) * 1000);
    timeline.onMessage(replay(), true);
    pass(200);
    expect(timeline.liveNowUs()).toBe((VIEWER_MS + 1_200) * 1000);
    timeline.onLiveTime(START_US);
    pass(200);
    expect(timeline.liveNowUs()).toBe(START_US + 200_000);
  });

  test('knows it also without a connection, when the time shown stands', () => {
    const { timeline, pass } = setUp();
    timeline.onMessage(message(), true);
    pass(500);
    timeline.hold();
    pass(600_000);
    expect([timeline.nowUs(), timeline.liveNowUs()]).toEqual([START_US + 500_000, START_US + 600_500_000]);
  });

  test('never shows a time behind the end of its loop', () => {
    const { timeline, pass } = setUp();
    const loop = { fromTimeUs: unixUs(START_US - 61_000_000), toTimeUs: unixUs(START_US - 59_000_000) };
    timeline.onMessage(replay({ loop }), true);
    pass(5_000);
    expect(timeline.nowUs()).toBe(loop.toTimeUs);
    timeline.onMessage(replay(), true);
    pass(5_000);
    expect(timeline.nowUs()).toBe(START_US - 55_000_000);
  });

  test('is not turned back by a frame of what is owed from before its map began', () => {
    const { timeline, pass } = setUp();
    const timeUs = unixUs(START_US - 60_000_000);
    timeline.onMessage(replay({ clock: { asOf: asOf(1_000), timeUs, speed: 10 } }), false);
    timeline.onHead(990);
    expect(timeline.nowUs()).toBe(timeUs);
    pass(10);
    expect(timeline.nowUs()).toBe(timeUs + 100_000);
    timeline.onHead(1_020);
    expect(timeline.nowUs()).toBe(timeUs + 200_000);
  });

  test('tells what was refused, until another timeline is watched', () => {
    const { timeline } = setUp();
    timeline.onRefused({ type: 'error', code: 114, message: 'No recording has this name.' });
    expect(timeline.refusal).toEqual({ code: 114, message: 'No recording has this name.' });
    timeline.onMessage(replay(), true);
    expect(timeline.refusal).toBeNull();
  });
});
