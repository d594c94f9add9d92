import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { unixUs, type MarketEvent } from '#protocol';
import { systemClock } from '../../../server/clock.ts';
import { Engine } from '../../../server/engine/engine.ts';
import type { RecordingReader } from '../../../server/tape/ports.ts';
import { RollingTape } from '../../../server/tape/rolling/rolling-tape.ts';
import { EventTaps } from '../../../server/timelines/event-taps.ts';
import type { BenchResult } from '../benchmark.ts';
import { cpuNsPerUnit, type RoundLength } from '../rounds.ts';

const EVENTS_PER_SECOND = 10_000;
const EVENT_INTERVAL_US = 1_000_000 / EVENTS_PER_SECOND;
/** What comes between two writes at that rate: an eighth of a second. */
const EVENTS_PER_BLOCK = EVENTS_PER_SECOND / 8;
const SHARE_GOAL = 0.05;
const NS_PER_S = 1_000_000_000;
const WITH = 'engine and tape';
const WITHOUT = 'engine alone';

/**
 * The source path as it is in a server, with and without the rolling tape, block by block as at 10,000 events/s: the events come at that
 * rate by their own times too, as late behind the venue's as they were. At the times of a quiet market each block would hold a few events.
 */
export async function rollingTapeResult(
  name: string,
  recording: RecordingReader,
  folder: string,
  length: RoundLength,
): Promise<BenchResult> {
  const take = (isRecorded: boolean): number => {
    const taps = new EventTaps(new Engine(unixUs(0)));
    const place = join(folder, 'rolling');
    const retention = { ageMs: 3_600_000, bytes: 512_000_000 };
    const onNotice = (): void => undefined;
    const tape = isRecorded
      ? RollingTape.open({ folder: place, clock: systemClock, retention, onNotice })
      : null;
    if (tape !== null) taps.add(tape);
    for (const instrument of recording.instruments) taps.define(instrument);
    let events = 0;
    recording.play(0, recording.events, (event) => {
      atRate(event, recording.firstTimeUs + events * EVENT_INTERVAL_US);
      taps.onEvent(event);
      events += 1;
      if (events % EVENTS_PER_BLOCK === 0) tape?.flush();
    });
    tape?.close();
    rmSync(place, { recursive: true, force: true });
    return recording.events;
  };
  const sides = [
    { name: WITH, run: () => take(true) },
    { name: WITHOUT, run: () => take(false) },
  ];
  const times = await cpuNsPerUnit(sides, length);
  const share = (nsPerEvent: number): number => (nsPerEvent * EVENTS_PER_SECOND) / NS_PER_S;
  const ours = share(times.get(WITH)! - times.get(WITHOUT)!);
  return {
    name,
    unit: `of a core at ${EVENTS_PER_SECOND.toLocaleString('en-US')} events/s`,
    better: 'lower',
    ours,
    baseline: share(times.get(WITHOUT)!),
    baselineName: WITHOUT,
    goal: `<= ${SHARE_GOAL}`,
    met: ours <= SHARE_GOAL,
  };
}

function atRate(event: MarketEvent, timeUs: number): void {
  event.venueTimeUs = unixUs(timeUs - (event.receiveTimeUs - event.venueTimeUs));
  event.receiveTimeUs = unixUs(timeUs);
}
