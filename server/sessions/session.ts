import {
  CLOSE_CODES,
  DecodeError,
  ERROR_CODES,
  LIMITS,
  PROTOCOL_VERSION,
  assertNever,
  decodeClientFrame,
  durationMs,
  nonceOfPing,
  type ClientMessage,
  type CloseName,
  type ErrorName,
  type Frame,
  type HelloMessage,
  type ServerMessage,
  type SubscribeMessage,
  type TuneMessage,
} from '#protocol';
import type { Cancel, Clock } from '../engine/ports.ts';
import type { SessionReport } from '../engine/reports.ts';
import { SelectorSet } from '../engine/selector.ts';
import { newSubscription, type Subscription } from '../engine/subscriber.ts';
import type { Timelines } from '../timelines/timelines.ts';
import type { Admission } from './admission.ts';
import { HistoryAnswers } from './history-answers.ts';
import { checkClientMessage, type CheckedMessage } from './message-schema.ts';
import { Outlet, type OutletOwner } from './outlet.ts';
import type { PeerSocket } from './peer-socket.ts';
import { Seat } from './seat.ts';
import { sentReport } from './sent-report.ts';
import { Terms } from './terms.ts';
import { TokenBucket } from './token-bucket.ts';

/** RFC 6455: something failed on our side that no code of ours is meant for. */
const CLOSE_INTERNAL_ERROR = 1011;

/** A rate class's period, and a second of slack: what a viewer of this rate may not have been sent yet at its `asOf`. */
const resumeMarginMs = (rateHz: number): number => Math.ceil(1000 / rateHz) + 1_000;

export interface SessionOptions {
  readonly id: string;
  readonly socket: PeerSocket;
  readonly timelines: Timelines;
  readonly clock: Clock;
  readonly serverName: string;
  readonly allowControl: boolean;
  readonly admission: Admission;
  /** Ceiling over the bandwidth that a client may ask for, bits a second; 0 = none. */
  readonly bitsPerSecondMax: number;
  /** Called once, when the session is over. */
  readonly onEnd: (session: Session) => void;
  /** Told what an operator should know: refusals and closes, never payloads or tokens. */
  readonly log: (event: string, detail: Record<string, unknown>) => void;
}

/** What is work in proportion to the instruments that are watched. */
const TAKES_TIME: ReadonlySet<ClientMessage['type']> = new Set([
  'subscribe',
  'unsubscribe',
  'tune',
  'dictionary',
]);
/** Instruments that may be placed anew for the price of one message. */
const PLACED_PER_TOKEN = 1_000;
/** Messages that wait for their turn above which nothing more is read from the peer. */
const WAITING_MAX = 4;

/**
 * One peer: a state machine over its messages. It decides what a message means and what is refused; what is served when is the
 * timeline's. States: opening (only `hello` is allowed) -> open -> closed.
 *
 * Invariant: an untrusted frame ends in an answer, a coded error or a coded close, and never in an exception.
 */
export class Session implements OutletOwner {
  readonly id: string;
  readonly #options: SessionOptions;
  readonly #socket: PeerSocket;
  readonly #outlet: Outlet;
  readonly #terms: Terms;
  readonly #bucket: TokenBucket;
  readonly #openedUs: number;
  #client = '';
  #state: 'opening' | 'open' | 'closed' = 'opening';
  #heardUs: number;
  #refusals = 0;
  /** What the viewer holds from an earlier connection, and of which epoch: it is void when another one begins. */
  #resume: HelloMessage['resume'];
  readonly #history: HistoryAnswers;
  readonly #seat: Seat;
  /** Messages that were taken and have to wait, because many newcomers are let in. */
  #waiting = 0;
  /** Set once nothing more is sent, because the peer does not read. */
  #cut: Cancel | null = null;

  constructor(options: SessionOptions) {
    this.id = options.id;
    this.#options = options;
    this.#socket = options.socket;
    this.#openedUs = options.clock.nowUs();
    this.#heardUs = this.#openedUs;
    this.#bucket = new TokenBucket(LIMITS.messagesPerSecond, LIMITS.messagesBurst, this.#openedUs);
    const { main } = options.timelines;
    this.#outlet = new Outlet(options.socket, options.clock, main.engine.dictionary, this);
    this.#terms = new Terms(main, this.#outlet, options.bitsPerSecondMax);
    this.#history = new HistoryAnswers({
      outlet: this.#outlet,
      clock: options.clock,
      refuse: (error, request) => this.#refuse(error, 'history', { request }),
      onFault: (error) => this.#fail(error),
    });
    this.#seat = new Seat({
      timelines: options.timelines,
      allowControl: options.allowControl,
      outlet: this.#outlet,
      terms: this.#terms,
      history: this.#history,
      refuse: (error) => this.#refuse(error, 'timeline', {}),
      onFault: (error) => this.#fail(error),
    });
  }

  /* ---- from the socket ---- */

  onFrame(frame: Frame): void {
    if (this.#state === 'closed') return;
    const nowUs = this.#options.clock.nowUs();
    this.#heardUs = nowUs;
    if (!this.#bucket.take(nowUs)) return this.#refuse('tooManyMessages', '', {});
    // What idle connections are made of is answered at once.
    const nonce = typeof frame === 'string' || this.#state !== 'open' ? null : nonceOfPing(frame);
    if (nonce !== null && this.#waiting === 0) return this.#outlet.tellPong(nonce);
    try {
      this.#outlet.beginAnswer();
      this.#onChecked(checkClientMessage(decodeClientFrame(frame)));
      this.#outlet.endAnswer();
    } catch (error) {
      if (error instanceof DecodeError) this.close('badFrame', error.message);
      else this.#fail(error);
    }
  }

  onOverflow(): void {
    this.#cut = this.#options.clock.after(0, () => this.close('slowConsumer'));
  }

  /** The socket is gone. */
  onClosed(): void {
    if (this.#state === 'closed') return;
    this.#end();
  }

  /** Called every second or so: deadlines and silence. */
  sweep(nowUs: number): void {
    if (this.#state === 'closed') return;
    if (this.#state === 'opening' && nowUs - this.#openedUs > LIMITS.helloDeadlineMs * 1000)
      this.close('helloDeadline');
    else if (nowUs - this.#heardUs > LIMITS.silenceMaxMs * 1000) this.close('silence');
    else if (this.#socket.queuedBytes > LIMITS.queueBytesHard) this.close('slowConsumer');
  }

  /** A fault of ours that one peer's message brought to light: it ends this session and no other. */
  #fail(error: unknown): void {
    if (this.#state === 'closed') return;
    const reason = error instanceof Error ? error.message : String(error);
    this.#options.log('session failed', { session: this.id, reason });
    this.#end();
    this.#socket.close(CLOSE_INTERNAL_ERROR, 'The server failed.');
  }

  /** Says goodbye and closes. @param retryAfterMs when to come back */
  close(name: CloseName, detail = '', retryAfterMs?: number): void {
    if (this.#state === 'closed') return;
    const { code, sentence } = CLOSE_CODES[name];
    const reason = detail === '' ? sentence : `${sentence} (${detail})`;
    const goodbye: ServerMessage = {
      type: 'goodbye',
      code,
      reason,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs: durationMs(retryAfterMs) }),
    };
    // Past every bound: it is small, and the last frame.
    this.#outlet.tellLast(goodbye);
    this.#options.log('session closed', { session: this.id, code, reason });
    this.#end();
    this.#socket.close(code, sentence);
    if (name === 'slowConsumer' || name === 'silence') this.#socket.terminate();
  }

  get #subscriptions(): ReadonlyMap<number, Subscription> {
    return this.#seat.subscriptions;
  }

  get heldBytes(): number {
    return this.#socket.queuedBytes;
  }

  get throttled(): SessionReport['throttled'] {
    return this.#outlet.pressure.reason;
  }

  report(): SessionReport {
    return {
      ...sentReport(this.#seat.timeline, this.#outlet),
      session: this.id,
      client: this.#client,
      address: this.#socket.address,
      encoding: this.#socket.encoding,
      connectedAtUs: this.#openedUs,
      subscriptions: this.#state === 'open' ? this.#subscriptions.size : 0,
      maxRateHz: this.#terms.ceilingHz,
      maxBitsPerSecond: this.#outlet.pressure.bitsPerSecond,
      throttled: this.throttled,
      heldBytes: this.heldBytes,
      lagMs: this.#outlet.pressure.lagMs,
    };
  }

  /* ---- messages ---- */

  #onChecked(checked: CheckedMessage): void {
    if (this.#state === 'opening') {
      if (checked.ok && checked.message.type === 'hello') return this.#onHello(checked.message);
      return checked.ok
        ? this.#refuse('helloRequired', checked.message.type, {})
        : this.#refuseChecked(checked);
    }
    if (!checked.ok) return this.#refuseChecked(checked);
    const { message } = checked;
    if (TAKES_TIME.has(message.type) || this.#waiting > 0) this.#wait(message);
    else this.#obey(message);
  }

  /** Takes a message in its turn: a subscription is work, and thousands of them at once would be noticed by those who are there. */
  #wait(message: ClientMessage): void {
    this.#waiting += 1;
    if (this.#waiting === WAITING_MAX) this.#socket.pause();
    this.#options.admission.enter(() => {
      if (this.#waiting === WAITING_MAX) this.#socket.resume();
      this.#waiting -= 1;
      if (this.#state === 'closed') return;
      try {
        this.#outlet.beginAnswer();
        this.#obey(message);
        this.#outlet.endAnswer();
        this.#charge();
      } catch (error) {
        this.#fail(error);
      }
    });
  }

  /** Whoever watches much pays more for each change: a storm of them would otherwise take the process from everybody. */
  #charge(): void {
    if (this.#state !== 'open') return;
    let watched = 0;
    for (const { matching } of this.#subscriptions.values()) watched += matching.length;
    this.#bucket.charge(Math.floor(watched / PLACED_PER_TOKEN));
  }

  #obey(message: ClientMessage): void {
    const timeline = this.#seat.timeline;
    switch (message.type) {
      case 'hello':
        return this.#refuse('alreadyGreeted', 'hello', {});
      case 'subscribe':
        return this.#onSubscribe(message);
      case 'unsubscribe':
        return this.#withSubscription(message.type, message.subscription, (subscription) => {
          timeline.unsubscribe(this.#outlet, subscription);
          this.#terms.onRates();
          this.#tell({ type: 'unsubscribed', subscription: subscription.number });
        });
      case 'tune':
        return this.#onTune(message);
      case 'ack':
        return this.#outlet.pressure.onAck(message.asOf, message.lagMs, timeline.servedAsOf(this.#outlet));
      case 'dictionary':
        return timeline.tellDictionary(this.#outlet);
      case 'timeline':
        return this.#seat.obey(message);
      case 'history':
        return this.#history.ask(timeline, message);
      case 'ping':
        return this.#outlet.tellPong(message.nonce);
      default:
        return assertNever(message);
    }
  }

  #onHello(hello: HelloMessage): void {
    const { serverName } = this.#options;
    if (hello.version !== PROTOCOL_VERSION)
      return this.close('unsupportedVersion', `version ${PROTOCOL_VERSION} is spoken here`);
    this.#state = 'open';
    this.#client = hello.client;
    const { timeline, isSame: resumed } = this.#seat.choose(hello.resume?.epoch);
    this.#resume = hello.resume;
    this.#tell({
      type: 'welcome',
      version: PROTOCOL_VERSION,
      session: this.id,
      epoch: timeline.epoch,
      resume: hello.resume === undefined ? 'none' : resumed ? 'resumed' : 'reset',
      clock: timeline.clockMap,
      server: serverName,
      heartbeatMs: durationMs(LIMITS.heartbeatMs),
      silenceMaxMs: durationMs(LIMITS.silenceMaxMs),
    });
    timeline.attach(this.#outlet, resumed ? hello.resume!.asOf : null);
    this.#terms.begin(timeline);
    this.#options.log('session open', {
      session: this.id,
      client: hello.client,
      encoding: this.#socket.encoding,
      resumed,
    });
  }

  #onSubscribe(message: SubscribeMessage): void {
    const timeline = this.#seat.timeline;
    const subscriptions = this.#subscriptions;
    const about = { subscription: message.subscription };
    if (subscriptions.has(message.subscription))
      return this.#refuse('duplicateSubscription', 'subscribe', about);
    if (subscriptions.size >= LIMITS.subscriptionsMax)
      return this.#refuse('tooManySubscriptions', 'subscribe', about);
    const selectors = SelectorSet.parse(message.selectors);
    if (selectors === null) return this.#refuse('badSelector', 'subscribe', about);
    const maxRateHz = message.maxRateHz ?? LIMITS.rateHzDefault;
    const subscription = newSubscription(message.subscription, message.channel, selectors, maxRateHz);
    const resume = message.resume === true && this.#resume?.epoch === timeline.epoch ? this.#resume : null;
    timeline.subscribe(
      this.#outlet,
      subscription,
      resume === null
        ? null
        : Math.max(0, resume.asOf - resumeMarginMs(Math.min(subscription.rateHz, this.#terms.ceilingHz))),
    );
    this.#terms.onRates();
  }

  #onTune(message: TuneMessage): void {
    const timeline = this.#seat.timeline;
    if (message.subscription !== undefined) {
      return this.#withSubscription('tune', message.subscription, (subscription) => {
        timeline.tune(this.#outlet, subscription, message.maxRateHz);
        this.#terms.onRates();
        this.#tell({ type: 'tuned', subscription: subscription.number, maxRateHz: subscription.rateHz });
      });
    }
    this.#tell(this.#terms.tune(message));
  }

  #withSubscription(type: string, number: number, run: (subscription: Subscription) => void): void {
    const subscription = this.#subscriptions.get(number);
    if (subscription === undefined) this.#refuse('unknownSubscription', type, { subscription: number });
    else run(subscription);
  }

  #refuseChecked({ error, type, detail, subscription, request }: CheckedMessage & { ok: false }): void {
    const about = {
      ...(subscription === undefined ? {} : { subscription }),
      ...(request === undefined ? {} : { request }),
    };
    this.#refuse(error, type, about, detail);
  }

  #refuse(
    name: ErrorName,
    inReplyTo: ClientMessage['type'] | string | undefined,
    about: { subscription?: number; request?: number },
    detail = '',
  ): void {
    const { code, sentence } = ERROR_CODES[name];
    this.#refusals += 1;
    if (this.#refusals > LIMITS.refusalsMax) return this.close('tooManyRefusals');
    this.#tell({
      type: 'error',
      code,
      message: detail === '' ? sentence : `${sentence} (${detail})`,
      ...(inReplyTo === undefined || inReplyTo === '' ? {} : { inReplyTo }),
      ...about,
    });
    this.#options.log('message refused', { session: this.id, code });
  }

  #end(): void {
    this.#state = 'closed';
    this.#cut?.();
    this.#outlet.shut();
    this.#history.close();
    this.#seat.leave();
    this.#options.onEnd(this);
  }

  #tell(message: ServerMessage): void {
    this.#outlet.tell(message);
  }
}
