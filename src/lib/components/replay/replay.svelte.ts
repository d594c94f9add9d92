import { TAPE_NAME } from '../../../protocol/messages.ts';
import type { BarInterval, TimelineCommand, TimelineRequest, UnixUs } from '#protocol';
import { Bookmarks, type Bookmark } from '../../state/bookmarks.svelte.ts';
import type { Market } from '../../state/market.ts';
import type { SettingStorage } from '../../state/settings.svelte.ts';
import { LoopControl } from './loop-control.svelte.ts';
import { rangeAround, type TimeRange } from './loop-marks.ts';
import type { ReplayPlace } from './replay-link.ts';
import { liveEdgeUs } from './resting-replay.ts';
import { ReplayVisit } from './replay-visit.svelte.ts';
import { ReverseShuttle } from './reverse-shuttle.svelte.ts';
import { Scrub } from './scrub.svelte.ts';
import { Transport, type StepUnit } from './transport.ts';

/** Recorded silence that is jumped over: usually, and in event mode, us. The first is the server's own. */
const SKIP_IDLE_US = 60_000_000;
const EVENT_MODE_IDLE_US = 1_000_000;
/** What is kept around the playhead where no loop is set, us. */
const KEEP_US = 300_000_000;

export interface ReplayHost {
  readonly market: Market;
  /** Of the chart: what a step of one bar means. */
  interval(): BarInterval;
  say(sentence: string): void;
  /** How long the view of the live market has been paused, us; 0 = it is not. */
  heldUs(): number;
  timeText(timeUs: number): string;
  /** A replay begins or ends: what was frozen or learned of the clock before holds no more. */
  onMoved(): void;
}

/**
 * Everything that the page does with replays, in one place for bar, keys, dialogs and address: where it is (`visit`), how it moves
 * (`transport`, `shuttle`, `scrub`), what is looped and marked. Draws nothing.
 */
export class Replay {
  readonly transport: Transport;
  readonly visit: ReplayVisit;
  readonly loop: LoopControl;
  readonly shuttle: ReverseShuttle;
  readonly scrub: Scrub;
  readonly bookmarks = new Bookmarks();
  readonly #host: ReplayHost;
  #stepUnit = $state<StepUnit>('event');
  #isEventMode = $state(false);
  /** Begin of the tape as it was told while a replay is watched; 0 = not told. */
  #tapeFromUs = $state(0);
  #switchesSeen = 0;
  /** Where the replay that is watched was when anything of it was told last. */
  #seen: ReplayPlace | null = null;
  /** Event mode was on when the server was started anew. */
  #jumpsAgain = false;
  /** Whether it is to play, as it was asked for on the way to a replay; null = as it was opened. */
  #orderedPlay: boolean | null = null;

  constructor(host: ReplayHost) {
    this.#host = host;
    const { market } = host;
    const { timeline } = market;
    // What was switched before this was asked for is no news to it, unless it is what it was asked for.
    if (timeline.mode === 'live') this.#switchesSeen = timeline.switches;
    const send = (request: TimelineRequest): void => market.command(request);
    this.visit = new ReplayVisit({
      market,
      send,
      say: (sentence) => host.say(sentence),
      timeText: (timeUs) => host.timeText(timeUs),
      onArrived: (place) => this.#onArrived(place),
      onHomePlace: (place) => this.#moveTo(place),
      again: (place) => {
        this.#jumpsAgain = this.#isEventMode;
        return this.#seen ?? place;
      },
      onLeft: () => this.#onLeft(),
    });
    this.transport = new Transport(
      timeline,
      (command) => this.#command(command),
      () => this.span,
    );
    this.loop = new LoopControl({
      timeline,
      span: () => this.span,
      loop: (range) => this.transport.loop(range),
    });
    this.shuttle = new ReverseShuttle({
      nowUs: () => timeline.nowUs(),
      fromUs: () => this.span.fromUs,
      pause: () => this.transport.pause(),
      seek: (timeUs) => this.#seekPast(timeUs),
    });
    this.scrub = new Scrub(this);
  }

  /** True while a replay is watched or on its way. */
  get isOpen(): boolean {
    return this.visit.place !== null || this.#host.market.timeline.mode === 'replay';
  }

  /** Whether there is something left of live to go back to. */
  get canRewind(): boolean {
    const { timeline } = this.#host.market;
    return timeline.mode === 'live' && timeline.tapeFromUs > 0;
  }

  get isReplaying(): boolean {
    return this.#host.market.timeline.mode === 'replay';
  }

  get nowUs(): number {
    return this.#host.market.timeline.nowUs();
  }

  /** The instant that the panels show: that of the pause where the live view is paused. */
  get shownUs(): number {
    return this.nowUs - (this.isReplaying ? 0 : this.#host.heldUs());
  }

  get liveNowUs(): number {
    return liveEdgeUs(this.#host.market.timeline);
  }

  /** Since when the tape holds what happened, us; 0 = there is none. */
  get tapeFromUs(): number {
    return this.#tapeFromUs || this.#host.market.timeline.tapeFromUs;
  }

  set tapeFromUs(timeUs: number) {
    this.#tapeFromUs = timeUs;
    this.bookmarks.forgetBefore(TAPE_NAME, timeUs);
  }

  /** What can be gone to: the tape up to now, or the recording. */
  get span(): TimeRange {
    const { recording, mode } = this.#host.market.timeline;
    const isTape = mode === 'live' || this.visit.isTape;
    if (!isTape && recording !== null) return { fromUs: recording.firstTimeUs, toUs: recording.lastTimeUs };
    const toUs = this.liveNowUs;
    return { fromUs: Math.min(this.tapeFromUs || recording?.firstTimeUs || toUs, toUs), toUs };
  }

  /** Name under which this recording's bookmarks are kept. */
  get recordingName(): string {
    if (this.visit.place !== null) return this.visit.place.recording;
    const { recording, mode } = this.#host.market.timeline;
    return mode === 'replay' ? (recording?.name ?? '') : TAPE_NAME;
  }

  get marks(): readonly Bookmark[] {
    return this.bookmarks.of(this.recordingName);
  }

  get stepUnit(): StepUnit {
    return this.#stepUnit;
  }

  set stepUnit(unit: StepUnit) {
    this.#stepUnit = unit;
  }

  /** Event mode: silence of more than a second is jumped over. */
  get isEventMode(): boolean {
    return this.#isEventMode;
  }

  setEventMode(isOn: boolean): void {
    this.#isEventMode = isOn;
    this.transport.skipIdle(isOn ? EVENT_MODE_IDLE_US : SKIP_IDLE_US);
  }

  restore(storage: SettingStorage | null): void {
    this.bookmarks.restore(storage);
  }

  /** Goes to a place: within the replay that is watched already, or by opening it. */
  open(place: ReplayPlace): void {
    const { visit } = this;
    const isHere =
      visit.isThere &&
      visit.place?.recording === place.recording &&
      this.#host.market.timeline.room === place.room;
    if (isHere) return this.#moveHere(place);
    this.shuttle.stop();
    this.scrub.forget();
    this.#orderedPlay = null;
    this.#jumpsAgain = false;
    visit.open(place);
  }

  /** Goes to an instant of what is watched; opens the tape where that is the live market. */
  goTo(timeUs: number): void {
    if (this.isReplaying) return this.transport.seek(timeUs);
    this.open({ recording: TAPE_NAME, timeUs, speed: 1, isPaused: false, loop: null, room: '' });
  }

  /** Back to live without a reload. */
  goLive(): void {
    this.shuttle.stop();
    this.scrub.forget();
    this.visit.leave();
  }

  step(count: number, unit: StepUnit = this.#stepUnit): void {
    this.transport.step(count, unit, this.#host.interval());
  }

  /** J: plays backwards, faster each time. */
  playBackwards(): void {
    this.shuttle.faster();
  }

  /** L: plays, and faster each time; after J it turns around at 1x. */
  forward(): void {
    if (this.shuttle.speed === 0) return this.transport.faster();
    this.transport.setSpeed(1);
    this.transport.play();
  }

  /** Marks the instant that is shown; says so. */
  bookmark(): void {
    const timeUs = this.shownUs;
    const name = this.recordingName;
    if (this.isReplaying ? name === '' : !this.canRewind) return;
    const text = this.#host.timeText(timeUs);
    if (this.bookmarks.add(name, timeUs)) this.#host.say(`Bookmark at ${text}.`);
    else this.#host.say(`${text} is marked already, or there are too many bookmarks here.`);
  }

  /** A timeline that others may join: the same place, for all who open the link. Returns the name of its room. */
  share(): string {
    const here = this.place;
    if (here === null) return '';
    if (here.room !== '') return here.room;
    const letters = crypto.getRandomValues(new Uint8Array(8));
    const room = Array.from(letters, (letter) => (letter % 36).toString(36)).join('');
    this.open({ ...here, room });
    return room;
  }

  /** Where the page is now, as a link says it; null = live, or what the server itself plays. */
  get place(): ReplayPlace | null {
    const { visit } = this;
    const wanted = visit.place;
    if (wanted === null || visit.isOpening) return wanted;
    const { timeline } = this.#host.market;
    const { state, speed, loop, room } = timeline;
    const isPaused = state === 'seeking' ? !this.transport.wantsToPlay : state !== 'playing';
    return {
      isPaused,
      recording: wanted.recording,
      timeUs: timeline.nowUs(),
      speed,
      loop: loop === null ? null : { fromUs: loop.fromTimeUs, toUs: loop.toTimeUs },
      room,
    };
  }

  /** What “Keep” keeps of the tape: the loop, or else five minutes around the playhead. */
  get keepRange(): TimeRange {
    return this.loop.range ?? rangeAround(this.nowUs, KEEP_US, this.span);
  }

  /** Compares what the market says with what it said before. Call it from an effect: it reads runes. */
  watch(): void {
    const { timeline } = this.#host.market;
    const wanted = this.transport.wantsToPlay;
    if (timeline.switches !== this.#switchesSeen) {
      this.#switchesSeen = timeline.switches;
      this.loop.forget();
      this.#isEventMode = false;
      this.#host.onMoved();
    }
    this.visit.watch();
    if (this.visit.isThere) this.#seen = this.place;
    this.loop.adopt(timeline.loop);
    // At the newest event of the tape: what follows is live.
    if (this.visit.isThere && this.visit.isTape && timeline.state === 'ended' && wanted) {
      this.#host.say('The replay has caught up: this is live.');
      return this.goLive();
    }
    this.transport.observe();
  }

  close(): void {
    this.shuttle.stop();
    this.scrub.forget();
  }

  #command(command: TimelineCommand): void {
    this.shuttle.stop();
    if (this.visit.isOpening) {
      if (command.op === 'play' || command.op === 'pause') this.#orderedPlay = command.op === 'play';
      return;
    }
    // The live market obeys no such command.
    if (this.isReplaying) this.#host.market.command(command);
  }

  /** A seek of the shuttle itself, which does not stop it. */
  #seekPast(timeUs: number): void {
    if (!this.isReplaying) return this.shuttle.stop();
    this.#host.market.command({ type: 'timeline', op: 'seek', timeUs: Math.round(timeUs) as UnixUs });
  }

  /** What an address of one's own replay does not say is not so there: no loop, no pause. A room has more than its address says. */
  #moveHere(place: ReplayPlace): void {
    const isWhole = place.room === '' && place.timeUs !== null;
    if (isWhole && place.loop === null && this.loop.isOn) this.loop.clear();
    this.#moveTo(place);
    if (isWhole && !place.isPaused && !this.transport.playing) this.transport.play();
  }

  #moveTo({ timeUs, speed, isPaused, loop }: ReplayPlace): void {
    if (isPaused && this.transport.playing) this.transport.pause();
    if (speed !== this.#host.market.timeline.speed) this.transport.setSpeed(speed);
    if (timeUs !== null) this.transport.seek(timeUs);
    if (loop !== null) this.transport.loop(loop);
  }

  #onArrived({ loop, room }: ReplayPlace): void {
    if (loop !== null && room === '') this.transport.loop(loop);
    if (this.#jumpsAgain) this.setEventMode(true);
    this.#jumpsAgain = false;
    this.scrub.onArrived();
    const plays = this.#orderedPlay;
    this.#orderedPlay = null;
    if (plays === true) this.transport.play();
    else if (plays === false) this.transport.pause();
  }

  #onLeft(): void {
    this.scrub.forget();
    this.loop.forget();
    this.#tapeFromUs = 0;
  }
}
