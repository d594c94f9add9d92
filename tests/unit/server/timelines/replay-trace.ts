import type { UnixUs } from '#protocol';
import type { Cancel, Clock } from '../../../../server/engine/ports.ts';
import type { RecordingReader } from '../../../../server/tape/ports.ts';
import type { ReplayOptions } from '../../../../server/timelines/replay-ports.ts';
import { ReplaySource } from '../../../../server/timelines/replay-source.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { recordedAt } from '../tape/recorded.ts';

export const MS = 1000;
export const SECOND = 1_000_000;
export const START = 1_700_000_000_000_000;

/** A manual clock on which work takes time too. */
class WorkClock implements Clock {
  readonly timers = new ManualClock();
  #workUs = 0;

  nowUs(): UnixUs {
    return (this.timers.nowUs() + this.#workUs) as UnixUs;
  }

  after(delayMs: number, run: () => void): Cancel {
    return this.timers.after(delayMs, run);
  }

  every(periodMs: number, run: () => void): Cancel {
    return this.timers.every(periodMs, run);
  }

  soon(run: () => void): Cancel {
    return this.timers.soon(run);
  }

  advance(ms: number): void {
    this.timers.advance(ms);
  }

  work(us: number): void {
    this.#workUs += us;
  }
}

/** What a listener was told, in order: events by their number, the rest by name. */
export class Trace {
  readonly log: (string | number)[] = [];
  readonly clock = new WorkClock();
  readonly recording: RecordingReader;
  readonly source: ReplaySource;
  /** Time that one event takes to be dealt with. */
  eventWorkUs = 0;

  constructor(timesUs: readonly number[], options: Partial<ReplayOptions> = {}) {
    this.recording = recordedAt(timesUs.map((timeUs) => START + timeUs));
    this.source = new ReplaySource({
      recording: this.recording,
      clock: this.clock,
      onEvent: (event) => {
        this.log.push(event.type === 'trade' ? event.price : event.type);
        this.clock.work(this.eventWorkUs);
      },
      listener: {
        onReset: () => this.log.push('reset'),
        onSettled: () => this.log.push('settled'),
        onGrown: () => this.log.push('grown'),
        onState: (state) => this.log.push(state),
        onSkip: (fromTimeUs, toTimeUs) => this.log.push(`skip ${at(fromTimeUs)} ${at(toTimeUs)}`),
        onClock: () => {},
      },
      ...options,
    });
  }

  /** The log since the last call. */
  take(): (string | number)[] {
    return this.log.splice(0);
  }

  /** The same with runs of events as `from-to`. */
  takeRuns(): string[] {
    const runs: string[] = [];
    let from = -1;
    let to = -1;
    for (const entry of [...this.take(), '']) {
      if (typeof entry === 'number' && from !== -1 && entry === to + 1) {
        to = entry;
        continue;
      }
      if (from !== -1) runs.push(`${from}-${to}`);
      from = typeof entry === 'number' ? entry : -1;
      to = from;
      if (typeof entry === 'string' && entry !== '') runs.push(entry);
    }
    return runs;
  }

  get events(): number[] {
    return this.log.filter((entry) => typeof entry === 'number');
  }

  get positionUs(): number {
    return at(this.source.positionUs);
  }
}

export const at = (timeUs: number) => timeUs - START;
