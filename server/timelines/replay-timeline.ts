import type {
  ErrorName,
  EventDensity,
  FeedStatus,
  RecordingInfo,
  TimelineCommand,
  TimelineState,
  UnixUs,
} from '#protocol';
import { assertNever, unixUs } from '#protocol';
import { Engine } from '../engine/engine.ts';
import type { Cancel, Clock } from '../engine/ports.ts';
import type { RecordingReader } from '../tape/ports.ts';
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
}

/** A recording as a timeline: waits at its start for the first viewer, then plays, and obeys transport commands. */
export function startReplayTimeline(options: ReplayOptions): Timeline {
  const { clock, recording } = options;
  const engine = new Engine(clock.nowUs());
  for (const instrument of recording.instruments) engine.define(instrument);
  const timeline = new Timeline(engine, clock);
  const source = new RecordedSource(options, engine, timeline);
  timeline.drive(source);
  return timeline;
}

/** Joins a recording's player to a timeline. Seeking holds the timeline until the state is right again. */
class RecordedSource implements TimelineSource {
  readonly mode = 'replay';
  readonly recording: RecordingInfo;
  readonly #name: string;
  readonly #venues: string;
  readonly #timeline: Timeline;
  readonly #player: ReplaySource;
  readonly #density: EventDensity[];
  readonly #clock: Clock;
  #start: Cancel | null = null;
  #begun = false;
  #seeking = false;
  #holding = false;

  constructor(
    { recording, name, clock, speed, skipIdleUs }: ReplayOptions,
    engine: Engine,
    timeline: Timeline,
  ) {
    const { events, firstTimeUs, lastTimeUs } = recording;
    this.recording = { name, events, firstTimeUs, lastTimeUs };
    this.#name = name;
    this.#venues = [...new Set(recording.instruments.map((instrument) => instrument.venue))].join(', ');
    this.#timeline = timeline;
    this.#clock = clock;
    this.#density = recording.density(skipIdleUs);
    this.#player = new ReplaySource({
      recording,
      clock,
      speed,
      skipIdleUs,
      onEvent: (event) => engine.onEvent(event),
      listener: {
        onReset: () => this.#hold(true),
        onSettled: () => this.#release(),
        onState: (state) => (state === 'seeking' && this.#seeking ? this.#hold(false) : this.#moved()),
        onClock: () => this.#moved(),
        onSkip: (fromTimeUs, toTimeUs) =>
          timeline.remap({ fromTimeUs: unixUs(fromTimeUs), toTimeUs: unixUs(toTimeUs) }),
      },
    });
  }

  get state(): TimelineState {
    return this.#player.state;
  }

  get speed(): number {
    return this.#player.speed;
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
    return [
      {
        name: this.#name,
        venue: this.#venues,
        state: this.state === 'ended' ? 'closed' : 'live',
        simulated: false,
        message: this.state === 'ended' ? 'The recording has ended.' : '',
        eventsPerSecond: this.#timeline.receivedPerSecond,
        latencyMs: null,
      },
    ];
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
        this.#seeking = true;
        this.#player.seek(command.timeUs);
        this.#seeking = false;
        return null;
      case 'step':
        this.#player.step({
          ...(command.events === undefined ? {} : { events: command.events }),
          ...(command.durationUs === undefined ? {} : { durationUs: command.durationUs }),
        });
        return null;
      default:
        return assertNever(command);
    }
  }

  history(): Promise<[]> {
    return Promise.resolve([]);
  }

  close(): Promise<void> {
    this.#start?.();
    this.#player.close();
    return Promise.resolve();
  }

  #hold(clear: boolean): void {
    this.#holding = true;
    this.#timeline.hold(clear);
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
