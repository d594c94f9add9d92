import {
  encodeClientMessage,
  instrumentId,
  priceTicks,
  sizeLots,
  unixUs,
  type Aggressor,
  type ClientMessage,
  type Encoding,
  type ErrorName,
  type EventDensity,
  type Frame,
  type InstrumentId,
  type RecordingInfo,
  type TimelineCommand,
  type TimelineState,
  type UnixUs,
  type WireBar,
} from '#protocol';
import { Engine } from '../../server/engine/engine.ts';
import { Admission } from '../../server/sessions/admission.ts';
import type { PeerSocket } from '../../server/sessions/peer-socket.ts';
import { Session } from '../../server/sessions/session.ts';
import type { TimelineSource } from '../../server/timelines/source.ts';
import { Timeline } from '../../server/timelines/timeline.ts';
import { ManualClock } from './manual-clock.ts';
import { messagesIn } from './ready-messages.ts';
import { openGate } from './open-gate.ts';
import { soleTimeline } from './sole-timeline.ts';
import { ExampleReader } from './spec-examples.ts';

/** What a peer was sent, decoded: a control message, or a data frame as its absolute values. */
export type Said = Record<string, unknown> & { type?: string; kind?: string };

/** A source that does what a test says. */
export class ScriptedSource implements TimelineSource {
  readonly mode: 'live' | 'replay';
  state: TimelineState;
  speed = 1;
  recording: RecordingInfo | null = null;
  timeUs: UnixUs;
  runs: EventDensity[] = [];
  commands: TimelineCommand[] = [];
  refuses: ErrorName | null;

  constructor(mode: 'live' | 'replay', timeUs: UnixUs) {
    this.mode = mode;
    this.state = mode === 'live' ? 'live' : 'playing';
    this.refuses = mode === 'live' ? 'notSeekable' : null;
    this.timeUs = timeUs;
  }

  positionUs(): UnixUs {
    return this.timeUs;
  }

  density(): EventDensity[] {
    return this.runs;
  }

  feeds(): [] {
    return [];
  }

  command(command: TimelineCommand): ErrorName | null {
    this.commands.push(command);
    return this.refuses;
  }

  details(): Record<string, never> {
    return {};
  }

  onWatched(): void {}

  history(): Promise<WireBar[]> {
    return Promise.resolve([]);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** One connection in memory: sends messages, and collects what comes back. */
export class ScriptedPeer implements PeerSocket {
  readonly encoding: Encoding;
  readonly address = '127.0.0.1';
  /** The very bytes that were handed over last. */
  newest: Uint8Array | null = null;
  queuedBytes = 0;
  isAhead = false;
  closed: { code: number; terminated: boolean } | null = null;
  readonly #reader = new ExampleReader();
  readonly #frames: Frame[] = [];
  #said: Said[] = [];
  session!: Session;

  constructor(encoding: Encoding) {
    this.encoding = encoding;
  }

  /* ---- as the session's socket ---- */

  sendReady(bytes: Uint8Array): void {
    this.newest = bytes;
    for (const message of messagesIn(bytes)) this.#take(message);
  }

  sendText(text: string): void {
    this.#take(text);
  }

  pause(): void {}

  resume(): void {}

  close(code: number): void {
    this.closed = { code, terminated: false };
  }

  terminate(): void {
    if (this.closed !== null) this.closed.terminated = true;
  }

  /* ---- as the test's client ---- */

  frame(frame: Frame): void {
    this.session.onFrame(frame);
  }

  /** Sends one message of any form and returns what was said in answer. */
  ask(message: ClientMessage | Record<string, unknown>): Said[] {
    this.heard();
    this.frame(encodeClientMessage(message as ClientMessage, this.encoding));
    return this.heard();
  }

  hello(resume?: { epoch: string; asOf: number }): Said[] {
    return this.ask({
      type: 'hello',
      version: 1,
      client: 'test',
      ...(resume === undefined ? {} : { resume }),
    });
  }

  subscribe(subscription: number, channel: string, selectors: readonly string[], more: object = {}): Said[] {
    return this.ask({ type: 'subscribe', subscription, channel, selectors, ...more });
  }

  #take(frame: Frame): void {
    this.#frames.push(frame);
    this.#said.push(this.#reader.read('server', frame) as Said);
  }

  /** Everything said since the last look. */
  heard(): Said[] {
    const said = this.#said;
    this.#said = [];
    return said;
  }

  get frames(): readonly Frame[] {
    return this.#frames;
  }
}

/** A timeline with a scripted source, sessions in memory, and time that the test moves. No network, no real time. */
export class ProtocolBench {
  readonly clock = new ManualClock();
  readonly engine = new Engine(this.clock.nowUs());
  readonly timeline = new Timeline(this.engine, this.clock);
  readonly source: ScriptedSource;
  readonly #allowControl: boolean;

  constructor(mode: 'live' | 'replay' = 'live', allowControl = true) {
    this.source = new ScriptedSource(mode, this.clock.nowUs());
    this.#allowControl = allowControl;
    this.timeline.drive(this.source);
  }

  connect(encoding: Encoding = 'binary'): ScriptedPeer {
    const peer = new ScriptedPeer(encoding);
    peer.session = new Session({
      id: 'test',
      socket: peer,
      timelines: soleTimeline(this.timeline, this.clock),
      clock: this.clock,
      serverName: 'tickwire/test',
      allowControl: this.#allowControl,
      admission: new Admission(this.clock),
      gate: openGate(this.clock),
      bitsPerSecondMax: 0,
      onEnd: () => {},
      log: () => {},
    });
    return peer;
  }

  /** A connection that is past its hello, with what was said so far forgotten. */
  greeted(encoding: Encoding = 'binary'): ScriptedPeer {
    const peer = this.connect(encoding);
    peer.hello();
    return peer;
  }

  define(venue: string, symbol: string): InstrumentId {
    return this.engine.define({
      venue,
      symbol,
      name: '',
      assetClass: 'crypto',
      currency: 'USD',
      tick: { units: 1, decimals: 2 },
      lot: { units: 1, decimals: 0 },
    });
  }

  quote(instrument: number, bid: number, ask: number): void {
    this.engine.onEvent({
      ...this.#stamp(instrument),
      type: 'quote',
      bid: priceTicks(bid),
      bidSize: sizeLots(10),
      ask: priceTicks(ask),
      askSize: sizeLots(20),
    });
  }

  trade(instrument: number, price: number, size = 1, aggressor: Aggressor = 1): void {
    this.engine.onEvent({
      ...this.#stamp(instrument),
      type: 'trade',
      price: priceTicks(price),
      size: sizeLots(size),
      aggressor,
      tradeId: '',
    });
  }

  book(instrument: number, bids: number[], asks: number[]): void {
    this.engine.onEvent({ ...this.#stamp(instrument), type: 'book', snapshot: true, bids, asks });
  }

  /** Moves time, and the source with it. */
  advance(ms: number): void {
    this.source.timeUs = unixUs(this.source.timeUs + ms * 1000);
    this.clock.advance(ms);
  }

  /** As a replay seeks: a new epoch, silence, then everything anew. */
  seek(timeUs: number): void {
    this.source.state = 'seeking';
    this.source.timeUs = unixUs(timeUs);
    this.timeline.hold(true);
    this.source.state = 'playing';
    this.timeline.release();
  }

  #stamp(instrument: number): { instrument: InstrumentId; venueTimeUs: UnixUs; receiveTimeUs: UnixUs } {
    const nowUs = this.clock.nowUs();
    return { instrument: instrumentId(instrument), venueTimeUs: nowUs, receiveTimeUs: nowUs };
  }
}

/** Types of control messages and kinds of data frames, in order. */
export const outline = (said: readonly Said[]): string[] => said.map(({ type, kind }) => type ?? kind ?? '?');

export const ofKind = (said: readonly Said[], name: string): Said[] =>
  said.filter(({ type, kind }) => type === name || kind === name);
