import type {
  ErrorName,
  EventDensity,
  FeedStatus,
  InstrumentId,
  RecordingInfo,
  TimelineCommand,
  TimelineMessage,
  TimelineState,
  UnixUs,
  WireBar,
} from '#protocol';
import { BAR_INTERVAL_SECONDS, assertNever, unixUs } from '#protocol';
import { Engine } from '../engine/engine.ts';
import type { Cancel, Clock } from '../engine/ports.ts';
import { SIMULATED_VENUE } from '../feeds/simulated/simulated-venue.ts';
import type { RecordedState, RecordingReader } from '../tape/ports.ts';
import { EventTaps } from './event-taps.ts';
import { RecordedBars } from './recorded-bars.ts';
import type { BarsBefore } from './recording-shelf.ts';
import type { LoopRange } from './replay-ports.ts';
import { ReplaySource } from './replay-source.ts';
import type { TimelineSource } from './source.ts';
import { Timeline } from './timeline.ts';

/** From the first subscription to the first event, so that a viewer who subscribes in several messages misses nothing, ms. */
const START_DELAY_MS = 250;

export interface ReplayOptions {
  readonly clock: Clock;
  readonly recording: RecordingReader;
  /** Shown as the source's name: the file's, without its folder. */
  readonly name: string;
  readonly speed: number;
  readonly skipIdleUs: number;
  /** Where it begins at once. Absent = it waits at its start for the first viewer. */
  readonly begin?: { readonly timeUs: UnixUs; readonly plays: boolean };
  readonly room?: string;
  readonly barsBefore?: BarsBefore;
}

/** A recording as a timeline: it plays and obeys transport commands. */
export function startReplayTimeline(options: ReplayOptions): Timeline {
  const { clock, recording } = options;
  const engine = new Engine(clock.nowUs());
  for (const instrument of recording.instruments) engine.define(instrument);
  const timeline = new Timeline(engine, clock);
  timeline.taps = new EventTaps(engine);
  const source = new RecordedSource(options, engine, timeline);
  timeline.drive(source);
  source.begin(options.begin);
  return timeline;
}

/** Joins a recording's player to a timeline. Seeking holds the timeline until the state is right again. */
class RecordedSource implements TimelineSource {
  readonly mode = 'replay';
  readonly #name: string;
  /** Names and venues of what it reports as feeds: made-up prices are told apart. */
  readonly #feeds: readonly Pick<FeedStatus, 'name' | 'venue' | 'simulated'>[];
  readonly #timeline: Timeline;
  readonly #player: ReplaySource;
  readonly #density: EventDensity[];
  readonly #clock: Clock;
  readonly #engine: Engine;
  readonly #taps: EventTaps;
  readonly #reader: RecordingReader;
  readonly #bars: RecordedBars;
  readonly #barsBefore: BarsBefore | null;
  readonly #room: string | null;
  /** The begin of what was played since the state was loaded, seconds; null = all was played. */
  #loadedAtS: number | null = null;
  #loop: LoopRange | null = null;
  /** State of the definitions that the engine has. */
  #units: number;
  #start: Cancel | null = null;
  #begun = false;
  #seeking = false;
  #holding = false;

  constructor(options: ReplayOptions, engine: Engine, timeline: Timeline) {
    const { recording, name, clock, speed, skipIdleUs } = options;
    this.#engine = engine;
    this.#reader = recording;
    this.#units = recording.units ?? 0;
    this.#bars = new RecordedBars(recording, clock);
    this.#barsBefore = options.barsBefore ?? null;
    this.#room = options.room ?? null;
    this.#name = name;
    this.#feeds = feedsOf(name, recording);
    this.#timeline = timeline;
    const taps = timeline.taps!;
    this.#taps = taps;
    this.#clock = clock;
    this.#density = recording.density(skipIdleUs);
    this.#player = new ReplaySource({
      recording,
      clock,
      speed,
      skipIdleUs,
      onEvent: (event) => taps.onEvent(event),
      listener: {
        onReset: (from) => {
          this.#hold(true);
          this.#load(from);
        },
        onSettled: () => this.#release(),
        onGrown: () => this.#defineNew(),
        onState: (state) => (state === 'seeking' && this.#seeking ? this.#hold(false) : this.#moved()),
        onClock: () => this.#moved(),
        onSkip: (fromTimeUs, toTimeUs) =>
          timeline.remap({ fromTimeUs: unixUs(fromTimeUs), toTimeUs: unixUs(toTimeUs) }),
      },
    });
    this.#load(recording.keyframeBefore?.(recording.firstEvent ?? 0) ?? null);
    this.#takeGaps();
  }

  get recording(): RecordingInfo {
    const { events, firstTimeUs, lastTimeUs } = this.#reader;
    return { name: this.#name, events, firstTimeUs, lastTimeUs };
  }

  get state(): TimelineState {
    return this.#player.state;
  }

  get speed(): number {
    return this.#player.speed;
  }

  details(): Pick<TimelineMessage, 'loop' | 'room'> {
    const loop = this.#loop;
    return {
      ...(loop === null
        ? {}
        : { loop: { fromTimeUs: unixUs(loop.fromTimeUs), toTimeUs: unixUs(loop.toTimeUs) } }),
      ...(this.#room === null ? {} : { room: this.#room }),
    };
  }

  /** Goes to its first place; without one, waits for a viewer. */
  begin(place: ReplayOptions['begin']): void {
    if (place === undefined) return;
    this.#begun = true;
    this.#seek(place.timeUs);
    if (place.plays) this.#player.play();
  }

  onWatched(): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#start = this.#clock.after(START_DELAY_MS, () => this.#player.start());
  }

  positionUs(): UnixUs {
    return unixUs(Math.floor(this.#player.positionUs));
  }

  density(): EventDensity[] {
    return this.#density;
  }

  feeds(): FeedStatus[] {
    return this.#feeds.map((feed, at) => ({
      ...feed,
      state: this.state === 'ended' ? 'closed' : 'live',
      message: this.state === 'ended' ? 'The recording has ended.' : '',
      eventsPerSecond: at === 0 ? this.#timeline.receivedPerSecond : 0,
      latencyMs: null,
    }));
  }

  command(command: TimelineCommand): ErrorName | null {
    this.#begun = true;
    this.#start?.();
    switch (command.op) {
      case 'play':
        this.#player.play();
        return null;
      case 'pause':
        this.#player.pause();
        return null;
      case 'speed':
        this.#player.setSpeed(command.speed);
        return null;
      case 'seek':
        this.#seek(command.timeUs);
        return null;
      case 'step':
        this.#player.step({
          ...(command.events === undefined ? {} : { events: command.events }),
          ...(command.durationUs === undefined ? {} : { durationUs: command.durationUs }),
          ...(command.bars === undefined
            ? {}
            : {
                bars: {
                  count: command.bars.count,
                  intervalS: BAR_INTERVAL_SECONDS[command.bars.interval],
                },
              }),
        });
        return null;
      case 'loop': {
        const { fromTimeUs, toTimeUs } = command;
        this.#loop = fromTimeUs === undefined ? null : { fromTimeUs, toTimeUs: toTimeUs! };
        this.#player.loop(this.#loop);
        this.#moved();
        return null;
      }
      case 'idle':
        this.#player.setSkipIdle(command.skipIdleUs);
        return null;
      default:
        return assertNever(command);
    }
  }

  /** Bars from before those that the engine has: it was loaded with the newest, made what came after it, and keeps so many. */
  async history(id: InstrumentId, intervalS: number, beforeS: number, count: number): Promise<WireBar[]> {
    const { bars, dictionary } = this.#engine;
    if (this.#loadedAtS === null && !bars.isFull(intervalS, id)) return [];
    const oldestS = bars.startOfChangeAfter(intervalS, id, -1);
    const boundS = oldestS < 0 ? beforeS : Math.min(beforeS, oldestS);
    if (this.#barsBefore === null)
      return this.#bars.history(id, intervalS, boundS, count, this.#player.index);
    if (oldestS >= 0 || this.#loadedAtS === null)
      return this.#barsBefore(dictionary.definition(id), intervalS, boundS, count);
    // Nothing is known of it here: what there is of the bar in progress is of later.
    const startS = this.#loadedAtS - (this.#loadedAtS % intervalS);
    return this.#barsBefore(dictionary.definition(id), intervalS, Math.min(boundS, startS), count);
  }

  close(): Promise<void> {
    this.#start?.();
    this.#bars.close();
    this.#player.close();
    return Promise.resolve();
  }

  #hold(clear: boolean): void {
    this.#holding = true;
    this.#timeline.hold(clear);
  }

  #seek(timeUs: UnixUs): void {
    this.#seeking = true;
    this.#player.seek(timeUs);
    this.#seeking = false;
  }

  /** Instruments that came, or were defined anew, while the recording goes on. */
  #defineNew(): void {
    const { instruments, units = 0 } = this.#reader;
    const known = units === this.#units ? this.#engine.dictionary.size : 0;
    this.#units = units;
    for (const instrument of instruments.slice(known)) this.#taps.define(instrument);
    this.#takeGaps();
  }

  /** Those of the whole recording: the bar shows them before they are played. */
  #takeGaps(): void {
    for (const mark of this.#reader.gapMarks?.() ?? []) this.#engine.onGap(mark);
  }

  #load(from: RecordedState | null): void {
    if (from === null) {
      this.#loadedAtS = null;
      return;
    }
    this.#engine.load(from.instruments);
    const nextUs =
      from.event < this.#reader.events ? this.#reader.timeOfEvent(from.event) : this.#reader.lastTimeUs;
    this.#loadedAtS = Math.floor(nextUs / 1_000_000);
  }

  #release(): void {
    if (!this.#holding) return this.#timeline.remap();
    this.#holding = false;
    this.#timeline.release();
  }

  #moved(): void {
    if (!this.#holding) this.#timeline.remap();
  }
}

function feedsOf(
  name: string,
  { instruments }: RecordingReader,
): readonly Pick<FeedStatus, 'name' | 'venue' | 'simulated'>[] {
  const venues = [...new Set(instruments.map(({ venue }) => venue))];
  const real = venues.filter((venue) => venue !== SIMULATED_VENUE);
  const isMixed = real.length > 0 && real.length < venues.length;
  return [
    ...(real.length > 0 || venues.length === 0 ? [{ name, venue: real.join(', '), simulated: false }] : []),
    ...(real.length < venues.length
      ? [{ name: isMixed ? `${name}, simulated` : name, venue: SIMULATED_VENUE, simulated: true }]
      : []),
  ];
}
