import type { GapReason, MarketEvent, UnixUs } from '#protocol';
import type { Cancel } from '../../engine/ports.ts';
import { FrameLine } from './frame-line.ts';
import { LateWatch } from './late-watch.ts';
import { LifeWatch } from './life-watch.ts';
import type { LinkOwner, LinkParts } from './link-owner.ts';
import type { Portions } from './portions.ts';
import type {
  RawFrame,
  VenueConnection,
  VenueFault,
  VenueInstrument,
  VenuePort,
  VenueRest,
  VenueTrade,
} from './ports.ts';
import { SendPacer } from './send-pacer.ts';
import { sendableFrames } from './sendable-frames.ts';
import { SubscriptionBook } from './subscription-book.ts';
import type { VenueSocket } from './venue-socket.ts';

/** Symbols that one call of an adapter's `subscribe` is handed: the time to answer begins for them together. */
const SYMBOLS_PER_CALL = 100;

/** What waits behind long work is at most one read of the socket's, or one frame: a socket that cannot hold back is given up. */
const WAITING_MAX = 4_194_304;

/** What is missing because of a fault. */
const CAUSES: Readonly<Record<VenueFault['kind'], GapReason>> = {
  gap: 'sequence',
  order: 'sequence',
  checksum: 'checksum',
  crossed: 'content',
  malformed: 'content',
};

/**
 * One connection to a venue with its translator: let in, subscribed, watched, ended. It does not come back: a slot opens another.
 *
 * Invariant: whatever the translator throws ends this link at most, and nothing is passed on after `close`.
 */
export class VenueLink implements VenuePort {
  readonly #parts: LinkParts;
  readonly #owner: LinkOwner;
  readonly #book: SubscriptionBook;
  readonly #pacer: SendPacer;
  readonly #connectTimer: Cancel;
  readonly #line: FrameLine;
  #connection: VenueConnection | null = null;
  #socket: VenueSocket | null = null;
  #life: LifeWatch;
  #nextPingUs = Infinity;
  #readyUs = 0;
  /** When anything came last, us. */
  #heardUs: number;
  #endedBy: GapReason = 'cut';
  readonly #late: LateWatch;
  #isOver = false;
  /** How deep in calls to the translator: what would call it again waits until it has returned. */
  #depth = 0;
  readonly #afterwards: (() => void)[] = [];

  constructor(parts: LinkParts, owner: LinkOwner, symbols: readonly string[]) {
    const { venue, clock } = parts;
    this.#parts = parts;
    this.#owner = owner;
    this.#book = new SubscriptionBook(venue.ackTimeoutMs, parts.random);
    this.#pacer = new SendPacer(clock, venue.framesPerSecond, (frame) => this.#socket?.send(frame));
    this.#life = new LifeWatch(venue, clock.nowUs());
    this.#heardUs = clock.nowUs();
    this.#line = this.#makeLine();
    this.#late = new LateWatch(venue, owner.health, this.#heardUs, {
      onLate: (reason) => owner.onLate(this, reason),
      onLateAnswer: (symbol, reason) => owner.onFault(this, symbol, reason, 'silence'),
    });
    this.#connectTimer = clock.after(venue.connectTimeoutMs, () =>
      this.#end(`did not let us in within ${venue.connectTimeoutMs / 1000} s`),
    );
    // Whoever makes a link knows it before it tells anything.
    clock.soon(() => this.#open(symbols));
  }

  /** Of two links of a feed, the newer one has the larger. */
  get serial(): number {
    return this.#parts.serial;
  }

  /** When subscriptions could be sent first; 0 = not yet. */
  get readyUs(): number {
    return this.#readyUs;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether the venue has answered for every symbol. */
  get isSettled(): boolean {
    return this.#readyUs > 0 && this.#book.isSettled;
  }

  /** The last sign of life. */
  get lifeUs(): number {
    return this.#life.lastUs;
  }

  /** When anything came last: what it brought up to then can be trusted. */
  get heardUs(): number {
    return this.#heardUs;
  }

  /** Why it ended, or would end now. */
  get endedBy(): GapReason {
    return this.#endedBy;
  }

  isLive(symbol: string): boolean {
    return this.#book.isLive(symbol);
  }

  /** Called when the link is ready. */
  subscribe(symbols: readonly string[]): void {
    this.#book.queue(symbols);
    for (let at = 0; at < symbols.length; at += SYMBOLS_PER_CALL)
      this.#ask(symbols.slice(at, at + SYMBOLS_PER_CALL));
  }

  unsubscribe(symbols: readonly string[]): void {
    for (const symbol of symbols) this.#book.forget(symbol);
    this.#line.drop(symbols);
    this.#whenIdle(() => {
      const frames = this.#frames((connection) => connection.unsubscribe(symbols));
      if (frames !== null) this.#pacer.send(frames);
    });
  }

  /** We were away for so long: see `LifeWatch`. */
  forgive(awayUs: number): void {
    this.#life.forgive(awayUs, this.#parts.clock.nowUs());
  }

  /** Called a few times a second. */
  tick(nowUs: UnixUs): void {
    if (this.#isOver) return;
    if (this.#readyUs === 0) return this.#late.lookAtOpening(nowUs);
    if (this.#life.isSilent(nowUs)) {
      this.#owner.health.count('silences');
      this.#endedBy = 'silence';
      return this.#end(this.#life.sentence(nowUs).replace(/\.$/, '').toLowerCase());
    }
    this.#late.look(nowUs, this.#life, this.#book);
    if (nowUs >= this.#nextPingUs) this.#ping(nowUs);
    for (const { symbol, action, told } of this.#book.due(nowUs)) {
      if (told !== '') {
        this.#owner.health.count('unanswered');
        this.#owner.onFault(this, symbol, told, 'silence');
      }
      if (action === 'subscribe') this.#ask([symbol]);
      else if (action === 'resync') this.#resync(symbol);
    }
  }

  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#connectTimer();
    this.#pacer.close();
    // What waits was not taken: it is missing from then on.
    this.#heardUs = Math.min(this.#heardUs, this.#line.waitingSinceUs);
    this.#line.close();
    this.#socket?.close();
    this.#afterwards.length = 0;
  }

  /* ---- what the translator says ---- */

  get rest(): VenueRest {
    return this.#owner.rest;
  }

  instrument(symbol: string): VenueInstrument | null {
    return this.#book.has(symbol) ? this.#owner.instrument(symbol) : null;
  }

  event(event: MarketEvent): void {
    if (!this.#isOver) this.#owner.onEvent(this, event);
  }

  trade(trade: VenueTrade): void {
    if (!this.#isOver) this.#owner.onTrade(this, trade);
  }

  live(symbol: string): void {
    if (this.#isOver) return;
    if (this.#book.live(symbol, this.#parts.clock.nowUs())) this.#owner.onLive(this, symbol);
  }

  acknowledged(symbol: string, channel: string): void {
    if (!this.#book.has(symbol)) return this.unexpected(`the answer for ${channel} of ${symbol}`);
    this.#book.acknowledged(symbol, this.#parts.clock.nowUs());
  }

  refused(symbol: string, channel: string, reason: string): void {
    if (this.#isOver || !this.#book.has(symbol)) return;
    this.#book.refused(symbol);
    this.#owner.health.count('refused');
    this.#owner.onFault(this, symbol, `${channel} was refused: ${reason}`, 'cut');
  }

  ready(): void {
    if (this.#isOver || this.#readyUs > 0) return;
    this.#connectTimer();
    const nowUs = this.#parts.clock.nowUs();
    const { pingEveryMs } = this.#parts.venue;
    this.#readyUs = nowUs;
    this.#life = new LifeWatch(this.#parts.venue, nowUs);
    if (pingEveryMs > 0) this.#nextPingUs = nowUs + pingEveryMs * 1000;
    this.#whenIdle(() => this.#owner.onReady(this));
  }

  heartbeat(): void {
    this.#life.on('heartbeat', this.#parts.clock.nowUs());
  }

  fault({ kind, symbol, detail }: VenueFault): void {
    if (this.#isOver) return;
    this.#owner.health.count(`fault_${kind}`);
    for (const faulted of symbol === undefined ? this.#book.served : [symbol]) {
      if (!this.#book.has(faulted)) continue;
      const isNow = this.#book.fault(faulted, this.#parts.clock.nowUs());
      this.#owner.onFault(this, faulted, detail, CAUSES[kind]);
      if (isNow) this.#resync(faulted);
    }
  }

  notice(sentence: string): void {
    this.#owner.health.count('notices');
    this.#owner.health.problem(`${this.#parts.venue.title} says: ${sentence.slice(0, 200)}`);
  }

  unknown(kind: string): void {
    this.#owner.health.count('unknown_frames');
    this.#owner.health.problem(`A frame of an unknown kind: ${kind.slice(0, 100)}`);
  }

  malformed(reason: string): void {
    this.#owner.health.count('malformed_frames');
    this.#owner.health.problem(`A frame that cannot be read: ${reason.slice(0, 200)}`);
  }

  unexpected(what: string): void {
    this.#owner.health.count('unexpected_frames');
    this.#owner.health.problem(`Not asked for: ${what.slice(0, 100)}`);
  }

  rotate(reason: string): void {
    if (!this.#isOver) this.#whenIdle(() => this.#owner.onRotate(this, reason));
  }

  fail(reason: string, permanent: boolean, cause: GapReason = 'cut'): void {
    if (this.#isOver) return;
    this.#endedBy = cause;
    this.#end(reason);
    if (permanent) this.#owner.onFail(reason);
  }

  send(frame: RawFrame): void {
    this.#pacer.send(sendableFrames([frame]));
  }

  inPortions(symbol: string, work: Portions): void {
    this.#line.begin(symbol, work);
  }

  key(env: string): string {
    return this.#owner.key(env);
  }

  /* ---- the socket ---- */

  #open(symbols: readonly string[]): void {
    if (this.#isOver) return;
    const { venue, url, openSocket, clock } = this.#parts;
    try {
      this.#connection = venue.connect(this);
      this.#socket = openSocket(
        {
          url: venue.address?.(url, symbols) ?? url,
          headers: venue.headers ?? {},
          subprotocol: venue.subprotocol ?? '',
          frameBytesMax: venue.frameBytesMax,
        },
        {
          onOpen: () => void this.#call((connection) => connection.onOpen()),
          onFrame: (frame) => this.#onFrame(frame),
          onPing: () => {
            this.#heardUs = clock.nowUs();
            this.#life.on('ping', this.#heardUs);
          },
          onClose: (reason) => this.#end(reason),
        },
      );
    } catch (error) {
      this.#end((error as Error).message);
    }
  }

  #onFrame(frame: RawFrame): void {
    const nowUs = this.#parts.clock.nowUs();
    this.#heardUs = nowUs;
    this.#life.on('frame', nowUs);
    this.#line.frame(frame, nowUs);
  }

  #makeLine(): FrameLine {
    const { clock, venue } = this.#parts;
    const waitingMax = Math.max(WAITING_MAX, venue.frameBytesMax);
    return new FrameLine({
      clock,
      waitingMax,
      take: (frame, receiveTimeUs) =>
        void this.#call((connection) => connection.onFrame(frame, receiveTimeUs)),
      run: (piece) => void this.#call(piece),
      hold: (isHeld) => this.#socket?.hold?.(isHeld),
      onWait: () => this.#owner.health.count('held_frames'),
      onOverflow: () =>
        this.fail(`more than ${waitingMax} bytes came while a book was read`, false, 'overload'),
    });
  }

  #ping(nowUs: number): void {
    this.#nextPingUs = nowUs + this.#parts.venue.pingEveryMs * 1000;
    const frames = this.#frames((connection) => [connection.ping?.() ?? []].flat());
    if (frames !== null) this.#pacer.send(frames);
  }

  #ask(symbols: readonly string[]): void {
    this.#whenIdle(() => {
      const frames = this.#frames((connection) => connection.subscribe(symbols));
      if (frames === null) return;
      this.#pacer.send(frames, () => this.#book.sent(symbols, this.#parts.clock.nowUs()));
    });
  }

  #resync(symbol: string): void {
    this.#book.resyncing(symbol);
    this.#owner.health.count('resyncs');
    this.#whenIdle(() => {
      const frames = this.#frames((connection) => connection.resync(symbol));
      if (frames === null) return;
      this.#pacer.send(frames, () => this.#book.sent([symbol], this.#parts.clock.nowUs()));
    });
  }

  /** Runs when the translator is not in the midst of something. */
  #whenIdle(run: () => void): void {
    if (this.#depth > 0 || this.#line.isWorking) this.#afterwards.push(run);
    else run();
  }

  /** Calls the translator. Null when it threw, which ends the link. */
  #call<Result>(call: (connection: VenueConnection) => Result): Result | null {
    if (this.#isOver || this.#connection === null) return null;
    this.#depth += 1;
    let result: Result | null = null;
    try {
      result = call(this.#connection);
      // An adapter whose methods are `async` fails later.
      if (result instanceof Promise) result.catch((error: unknown) => this.#onThrown(error));
    } catch (error) {
      this.#onThrown(error);
    } finally {
      this.#depth -= 1;
    }
    while (this.#depth === 0 && !this.#line.isWorking && this.#afterwards.length > 0)
      this.#afterwards.shift()!();
    return result;
  }

  /** Asks the translator for frames. Null when it threw, or gave what is none. */
  #frames(call: (connection: VenueConnection) => readonly RawFrame[]): readonly RawFrame[] | null {
    return this.#call((connection) => sendableFrames(call(connection)));
  }

  #onThrown(error: unknown): void {
    if (this.#isOver) return;
    this.#owner.health.count('adapter_errors');
    this.#end(`the adapter failed: ${error instanceof Error ? error.message : String(error)}`);
  }

  #end(reason: string): void {
    if (this.#isOver) return;
    this.close();
    this.#owner.onClosed(this, reason);
  }
}
