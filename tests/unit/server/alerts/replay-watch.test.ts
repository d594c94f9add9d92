import { afterEach, describe, expect, it } from 'vitest';
import { unixUs } from '#protocol';
import { ReplayWatch } from '../../../../server/alerts/replay-watch.ts';
import type { SeenFiring } from '../../../../server/alerts/rule-watcher.ts';
import { RollingReader } from '../../../../server/tape/rolling/rolling-reader.ts';
import { startReplayTimeline } from '../../../../server/timelines/replay-timeline.ts';
import type { Timeline } from '../../../../server/timelines/timeline.ts';
import { freshFolder, RollingMarket } from '../tape/rolling/rolling-market.ts';
import { draft } from './watched-market.ts';

const SECOND = 1_000_000;

let closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
  closing = [];
});

interface Watched {
  readonly market: RollingMarket;
  readonly timeline: Timeline;
  readonly fromUs: number;
  readonly fired: SeenFiring[];
  readonly ended: () => boolean;
}

/** A replay of half a minute, with a rule on every move. */
function watched(plays = true): Watched {
  const market = new RollingMarket(freshFolder());
  const fromUs = market.clock.nowUs();
  market.run(30_000, 100);
  market.tape.flush();
  const recording = RollingReader.open(market.tape.folder);
  const timeline = startReplayTimeline({
    clock: market.clock,
    recording,
    name: 'tape',
    speed: 1,
    skipIdleUs: 60 * SECOND,
    begin: { timeUs: unixUs(fromUs + 5 * SECOND), plays },
  });
  const fired: SeenFiring[] = [];
  let isOver = false;
  const rule = draft(
    { kind: 'change', direction: 'either', percent: '0.0001', windowS: 60 },
    { selectors: ['*'] },
  );
  const watch = new ReplayWatch(
    {
      timeline,
      rules: [{ ...rule, id: 7 }],
      clock: market.clock,
      onFiring: (firing) => fired.push(firing),
      onEnd: () => (isOver = true),
    },
    timeline.taps!,
  );
  closing.push(
    () => market.tape.close(),
    () => recording.close(),
    () => timeline.close(),
    () => watch.close(),
  );
  return { market, timeline, fromUs, fired, ended: () => isOver };
}

describe('rules over a replay', () => {
  it('fire at the recording’s times, once an instrument', () => {
    const { market, fromUs, fired, timeline } = watched();
    market.clock.advance(10_000);
    expect(fired.length).toBeGreaterThan(0);
    expect(fired.length).toBeLessThanOrEqual(timeline.engine.dictionary.size);
    expect(new Set(fired.map(({ instrument }) => instrument)).size).toBe(fired.length);
    for (const { timeUs, rule } of fired) {
      expect(rule).toBe(7);
      expect(timeUs).toBeGreaterThanOrEqual(fromUs + 4 * SECOND);
      expect(timeUs).toBeLessThanOrEqual(fromUs + 16 * SECOND);
    }
  });

  it('end with a seek, and tell nothing of what is wound through', () => {
    const { market, timeline, fromUs, fired, ended } = watched(false);
    const before = fired.length;
    timeline.source.command({ type: 'timeline', op: 'seek', timeUs: unixUs(fromUs + 20 * SECOND) });
    market.clock.advance(1_100);
    expect(ended()).toBe(true);
    timeline.source.command({ type: 'timeline', op: 'play' });
    market.clock.advance(5_000);
    expect(fired.length).toBe(before);
  });
});
