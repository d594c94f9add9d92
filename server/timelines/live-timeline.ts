import type {
  ErrorName,
  EventDensity,
  FeedStatus,
  InstrumentId,
  StaleInstrument,
  UnixUs,
  WireBar,
} from '#protocol';
import { Engine } from '../engine/engine.ts';
import type { Cancel, Clock, Feed } from '../engine/ports.ts';
import type { Subscription } from '../engine/subscriber.ts';
import type { BackupPlan } from '../feeds/backup-plan.ts';
import { Activity } from './activity.ts';
import { EventTaps } from './event-taps.ts';
import { LiveFeeds } from './live-feeds.ts';
import type { TimelineSource } from './source.ts';
import { StaleInstruments } from './stale-instruments.ts';
import { Timeline } from './timeline.ts';
import { WatchDemand } from './watch-demand.ts';

/** The market as it happens: every feed under its supervisor, into one engine. It cannot be paused or moved. */
class LiveSource implements TimelineSource {
  readonly mode = 'live';
  readonly state = 'live';
  readonly speed = 1;
  readonly recording = null;
  readonly #clock: Clock;
  readonly #feeds: LiveFeeds;
  readonly #stale: StaleInstruments;
  readonly #watch: WatchDemand;
  readonly #activity: Activity;
  readonly #meter: Cancel;
  readonly #tapeFromUs: () => UnixUs | null;
  /** Made anew every second, however many newcomers are told it. */
  #density: EventDensity[];

  constructor(
    clock: Clock,
    engine: Engine,
    parts: { feeds: LiveFeeds; stale: StaleInstruments; watch: WatchDemand },
    tapeFromUs: () => UnixUs | null,
    onTapeMoved: () => void,
  ) {
    this.#tapeFromUs = tapeFromUs;
    this.#clock = clock;
    this.#feeds = parts.feeds;
    this.#stale = parts.stale;
    this.#watch = parts.watch;
    this.#activity = new Activity(clock.nowUs());
    this.#density = [this.#activity.density()];
    let before = 0;
    let toldFromUs = tapeFromUs();
    this.#meter = clock.every(1_000, () => {
      this.#activity.add(clock.nowUs(), engine.eventsTaken - before);
      before = engine.eventsTaken;
      this.#density = [this.#activity.density()];
      const fromUs = tapeFromUs();
      if (fromUs === toldFromUs) return;
      toldFromUs = fromUs;
      onTapeMoved();
    });
  }

  positionUs(): UnixUs {
    return this.#clock.nowUs();
  }

  density(): EventDensity[] {
    return this.#density;
  }

  feeds(): FeedStatus[] {
    return this.#feeds.status();
  }

  command(): ErrorName {
    return 'notSeekable';
  }

  details(): { tapeFromUs?: UnixUs } {
    const tapeFromUs = this.#tapeFromUs();
    return tapeFromUs === null ? {} : { tapeFromUs };
  }

  stale(): StaleInstrument[] {
    return this.#stale.list();
  }

  onWatched(subscription: Subscription): void {
    this.#watch.opened(subscription);
  }

  onUnwatched(subscription: Subscription): void {
    this.#watch.closed(subscription);
  }

  history(instrument: InstrumentId, intervalS: number, beforeS: number, count: number): Promise<WireBar[]> {
    return this.#feeds.history(instrument, intervalS, beforeS, count);
  }

  async close(): Promise<void> {
    this.#meter();
    this.#stale.close();
    await this.#feeds.close();
  }
}

/** Starts the feeds and returns the timeline that they drive. A feed that does not start is shown as down and tried again. */
export async function startLiveTimeline(options: {
  clock: Clock;
  feeds: readonly Feed[];
  onProblem: (sentence: string) => void;
  backups?: readonly BackupPlan[];
  /** Whether feeds bring what somebody watches (the default), or all that they have. */
  subscribe?: 'demand' | 'always';
  /** Is handed the feeds before any starts: for their restart, and for demand other than by viewers. */
  onFeeds?: (feeds: LiveFeeds) => void;
  /** Is handed the taps before any feed starts, so that whoever records misses nothing. */
  onTaps?: (taps: EventTaps) => void;
  /** Since when what happened is on the tape; null = nothing is. */
  tapeFromUs?: () => UnixUs | null;
}): Promise<Timeline> {
  const { clock, feeds, onProblem } = options;
  const engine = new Engine(clock.nowUs());
  const taps = new EventTaps(engine);
  options.onTaps?.(taps);
  const timeline = new Timeline(engine, clock);
  const stale = new StaleInstruments(clock);
  stale.listen(() => timeline.tellStale());
  const live = new LiveFeeds({
    clock,
    feeds,
    onProblem,
    backups: options.backups ?? [],
    subscribe: options.subscribe ?? 'demand',
    sink: {
      define(instrument) {
        const known = engine.dictionary.size;
        const id = taps.define(instrument);
        if (id >= known) watch.defined(id, instrument);
        return id;
      },
      onEvent: (event) => taps.onEvent(event),
      onTrust: (id, reason) => stale.set(id, reason),
      onGap: (mark) => taps.onGap(mark),
    },
  });
  const watch = new WatchDemand(live.demand);
  options.onFeeds?.(live);
  timeline.drive(
    // Viewers hear when the tape begins to hold something, and when its oldest part goes.
    new LiveSource(clock, engine, { feeds: live, stale, watch }, options.tapeFromUs ?? (() => null), () =>
      timeline.remap(),
    ),
  );
  await live.start();
  return timeline;
}
