// What does it cost to play a long tape, to go somewhere in it, to merge a hundred of them, and to play for fifty viewers at once?
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import { unixUs, type TimelineCommand } from '#protocol';
import { systemClock } from '../../server/clock.ts';
import { Engine } from '../../server/engine/engine.ts';
import { TapeReader } from '../../server/tape/file/tape-reader.ts';
import { MergedReader } from '../../server/tape/merged-reader.ts';
import type { RecordingReader } from '../../server/tape/ports.ts';
import { startReplayTimeline } from '../../server/timelines/replay-timeline.ts';
import { ReplaySource } from '../../server/timelines/replay-source.ts';
import type { Timeline } from '../../server/timelines/timeline.ts';
import { simulatedTape } from '../support/simulated-tape.ts';
import type { Benchmark, BenchOptions, BenchResult } from './benchmark.ts';
import { median, quantile } from './rounds.ts';

const SEEK_GOAL_MS = 50;
const STEP_GOAL_MS = 20;
const PLAY_GOAL = 1_000_000;
const MERGE_GOAL = 300_000;
const PACING_GOAL_MS = 15;

const MERGED_TAPES = 100;
const MERGED_VENUES = 4;
const EVENTS_PER_SECOND = 2_000;
const TIMELINES = 50;
const ROUNDS = 3;

interface Sizes {
  readonly events: number;
  readonly seeks: number;
  readonly tapes: number;
  readonly playMs: number;
}

const SIZES: Sizes = { events: 10_000_000, seeks: 60, tapes: MERGED_TAPES, playMs: 5_000 };
const SMOKE: Sizes = { events: 20_000, seeks: 2, tapes: 3, playMs: 200 };

/** CPU time until a command has had its effect, ms. */
async function settled(timeline: Timeline, command: TimelineCommand): Promise<number> {
  const before = process.cpuUsage();
  timeline.command(command);
  while (timeline.source.state === 'seeking') await turn();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Events a CPU second from a recording into an engine, in each of some rounds. */
function playedRates(recording: RecordingReader): number[] {
  return Array.from({ length: ROUNDS }, () => {
    const engine = new Engine(unixUs(0));
    for (const definition of recording.instruments) engine.define(definition);
    const before = process.cpuUsage();
    recording.play(0, recording.events, (event) => engine.onEvent(event));
    const { user, system } = process.cpuUsage(before);
    return recording.events / ((user + system) / 1e6);
  });
}

/** At full speed, from the file into the engine. */
function playing(path: string): BenchResult {
  const reader = TapeReader.open(path);
  const rates = playedRates(reader);
  const events = reader.events.toLocaleString('en-US');
  reader.close();
  const ours = median(rates);
  return {
    name: `seek: a tape of ${events} events played at full speed, into the engine`,
    unit: 'events/CPU s',
    better: 'higher',
    ours,
    range: [Math.min(...rates), Math.max(...rates)],
    baseline: null,
    baselineName: '',
    goal: `>= ${PLAY_GOAL.toLocaleString('en-US')}`,
    met: ours >= PLAY_GOAL,
  };
}

async function seeks(reader: RecordingReader, what: string, count: number): Promise<BenchResult[]> {
  const { firstTimeUs, lastTimeUs } = reader;
  const begin = { timeUs: firstTimeUs, plays: false };
  const timeline = startReplayTimeline({
    clock: systemClock,
    recording: reader,
    name: 'bench',
    speed: 1,
    skipIdleUs: 60_000_000,
    begin,
  });
  const seekMs: number[] = [];
  const stepMs: number[] = [];
  const warmUps = Math.floor(count / 4);
  for (let index = 0; index < count; index += 1) {
    // Spread over the tape by the golden ratio: the same places each time, none beside the one before.
    const share = (index * 0.618_033_988_75) % 1;
    const timeUs = unixUs(Math.floor(firstTimeUs + share * (lastTimeUs - firstTimeUs)));
    const sought = await settled(timeline, { type: 'timeline', op: 'seek', timeUs });
    const stepped = await settled(timeline, { type: 'timeline', op: 'step', events: -1 });
    // The first ones are the compiler's.
    if (index < warmUps) continue;
    seekMs.push(sought);
    stepMs.push(stepped);
  }
  await timeline.close();
  const events = reader.events.toLocaleString('en-US');
  return [
    percentile(`seek: anywhere in ${what} of ${events} events, p95`, seekMs, SEEK_GOAL_MS),
    percentile(`seek: one event back in ${what}, p95`, stepMs, STEP_GOAL_MS),
  ];
}

/** The same, of tapes of as many venues that were recorded at the same time. */
async function mergedSeeks(folder: string, eventsEach: number, count: number): Promise<BenchResult[]> {
  const readers = Array.from({ length: MERGED_VENUES }, (_, index) => {
    const path = join(folder, `venue-${index}.tape`);
    const seconds = eventsEach / EVENTS_PER_SECOND;
    simulatedTape(path, {
      symbols: 100,
      eventsPerSecond: EVENTS_PER_SECOND,
      seconds,
      venue: `venue ${index}`,
    });
    return TapeReader.open(path);
  });
  const results = await seeks(new MergedReader(readers), `${MERGED_VENUES} merged tapes`, count);
  for (const reader of readers) reader.close();
  return results;
}

function percentile(name: string, values: readonly number[], goalMs: number): BenchResult {
  const ours = quantile(values, 0.95);
  return {
    name,
    unit: 'CPU ms',
    better: 'lower',
    ours,
    range: [median(values), Math.max(...values)],
    baseline: null,
    baselineName: '',
    goal: `<= ${goalMs} ms`,
    met: ours <= goalMs,
  };
}

function merge(folder: string, tapes: number): BenchResult {
  const readers = Array.from({ length: tapes }, (_, index) => {
    const path = join(folder, `part-${index}.tape`);
    simulatedTape(path, { symbols: 4, eventsPerSecond: 300, seconds: 30 });
    return TapeReader.open(path);
  });
  const merged = new MergedReader(readers);
  const rates = playedRates(merged);
  for (const reader of readers) reader.close();
  const ours = median(rates);
  return {
    name: `seek: ${tapes} tapes merged by time, into the engine`,
    unit: 'events/CPU s',
    better: 'higher',
    ours,
    baseline: null,
    baselineName: '',
    goal: `>= ${MERGE_GOAL.toLocaleString('en-US')}`,
    met: ours >= MERGE_GOAL,
  };
}

/** How far behind its time each event is let out at 1x, by many players at once. */
async function pacing(path: string, players: number, playMs: number): Promise<BenchResult> {
  const lateMs: number[] = [];
  /** Fifty files are opened in one go first. */
  let isWarm = false;
  const readers = Array.from({ length: players }, () => TapeReader.open(path));
  const sources = readers.map((reader) => {
    const source: ReplaySource = new ReplaySource({
      recording: reader,
      clock: systemClock,
      onEvent(event) {
        if (isWarm) lateMs.push((source.positionUs - event.receiveTimeUs) / 1000);
      },
      listener: {
        onReset: () => undefined,
        onSettled: () => undefined,
        onGrown: () => undefined,
        onState: () => undefined,
        onSkip: () => undefined,
        onClock: () => undefined,
      },
    });
    return source;
  });
  for (const source of sources) source.play();
  await pause(playMs / 5);
  isWarm = true;
  await pause(playMs);
  for (const source of sources) source.close();
  for (const reader of readers) reader.close();
  const ours = quantile(lateMs, 0.99);
  return {
    name: `seek: lateness, the player's step of 10 ms included, ${players} timelines at 1x, p99`,
    unit: 'ms',
    better: 'lower',
    ours,
    baseline: null,
    baselineName: '',
    goal: `<= ${PACING_GOAL_MS} ms`,
    met: ours <= PACING_GOAL_MS,
  };
}

export const seek: Benchmark = {
  name: 'seek',
  question:
    'What does it cost to play a long tape, to go somewhere in it, to merge many, and to play for many at once?',
  async run({ smoke }: BenchOptions): Promise<BenchResult[]> {
    const sizes = smoke ? SMOKE : SIZES;
    const folder = mkdtempSync(join(tmpdir(), 'tickwire-seek-'));
    try {
      const long = join(folder, 'long.tape');
      const eventsPerSecond = EVENTS_PER_SECOND;
      simulatedTape(long, { symbols: 100, eventsPerSecond, seconds: sizes.events / eventsPerSecond });
      const reader = TapeReader.open(long);
      const short = join(folder, 'short.tape');
      simulatedTape(short, { symbols: 20, eventsPerSecond: 500, seconds: 30 });
      return [
        playing(long),
        ...(await seeks(reader, 'a tape', sizes.seeks).finally(() => reader.close())),
        ...(await mergedSeeks(folder, sizes.events / 10, sizes.seeks)),
        merge(folder, sizes.tapes),
        await pacing(short, 1, sizes.playMs),
        await pacing(short, smoke ? 3 : TIMELINES, sizes.playMs),
      ];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
