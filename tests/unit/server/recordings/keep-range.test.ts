import { describe, expect, it } from 'vitest';
import { unixUs } from '#protocol';
import { SelectorSet } from '../../../../server/engine/selector.ts';
import { keepRange } from '../../../../server/recordings/keep-range.ts';
import { repairTape } from '../../../../server/tape/file/repair-tape.ts';
import { TapeReader } from '../../../../server/tape/file/tape-reader.ts';
import type { RecordingReader } from '../../../../server/tape/ports.ts';
import { RollingReader } from '../../../../server/tape/rolling/rolling-reader.ts';
import { startReplayTimeline } from '../../../../server/timelines/replay-timeline.ts';
import { stateHash } from '../../../../server/timelines/state-hash.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { freshPath } from '../tape/file/tapes.ts';
import { freshFolder, RollingMarket } from '../tape/rolling/rolling-market.ts';

const SECOND = 1_000_000;

interface TwoRuns {
  readonly reader: RollingReader;
  /** When the first run ended and the second began, us. */
  readonly endUs: number;
  readonly beginUs: number;
}

/** A rolling tape of two runs of a server, a minute between them; both know some events before the kept range begins. */
function twoRuns(): TwoRuns {
  const folder = freshFolder();
  const first = new RollingMarket(folder);
  first.run(40_000, 100);
  first.tape.close();
  const endUs = first.clock.nowUs();
  const second = new RollingMarket(folder, {}, new ManualClock(endUs + 60 * SECOND));
  const beginUs = second.clock.nowUs();
  second.run(40_000, 100);
  second.tape.close();
  return { reader: RollingReader.open(folder), endUs, beginUs };
}

function kept({ reader, endUs, beginUs }: TwoRuns, selectors: readonly string[] = ['*']): string {
  const path = freshPath();
  const range = { fromUs: endUs - 20 * SECOND, toUs: beginUs + 20 * SECOND };
  const chosen = SelectorSet.parse(selectors)!;
  keepRange(reader, { ...range, selectors: chosen }, path, new ManualClock(), () => undefined);
  return path;
}

async function hashAt(recording: RecordingReader, timeUs: number, way: 'seek' | 'steps'): Promise<string> {
  const clock = new ManualClock();
  const begin = { timeUs: way === 'seek' ? unixUs(timeUs) : recording.firstTimeUs, plays: false };
  const timeline = startReplayTimeline({
    ...{ clock, recording, name: 'kept', speed: 1, skipIdleUs: 60 * SECOND, begin },
  });
  clock.advance(1);
  if (way === 'steps') {
    const goal = recording.indexAt(timeUs);
    for (let at = recording.indexAt(recording.firstTimeUs); at < goal; at += 1) {
      timeline.source.command({ type: 'timeline', op: 'step', events: 1 });
      clock.advance(1);
    }
  }
  const hash = stateHash(timeline.engine);
  await timeline.close();
  return hash;
}

describe('[TF30] a range of the rolling tape that is kept over a restart of the server', () => {
  it('begins anew where the server did, and has the time between as a gap', () => {
    const runs = twoRuns();
    const reader = TapeReader.open(kept(runs));
    expect(reader.resets.length).toBe(1);
    const begin = reader.resets[0]!;
    expect(reader.timeOfEvent(begin)).toBe(runs.beginUs);
    expect(reader.keyframeBefore(begin)).toMatchObject({ event: begin, instruments: [] });
    const after = reader.keyframeBefore(reader.events)!.instruments;
    expect(after.reduce((sum, { trades }) => sum + trades, 0)).toBe(reader.events - begin);
    const ends = { fromTimeUs: runs.endUs - 100_000, toTimeUs: runs.beginUs };
    expect(reader.gapMarks()).toEqual([{ feed: 'tape', ...ends, reason: 'recording' }]);
    reader.close();
    runs.reader.close();
  });

  it('shows what the rolling tape shows, by seek and event by event', async () => {
    const runs = twoRuns();
    const reader = TapeReader.open(kept(runs));
    for (const second of [-15, -1, 30, 61, 75]) {
      const timeUs = runs.endUs + second * SECOND;
      const bySeek = await hashAt(reader, timeUs, 'seek');
      expect(bySeek).toBe(await hashAt(runs.reader, timeUs, 'seek'));
      expect(bySeek).toBe(await hashAt(reader, timeUs, 'steps'));
    }
    reader.close();
    runs.reader.close();
  });

  it('does so for the instruments that were chosen, and when it is repaired', () => {
    const runs = twoRuns();
    const path = kept(runs, ['BBB']);
    const again = freshPath();
    repairTape(path, again, new ManualClock());
    for (const one of [path, again]) {
      const reader = TapeReader.open(one);
      const [begin] = reader.resets;
      expect(reader.instruments.map(({ symbol }) => symbol)).toEqual(['BBB']);
      expect(reader.timeOfEvent(begin!)).toBeGreaterThanOrEqual(runs.beginUs);
      expect(reader.timeOfEvent(begin! - 1)).toBeLessThan(runs.endUs);
      expect(reader.keyframeBefore(0)!.instruments.length).toBe(1);
      expect(reader.keyframeBefore(begin!)!.instruments).toEqual([]);
      reader.close();
    }
    runs.reader.close();
  });
});
