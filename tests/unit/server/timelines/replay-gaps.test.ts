import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { instrumentId, unixUs, type GapMark, type ServerMessage } from '#protocol';
import { Recorder } from '../../../../server/recordings/recorder.ts';
import { SelectorSet } from '../../../../server/engine/selector.ts';
import { Engine } from '../../../../server/engine/engine.ts';
import { RollingReader } from '../../../../server/tape/rolling/rolling-reader.ts';
import { RollingTape } from '../../../../server/tape/rolling/rolling-tape.ts';
import { TapeReader } from '../../../../server/tape/file/tape-reader.ts';
import { keepRange } from '../../../../server/recordings/keep-range.ts';
import { EventTaps } from '../../../../server/timelines/event-taps.ts';
import { startReplayTimeline } from '../../../../server/timelines/replay-timeline.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { instrument, trade } from '../../../support/test-timeline.ts';
import { TestViewer } from '../../../support/test-viewer.ts';

const folder = mkdtempSync(join(tmpdir(), 'tickwire-gaps-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A live engine of two instruments whose events and gaps go onto a rolling tape, and into a recording of the second one. */
function live() {
  const clock = new ManualClock();
  const engine = new Engine(clock.nowUs());
  const taps = new EventTaps(engine);
  const rolling = join(folder, `rolling-${Math.random()}`);
  const tape = RollingTape.open({
    folder: rolling,
    clock,
    retention: { ageMs: 3_600_000, bytes: 1e9 },
    onNotice: () => undefined,
  });
  taps.add(tape);
  for (const symbol of ['AAA', 'BBB']) taps.define(instrument(symbol));
  const path = join(folder, `${Math.random()}.tape`);
  const recorder = new Recorder({
    path,
    clock,
    live: { engine, taps },
    selectors: SelectorSet.parse(['BBB'])!,
    sources: ['test'],
    untilUs: null,
    onFault: () => undefined,
  });
  return { clock, taps, tape, rolling, recorder, path };
}

describe('gaps that a feed told', () => {
  it('[ST6] are on the rolling tape and in recordings of their instrument, and told to who plays them', async () => {
    const { clock, taps, tape, rolling, recorder, path } = live();
    for (const id of [0, 1, 1]) taps.onEvent(trade(id, clock.nowUs(), 100, 1));
    const startUs = clock.nowUs();
    clock.advance(5_000);
    const mark = (id: number | null): GapMark => ({
      feed: 'test',
      ...(id === null ? {} : { instrument: instrumentId(id) }),
      fromTimeUs: unixUs(startUs + 1_000_000),
      toTimeUs: unixUs(startUs + 4_200_000),
      reason: 'silence',
    });
    for (const id of [0, 1, null]) taps.onGap(mark(id));
    taps.onGap(mark(0));
    for (const id of [0, 1, 1]) taps.onEvent(trade(id, clock.nowUs(), 101, 1));
    tape.flush();
    recorder.close();

    const reader = RollingReader.open(rolling);
    const symbolsOf = (marks: readonly GapMark[], of: { instruments: readonly { symbol: string }[] }) =>
      marks.map((one) => (one.instrument === undefined ? '*' : of.instruments[one.instrument]!.symbol));
    expect(symbolsOf(reader.gapMarks(), reader)).toEqual(['AAA', 'BBB', '*']);
    const recorded = TapeReader.open(path);
    expect(symbolsOf(recorded.gapMarks(), recorded)).toEqual(['BBB', '*']);
    recorded.close();

    const kept = join(folder, 'kept.tape');
    const range = {
      fromUs: startUs + 4_500_000,
      toUs: clock.nowUs(),
      selectors: SelectorSet.parse(['AAA'])!,
    };
    keepRange(reader, { ...range, fromUs: startUs }, kept, clock, () => undefined);
    const keptReader = TapeReader.open(kept);
    expect(symbolsOf(keptReader.gapMarks(), keptReader)).toEqual(['AAA', '*']);
    keptReader.close();
    const later = join(folder, 'later.tape');
    keepRange(reader, range, later, clock, () => undefined);
    const laterReader = TapeReader.open(later);
    expect(laterReader.gapMarks()).toEqual([]);
    laterReader.close();

    const timeline = startReplayTimeline({
      clock,
      recording: reader,
      name: 'tape',
      speed: 1,
      skipIdleUs: 6e7,
    });
    const viewer = new TestViewer({ clock, timeline });
    viewer.hello();
    const told = (): ServerMessage[] => viewer.deliver().model.messages.filter(({ type }) => type === 'gaps');
    expect(told()).toMatchObject([{ whole: true, marks: [{}, {}, { reason: 'silence' }] }]);
    // The live market goes on, and so does its tape.
    timeline.command({ type: 'timeline', op: 'play' });
    clock.advance(2_000);
    taps.onGap({ ...mark(1), toTimeUs: clock.nowUs(), reason: 'checksum' });
    taps.onEvent(trade(1, clock.nowUs(), 102, 1));
    tape.flush();
    clock.advance(6_000);
    expect(told().at(-1)).toMatchObject({ whole: false, marks: [{ reason: 'checksum' }] });
    await timeline.close();
    reader.close();
    tape.close();
  });
});
