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
} from '#protocol';
import { mayPass, type AccessRefusal, type Viewer } from '../access/authority.ts';
import { entitledEpoch } from '../access/entitled-epoch.ts';
import type { Cancel } from '../engine/ports.ts';
import type { SessionReport } from '../engine/reports.ts';
import { HistoryAnswers } from './history-answers.ts';
import { checkClientMessage, type CheckedMessage } from './message-schema.ts';
import { Outlet, type OutletOwner } from './outlet.ts';
import type { PeerSocket } from './peer-socket.ts';
import { Seat } from './seat.ts';
import { sentReport } from './sent-report.ts';
import type { SessionOptions } from './session-options.ts';
import { Standing, type StandingOwner } from './standing.ts';
import { SubscriptionDesk } from './subscription-desk.ts';
import { Terms } from './terms.ts';
import { TokenBucket } from './token-bucket.ts';
import { Turns } from './turns.ts';

/** RFC 6455: more than may be taken. */
const CLOSE_TOO_LARGE = 1009;
/** RFC 6455: something failed on our side that no code of ours is meant for. */
const CLOSE_INTERNAL_ERROR = 1011;

/** When to come back after an authority could not answer, ms; each client spreads it further. */
const UNSETTLED_RETRY_MS = 5_000;

/** What is work in proportion to the instruments that are watched. */
const TAKES_TIME: ReadonlySet<ClientMessage['type']> = new Set([
  'subscribe',
  'unsubscribe',
  'tune',
  'dictionary',
]);
/** Instruments that may be placed anew for the price of one message. */
const PLACED_PER_TOKEN = 1_000;

/**
 * One peer: a state machine over its messages. It decides what a message means and what is refused; what is served when is the
 * timeline's. States: opening (only `hello` is allowed) -> open -> closed.
 *
 * Invariant: an untrusted frame ends in an answer, a coded error or a coded close, and never in an exception.
 */
export class Session implements OutletOwner, StandingOwner {
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
  readonly #history: HistoryAnswers;
  readonly #seat: Seat;
  readonly #desk: SubscriptionDesk;
  readonly #standing: Standing;
  readonly #turns: Turns;
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
    this.#standing = new Standing(options.gate, options.socket.address, this);
    this.#turns = new Turns(options.admission, options.socket);
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
    this.#desk = new SubscriptionDesk({
      seat: this.#seat,
      outlet: this.#outlet,
      terms: this.#terms,
      refuse: (error, type, subscription) => this.#refuse(error, type, { subscription }),
    });
  }

  /* ---- from the socket ---- */

  onFrame(frame: Frame): void {
    if (this.#state === 'closed') return;
    const nowUs = this.#options.clock.nowUs();
    this.#heardUs = nowUs;
    if (!this.#standing.takes(frame, this.#state === 'open')) return;
    if (!this.#bucket.take(nowUs)) return this.#refuse('tooManyMessages', '', {});
    // What idle connections are made of is answered at once.
    const nonce = typeof frame === 'string' || this.#state !== 'open' ? null : nonceOfPing(frame);
    if (nonce !== null && !this.#turns.isWaiting) return this.#outlet.tellPong(nonce);
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
    this.#options.log('session closed', { session: this.id, code, reason, ...this.#whose });
    this.#end();
    this.#socket.close(code, sentence);
    if (name === 'slowConsumer' || name === 'silence') this.#socket.terminate();
  }

  /** Of whom the log tells. */
  get #whose(): { user?: string; address: string } {
    const { viewer } = this.#standing;
    return { address: this.#socket.address, ...(viewer === null ? {} : { user: viewer.user }) };
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
      user: this.#standing.viewer?.user ?? null,
      address: this.#socket.address,
      encoding: this.#socket.encoding,
      connectedAtUs: this.#openedUs,
      subscriptions: this.#state === 'open' ? this.#seat.subscriptions.size : 0,
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
    if (TAKES_TIME.has(message.type) || this.#turns.isWaiting) this.#wait(message);
    else this.#obey(message);
  }

  #wait(message: ClientMessage): void {
    this.#turns.take(() => {
      this.answerLater(() => this.#obey(message));
      this.#charge();
    });
  }

  answerLater(run: () => void): void {
    if (this.#state === 'closed') return;
    try {
      this.#outlet.beginAnswer();
      run();
      this.#outlet.endAnswer();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Whoever watches much pays more for each change: a storm of them would otherwise take the process from everybody. */
  #charge(): void {
    if (this.#state !== 'open') return;
    let watched = 0;
    for (const { matching } of this.#seat.subscriptions.values()) watched += matching.length;
    this.#bucket.charge(Math.floor(watched / PLACED_PER_TOKEN));
  }

  #obey(message: ClientMessage): void {
    const timeline = this.#seat.timeline;
    switch (message.type) {
      case 'hello':
        return this.#refuse('alreadyGreeted', 'hello', {});
      case 'subscribe':
        return this.#desk.subscribe(message);
      case 'unsubscribe':
        return this.#desk.unsubscribe(message);
      case 'tune':
        return this.#desk.tune(message);
      case 'ack':
        return this.#outlet.pressure.onAck(message.asOf, message.lagMs, timeline.servedAsOf(this.#outlet));
      case 'dictionary':
        return timeline.tellDictionary(this.#outlet);
      case 'timeline':
        return this.#seat.obey(message);
      case 'history':
        return this.#history.ask(timeline, message);
      case 'token':
        return this.#standing.renew(message.token);
      case 'ping':
        return this.#outlet.tellPong(message.nonce);
      default:
        return assertNever(message);
    }
  }

  #onHello(hello: HelloMessage): void {
    if (hello.version !== PROTOCOL_VERSION)
      return this.close('unsupportedVersion', `version ${PROTOCOL_VERSION} is spoken here`);
    this.#standing.greet(hello);
  }

  onAdmitted(hello: HelloMessage): void {
    const { serverName, onGreeted } = this.#options;
    this.#state = 'open';
    this.#client = hello.client;
    onGreeted?.(this);
    this.#outlet.entitlement = this.#standing.viewer?.entitlement ?? null;
    const { timeline, isSame: resumed } = this.#seat.choose(hello.resume?.epoch);
    this.#desk.resume = hello.resume;
    this.#tell({
      type: 'welcome',
      version: PROTOCOL_VERSION,
      session: this.id,
      epoch: entitledEpoch(timeline.epoch, this.#outlet.entitlement),
      resume: hello.resume === undefined ? 'none' : resumed ? 'resumed' : 'reset',
      clock: timeline.clockMap,
      server: serverName,
      heartbeatMs: durationMs(LIMITS.heartbeatMs),
      silenceMaxMs: durationMs(LIMITS.silenceMaxMs),
      ...this.#standing.told,
    });
    timeline.attach(this.#outlet, resumed ? hello.resume!.asOf : null);
    this.#terms.begin(timeline);
    this.#options.log('session open', {
      session: this.id,
      client: hello.client,
      encoding: this.#socket.encoding,
      resumed,
      ...this.#whose,
    });
  }

  onViewer(viewer: Viewer, before: Viewer, asked: boolean): void {
    if (this.#state !== 'open') return;
    const { user, expiresUs, entitlement } = viewer;
    if (asked || user !== before.user || expiresUs !== before.expiresUs)
      this.#tell({ type: 'access', user, ...this.#standing.told });
    if (entitlement?.key === before.entitlement?.key) return;
    this.#desk.resume = undefined;
    this.#seat.enterAnew(entitlement);
    this.#options.log('entitlement changed', { session: this.id, ...this.#whose });
  }

  onTokenRefused(): void {
    this.#refuse('tokenRefused', 'token', {});
  }

  onRefused(reason: AccessRefusal): void {
    if (mayPass(reason)) this.close('unsettled', '', UNSETTLED_RETRY_MS);
    else this.close('unauthorized', reason);
  }

  onFlood(): void {
    this.#options.log('session closed', { session: this.id, code: CLOSE_TOO_LARGE, ...this.#whose });
    this.#end();
    this.#socket.close(CLOSE_TOO_LARGE, 'More came than may before hello.');
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
    this.#standing.close();
    this.#history.close();
    this.#seat.leave();
    this.#options.onEnd(this);
  }

  #tell(message: ServerMessage): void {
    this.#outlet.tell(message);
  }
}
