import {
  timeAt,
  type ErrorMessage,
  type EventDensity,
  type RecordingInfo,
  type TimelineClock,
  type TimelineMessage,
  type TimelineState,
  type UnixUs,
} from '#protocol';
import type { PageSnapshot, TimelineView } from './market.ts';

/** Jumps that are remembered; the oldest go first. */
const SKIPS_MAX = 200;

type Skip = { fromTimeUs: UnixUs; toTimeUs: UnixUs };

/** Where the market's time is and how fast it runs, as the server says. Moves nothing itself: commands do. */
export class Timeline implements TimelineView {
  mode = $state<'live' | 'replay'>('live');
  epoch = $state('');
  state = $state<TimelineState>('live');
  speed = $state(1);
  recording = $state.raw<RecordingInfo | null>(null);
  loop = $state.raw<TimelineView['loop']>(null);
  room = $state('');
  tapeFromUs = $state(0);
  density = $state.raw<readonly EventDensity[]>([]);
  skips = $state.raw<readonly Skip[]>([]);
  isTold = $state(false);
  switches = $state(0);
  refusal = $state.raw<TimelineView['refusal']>(null);
  /** Time that was true at `#anchorMs`, and how fast it has run since. */
  #anchorUs = 0;
  #anchorMs = 0;
  #pace = 0;
  /** Infinite without a loop. */
  #loopEndUs = Number.POSITIVE_INFINITY;
  #clock: TimelineClock | null = null;
  /** Live time minus the viewer's clock, us, as it was told last. That clock and not the page's own, which stands while a machine sleeps. */
  #liveAheadUs = 0;
  readonly #nowMs: () => number;

  constructor(nowMs: () => number, snapshot: PageSnapshot | undefined) {
    this.#nowMs = nowMs;
    if (snapshot === undefined) return;
    this.mode = snapshot.mode;
    this.state = snapshot.mode === 'live' ? 'live' : 'playing';
    this.recording = snapshot.recording;
    this.#anchorUs = snapshot.timeUs;
  }

  nowUs(): number {
    const nowUs = this.#anchorUs + Math.floor((this.#nowMs() - this.#anchorMs) * 1000 * this.#pace);
    // The word that a round of the loop is over is still on its way.
    return this.#anchorUs <= this.#loopEndUs ? Math.min(nowUs, this.#loopEndUs) : nowUs;
  }

  liveNowUs(): number {
    return Date.now() * 1000 + this.#liveAheadUs;
  }

  onLiveTime(timeUs: number): void {
    this.#liveAheadUs = timeUs - Date.now() * 1000;
  }

  onRefused({ code, message }: ErrorMessage): void {
    this.refusal = { code, message };
  }

  /** @param isNew its map begins now; the one that comes with a welcome may have begun long ago */
  onMessage(message: TimelineMessage, isNew: boolean): void {
    this.isTold = true;
    this.mode = message.mode;
    this.epoch = message.epoch;
    this.state = message.state;
    this.speed = message.speed;
    this.recording = message.recording;
    this.loop = message.loop ?? null;
    this.#loopEndUs = message.loop?.toTimeUs ?? Number.POSITIVE_INFINITY;
    this.room = message.room ?? '';
    if (message.mode === 'live') this.tapeFromUs = message.tapeFromUs ?? 0;
    if (message.switched === true) {
      this.skips = [];
      this.switches += 1;
      this.refusal = null;
    }
    if (message.density !== null) this.density = message.density;
    const { skipped, clock } = message;
    if (skipped !== null) this.skips = [...this.skips, skipped].slice(-SKIPS_MAX);
    // An old map says nothing until a frame names a version, except while time stands still.
    if (isNew || clock.speed === 0) this.#anchor(clock.timeUs, clock.speed);
    this.#clock = clock;
  }

  /** A data frame was applied. One that carries what is still owed of before the map began does not turn the time back. */
  onHead(asOf: number): void {
    const clock = this.#clock;
    if (clock !== null) this.#anchor(timeAt(clock, Math.max(asOf, clock.asOf)), clock.speed);
  }

  /** Without a connection the time shown stands still. */
  hold(): void {
    this.#anchor(this.nowUs(), 0);
  }

  #anchor(timeUs: number, pace: number): void {
    this.#anchorUs = timeUs;
    this.#anchorMs = this.#nowMs();
    this.#pace = pace;
    if (this.mode === 'live' && pace > 0) this.onLiveTime(timeUs);
  }
}
