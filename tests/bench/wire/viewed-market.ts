import {
  LIMITS,
  invariant,
  unixUs,
  type Encoding,
  type EventDensity,
  type FeedStatus,
  type Frame,
  type InstrumentDefinition,
  type MarketEvent,
} from '#protocol';
import { Engine } from '../../../server/engine/engine.ts';
import { Timeline } from '../../../server/timelines/timeline.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { TestSource } from '../../support/test-timeline.ts';
import { TestViewer } from '../../support/test-viewer.ts';

/** The rate at which the viewers of this benchmark are served, Hz. */
export const VIEW_RATE_HZ = 10;

/** What a viewer was sent, frame by frame. */
export type OnFrame = (frame: Frame) => void;

/**
 * The production timeline and its sessions with viewers of all quotes, in market time: no network and no waiting. Everything that a
 * socket would be handed goes to the viewer's `onFrame`: welcome, dictionary, status, re-basing and data alike.
 */
export class ViewedMarket {
  readonly engine: Engine;
  readonly #clock: ManualClock;
  readonly #source: TestSource;
  readonly #timeline: Timeline;
  readonly #viewers: { viewer: TestViewer; onFrame: OnFrame; pingUs: number }[] = [];

  constructor(startUs: number) {
    this.#clock = new ManualClock(startUs);
    this.engine = new Engine(unixUs(startUs));
    this.#source = new TestSource('live', this.#clock);
    this.#timeline = new Timeline(this.engine, this.#clock);
    this.#timeline.drive(this.#source);
  }

  /** What viewers are told of the source: the feeds each second, the last hour's events when they come. */
  describeSource(feeds: readonly FeedStatus[], lastHour: EventDensity): void {
    this.#source.status = [...feeds];
    this.#source.runs = [lastHour];
  }

  define(definition: InstrumentDefinition): void {
    this.engine.define(definition);
  }

  /** Lets a viewer of all instruments in. */
  connect(encoding: Encoding, onFrame: OnFrame): void {
    const viewer = new TestViewer({ clock: this.#clock, timeline: this.#timeline }, { encoding });
    this.#viewers.push({ viewer, onFrame, pingUs: this.#clock.nowUs() });
    viewer.hello().subscribe(1, 'quote', ['*'], { maxRateHz: VIEW_RATE_HZ });
    this.#handOver();
  }

  /** Lets time pass up to `timeUs`; what falls due on the way is served. */
  advanceTo(timeUs: number): void {
    const ms = (timeUs - this.#clock.nowUs()) / 1000;
    invariant(ms >= 0, 'time does not go back');
    if (ms === 0) return;
    this.#clock.advance(ms);
    this.#handOver();
  }

  advanceBy(us: number): void {
    this.advanceTo(this.#clock.nowUs() + us);
  }

  onEvent(event: MarketEvent): void {
    this.engine.onEvent(event);
  }

  #handOver(): void {
    for (const one of this.#viewers) {
      for (const frame of one.viewer.socket.take()) one.onFrame(frame);
      if (this.#clock.nowUs() - one.pingUs < LIMITS.heartbeatMs * 1000) continue;
      one.pingUs = this.#clock.nowUs();
      one.viewer.say({ type: 'ping', nonce: 1 });
    }
  }
}

/** Bytes on the wire of one message of a server: RFC 6455 section 5.2, no mask. */
export function wireBytes(frame: Frame): number {
  const payload = Buffer.byteLength(frame);
  return payload + (payload < 126 ? 2 : payload < 65_536 ? 4 : 10);
}
