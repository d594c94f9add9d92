import type { ErrorName, EventDensity, FeedStatus, InstrumentId, UnixUs, WireBar } from '#protocol';
import { Engine } from '../engine/engine.ts';
import type { Cancel, Clock, Feed } from '../engine/ports.ts';
import { FeedSupervisor } from '../feeds/supervisor.ts';
import { Activity } from './activity.ts';
import { EventTaps } from './event-taps.ts';
import type { TimelineSource } from './source.ts';
import { Timeline } from './timeline.ts';

/** The market as it happens: every feed under its supervisor, into one engine. It cannot be paused or moved. */
class LiveSource implements TimelineSource {
  readonly mode = 'live';
  readonly state = 'live';
  readonly speed = 1;
  readonly recording = null;
  readonly #clock: Clock;
  readonly #supervisors: FeedSupervisor[];
  /** Who brought an instrument, for its history. */
  readonly #feedOf: Map<InstrumentId, Feed>;
  readonly #activity: Activity;
  readonly #meter: Cancel;
  /** Made anew every second, however many newcomers are told it. */
  #density: EventDensity[];

  constructor(clock: Clock, engine: Engine, supervisors: FeedSupervisor[], feedOf: Map<InstrumentId, Feed>) {
    this.#clock = clock;
    this.#supervisors = supervisors;
    this.#feedOf = feedOf;
    this.#activity = new Activity(clock.nowUs());
    this.#density = [this.#activity.density()];
    let before = 0;
    this.#meter = clock.every(1_000, () => {
      this.#activity.add(clock.nowUs(), engine.eventsTaken - before);
      before = engine.eventsTaken;
      this.#density = [this.#activity.density()];
    });
  }

  positionUs(): UnixUs {
    return this.#clock.nowUs();
  }

  density(): EventDensity[] {
    return this.#density;
  }

  feeds(): FeedStatus[] {
    return this.#supervisors.map((supervisor) => supervisor.status());
  }

  command(): ErrorName {
    return 'notSeekable';
  }

  /** Feeds deliver from their start on, watched or not. */
  onWatched(): void {}

  async history(
    instrument: InstrumentId,
    intervalS: number,
    beforeS: number,
    count: number,
  ): Promise<WireBar[]> {
    return (await this.#feedOf.get(instrument)?.history?.(instrument, intervalS, beforeS, count)) ?? [];
  }

  async close(): Promise<void> {
    this.#meter();
    await Promise.all(this.#supervisors.map((supervisor) => supervisor.close()));
  }
}

/** Starts the feeds and returns the timeline that they drive. A feed that does not start is shown as down and tried again. */
export async function startLiveTimeline(options: {
  clock: Clock;
  feeds: readonly Feed[];
  onProblem: (sentence: string) => void;
  /** Is handed the taps before any feed starts, so that whoever records misses nothing. */
  onTaps?: (taps: EventTaps) => void;
}): Promise<Timeline> {
  const { clock, feeds, onProblem } = options;
  const engine = new Engine(clock.nowUs());
  const taps = new EventTaps(engine);
  options.onTaps?.(taps);
  const timeline = new Timeline(engine, clock);
  const feedOf = new Map<InstrumentId, Feed>();
  const supervisors = feeds.map(
    (feed) =>
      new FeedSupervisor({
        feed,
        clock,
        onProblem,
        sink: {
          define(instrument) {
            const id = taps.define(instrument);
            feedOf.set(id, feed);
            return id;
          },
          onEvent: (event) => taps.onEvent(event),
        },
      }),
  );
  timeline.drive(new LiveSource(clock, engine, supervisors, feedOf));
  await Promise.all(supervisors.map((supervisor) => supervisor.start()));
  return timeline;
}
