import { TAPE_NAME } from '../../../protocol/messages.ts';
import { PAGE_CODES } from '../../../protocol/page-codes.ts';
import type { OpenReplayCommand, TimelineRequest, UnixUs } from '#protocol';
import type { Market } from '../../state/market.ts';
import type { ReplayPlace } from './replay-link.ts';

/** How far before the tape's begin a place may lie and still be opened there, us. */
const OFF_TAPE_US = 1_000_000;
/** How far after the newest event: a market may be silent, and clocks differ, us. */
const AHEAD_US = 600_000_000;

const REFUSALS: ReadonlySet<number> = new Set([
  PAGE_CODES.unknownRecording,
  PAGE_CODES.tooManyReplays,
  PAGE_CODES.recordingUnreadable,
]);

export interface VisitHost {
  readonly market: Pick<Market, 'timeline' | 'connection'>;
  send(request: TimelineRequest): void;
  /** One sentence for the viewer. */
  say(sentence: string): void;
  /** A time as the viewer reads times. */
  timeText(timeUs: number): string;
  /** The replay that was asked for is there. */
  onArrived(place: ReplayPlace): void;
  /** The server plays one recording for everybody: a place without a recording's name is one in that. */
  onHomePlace(place: ReplayPlace): void;
  /** Where the replay was that a server which was started anew is asked for again. */
  again(place: ReplayPlace): ReplayPlace;
  /** The live market, or whatever the server itself plays, is watched again. */
  onLeft(): void;
}

/**
 * Which replay this page watches, and the way there and back. Not the replay: the server holds it, and the connection finds it again
 * after a loss. Invariant: between `open` and its outcome nothing but the newest wish counts, and an outcome is told once.
 *
 * `watch` is called from an effect, with each change of connection and timeline.
 */
export class ReplayVisit {
  readonly #host: VisitHost;
  #wanted = $state.raw<ReplayPlace | null>(null);
  #isOpening = $state(false);
  #isSent = false;
  #switchesBefore = 0;
  #refusalBefore: Market['timeline']['refusal'] = null;
  /** What the server itself shows; null = not heard yet. */
  #home = $state<'live' | 'replay' | null>(null);

  constructor(host: VisitHost) {
    this.#host = host;
  }

  /** The replay that was asked for, on its way or there; null = none. */
  get place(): ReplayPlace | null {
    return this.#wanted;
  }

  get isOpening(): boolean {
    return this.#isOpening;
  }

  /** Whether what is watched, or about to be, is the rolling tape of the live market. */
  get isTape(): boolean {
    return this.#wanted?.recording === TAPE_NAME;
  }

  /** Whether the server plays a recording of its own instead of a live market. */
  get isHomeReplay(): boolean {
    return this.#home === 'replay';
  }

  /** Whether a replay that this page asked for is there. */
  get isThere(): boolean {
    return this.#wanted !== null && !this.#isOpening && this.#host.market.timeline.mode === 'replay';
  }

  open(place: ReplayPlace): void {
    const { timeline } = this.#host.market;
    this.#wanted = place;
    this.#isOpening = true;
    this.#isSent = false;
    this.#switchesBefore = timeline.switches;
    this.#refusalBefore = timeline.refusal;
    this.watch();
  }

  leave(): void {
    if (this.#wanted === null) return;
    const wasSent = this.#isSent;
    this.#wanted = null;
    this.#isOpening = false;
    if (wasSent) this.#host.send({ type: 'timeline', op: 'leave' });
    this.#host.onLeft();
  }

  /** Compares what the market says with what is wanted. */
  watch(): void {
    const { timeline, connection } = this.#host.market;
    const { mode, switches, refusal, recording, isTold } = timeline;
    const isLive = isTold && (connection.phase === 'live' || connection.phase === 'recovered');
    if (this.#wanted === null) {
      if (isLive && switches === 0) this.#home = mode;
      return;
    }
    if (!isLive) return;
    if (!this.#isSent) {
      this.#home ??= mode;
      return this.#send(this.#wanted);
    }
    if (!this.#isOpening) {
      // The server was started anew: the connection has asked for the replay again.
      if (mode !== this.#home || mode !== 'live') return;
      this.#wanted = this.#host.again(this.#wanted);
      this.#isOpening = true;
      return;
    }
    if (switches > this.#switchesBefore && mode === 'replay') return this.#arrive(this.#wanted, recording);
    if (refusal !== null && refusal !== this.#refusalBefore && REFUSALS.has(refusal.code))
      this.#fail(refusal.message);
  }

  #send({ recording, timeUs, speed, isPaused, room }: ReplayPlace): void {
    const { tapeFromUs } = this.#host.market.timeline;
    if (recording === TAPE_NAME && this.isHomeReplay) return this.#moveHome();
    if (recording === TAPE_NAME && tapeFromUs === 0)
      return this.#fail('This server keeps no tape of the live market.');
    this.#isSent = true;
    const command: OpenReplayCommand = {
      type: 'timeline',
      op: 'open',
      recording,
      speed,
      paused: isPaused,
      ...(timeUs === null ? {} : { timeUs: timeUs as UnixUs }),
      ...(room === '' ? {} : { room }),
    };
    this.#host.send(command);
  }

  #arrive(place: ReplayPlace, recording: Market['timeline']['recording']): void {
    const { timeUs, room } = place;
    const mayBeOff = recording !== null && this.isTape && room === '' && timeUs !== null;
    if (mayBeOff && timeUs < recording.firstTimeUs - OFF_TAPE_US) {
      const { timeText, say } = this.#host;
      const from = timeText(recording.firstTimeUs);
      say(`The tape begins at ${from}: ${timeText(timeUs)} is no longer held. This is live.`);
      return this.leave();
    }
    if (mayBeOff && timeUs > recording.lastTimeUs + AHEAD_US) {
      this.#host.say(`${this.#host.timeText(timeUs)} has not come yet. This is live.`);
      return this.leave();
    }
    this.#isOpening = false;
    this.#host.onArrived(place);
  }

  #moveHome(): void {
    const place = this.#wanted!;
    this.#wanted = null;
    this.#isOpening = false;
    this.#host.onHomePlace(place);
  }

  #fail(message: string): void {
    const { recording } = this.#wanted!;
    this.#wanted = null;
    this.#isOpening = false;
    this.#host.say(recording === TAPE_NAME ? message : `“${recording}”: ${message}`);
    this.#host.onLeft();
  }
}
