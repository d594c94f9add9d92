import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { unixUs, type InstrumentId } from '#protocol';
import type { Cancel, Clock, Feed } from '../engine/ports.ts';
import { SelectorSet } from '../engine/selector.ts';
import { UserError } from '../errors.ts';
import { Recorder } from '../recordings/recorder.ts';
import { nextWindow } from '../recordings/schedule.ts';
import { TapeError } from '../tape/file/tape-error.ts';
import { packNow } from '../tape/file/tape-packer.ts';
import type { EventTaps } from '../timelines/event-taps.ts';
import type { LiveFeeds } from '../timelines/live-feeds.ts';
import { startLiveTimeline } from '../timelines/live-timeline.ts';

/** Feeds are started so long before the recording begins: it then begins with a state. */
const AHEAD_MS = 60_000;
const DAY_MS = 86_400_000;

export interface RecordRequest {
  readonly out: string;
  readonly selectors: readonly string[];
  /** Null = until it is told to end. */
  readonly forMs: number | null;
  /** Time of day of this machine at which it begins, `14:25`; null = now. */
  readonly at: string | null;
}

export interface RecordParts {
  readonly clock: Clock;
  /** Made when they are wanted. */
  readonly feeds: () => Promise<Feed[]>;
  /** Ends the recording in order. */
  readonly signal: AbortSignal;
  /** What happens, one line each. */
  readonly onLine: (line: string) => void;
  /** How far it is, once a second. */
  readonly onProgress: (text: string) => void;
}

/** What was recorded. */
export interface Recorded {
  readonly out: string;
  readonly events: number;
  readonly bytes: number;
  readonly instruments: number;
  readonly seconds: number;
}

/** `tickwire record`: the live market into one tape, without a server. @throws UserError */
export async function recordLive(request: RecordRequest, parts: RecordParts): Promise<Recorded> {
  const { out, selectors, at } = request;
  const { clock, signal, onLine } = parts;
  const set = SelectorSet.parse(selectors);
  if (set === null)
    throw new UserError("--select names instruments as 'BTC-USD', 'BTC-*', 'venue:coinbase' or '*'.");
  // Before hours of waiting that end in the same refusal.
  if (statSync(out, { throwIfNoEntry: false }) !== undefined)
    throw new TapeError('exists', out, 'exists already: name a file that does not.');
  const folder = dirname(out);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new TapeError('missing', folder, 'is no folder: make it, or name another one.');
  const fromUs = at === null ? clock.nowUs() : nextBegin(at, clock.nowUs());
  if (fromUs - clock.nowUs() > AHEAD_MS * 1_000) {
    onLine(`Waiting until ${at} (${new Date(fromUs / 1_000).toISOString()}).`);
    await until(clock, fromUs - AHEAD_MS * 1_000, signal);
  }
  if (signal.aborted) throw nothing(out);
  let taps: EventTaps | undefined;
  let live: LiveFeeds | undefined;
  const timeline = await startLiveTimeline({
    clock,
    feeds: await parts.feeds(),
    subscribe: 'always',
    onProblem: onLine,
    onTaps: (found) => void (taps = found),
    onFeeds: (found) => void (live = found),
  });
  try {
    await until(clock, fromUs, signal);
    const { dictionary } = timeline.engine;
    const unknown = set.unmatched(dictionary.ids().map((id) => dictionary.definition(id)));
    if (unknown.length > 0) onLine(`Nothing is known of ${unknown.join(', ')} yet.`);
    const sources = timeline.source.feeds().map(({ name }) => name);
    const hold = (ids: readonly InstrumentId[]): Cancel => live!.demand.hold(ids);
    const market = { engine: timeline.engine, taps: taps!, hold };
    return await run(request, parts, { live: market, selectors: set, sources });
  } finally {
    await timeline.close();
  }
}

async function run(
  { out, forMs }: RecordRequest,
  { clock, signal, onProgress }: RecordParts,
  what: Pick<ConstructorParameters<typeof Recorder>[0], 'live' | 'selectors' | 'sources'>,
): Promise<Recorded> {
  const startUs = clock.nowUs();
  const untilUs = forMs === null ? null : unixUs(startUs + forMs * 1_000);
  const ended = new AbortController();
  const onFault = (): void => void clock.soon(() => ended.abort());
  const recorder = new Recorder({ path: out, clock, ...what, untilUs, onFault });
  const meter = clock.every(1_000, () => onProgress(progressText(recorder, clock.nowUs() - startUs)));
  await until(clock, untilUs ?? Number.POSITIVE_INFINITY, AbortSignal.any([signal, ended.signal]));
  meter();
  const { fault } = recorder;
  const isKept = recorder.close(true);
  if (fault !== null) throw fault;
  if (!isKept) throw nothing(out);
  const { events, instruments } = recorder;
  const bytes = packNow(out) ?? recorder.bytes;
  const seconds = (clock.nowUs() - startUs) / 1e6;
  return { out, events, bytes, instruments: instruments.length, seconds };
}

/** The outcome for people. */
export function recordedText({ out, events, bytes, instruments, seconds }: Recorded): string {
  const each = (bytes / events).toFixed(2);
  return `Wrote ${counted(events, 'event')} of ${counted(instruments, 'instrument')}, ${spanText(seconds)}, to ${out}: ${grouped(bytes)} bytes, ${each} an event.`;
}

function progressText({ events, bytes }: Recorder, elapsedUs: number): string {
  return `${spanText(elapsedUs / 1e6)}  ${grouped(events)} events  ${grouped(bytes)} bytes`;
}

const grouped = (count: number): string => count.toLocaleString('en-US');

function counted(count: number, one: string): string {
  return `${grouped(count)} ${count === 1 ? one : `${one}s`}`;
}

/** `1:02:03`. */
function spanText(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (count: number): string => String(count).padStart(2, '0');
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

function nothing(out: string): UserError {
  return new UserError(`Nothing was recorded, and ${out} was not written.`);
}

/** The next time that the clock of this machine shows it. */
function nextBegin(at: string, nowUs: number): number {
  const { fromUs } = nextWindow({ name: 'record', at, for: 1 }, nowUs);
  return fromUs;
}

/** Resolves at that time or when it is called off. A timer holds 2^31 ms at most, so that a day is waited for at a time. */
function until(clock: Clock, timeUs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    let cancel = (): void => undefined;
    const done = (): void => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const wait = (): void => {
      const leftMs = (timeUs - clock.nowUs()) / 1_000;
      if (leftMs <= 0) done();
      else cancel = clock.after(Math.min(Math.ceil(leftMs), DAY_MS), wait);
    };
    signal.addEventListener('abort', done);
    wait();
  });
}
