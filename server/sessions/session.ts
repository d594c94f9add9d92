import {
  CLOSE_CODES,
  DecodeError,
  ERROR_CODES,
  LIMITS,
  PROTOCOL_VERSION,
  assertNever,
  decodeClientFrame,
  durationMs,
  seqNo,
  type ClientMessage,
  type CloseName,
  type ErrorName,
  type Frame,
  type HelloMessage,
  type HistoryRequest,
  type InstrumentId,
  type ServerMessage,
  type SubscribeMessage,
} from '#protocol';
import type { Cancel, Clock } from '../engine/ports.ts';
import { SelectorSet } from '../engine/selector.ts';
import { newSubscription, type Subscription } from '../engine/subscriber.ts';
import type { Timeline, TimelineViewer } from '../timelines/timeline.ts';
import { encodeOnce, jsonOnce } from './frame-cache.ts';
import { checkClientMessage, type CheckedMessage } from './message-schema.ts';
import type { PeerSocket } from './peer-socket.ts';
import { TokenBucket } from './token-bucket.ts';

/** RFC 6455: something failed on our side that no code of ours is meant for. */
const CLOSE_INTERNAL_ERROR = 1011;

/** A rate class's period, and a second of slack: what a viewer of this rate may not have been sent yet at its `asOf`. */
const resumeMarginMs = (rateHz: number): number => Math.ceil(1000 / rateHz) + 1_000;

export interface SessionOptions {
  readonly id: string;
  readonly socket: PeerSocket;
  readonly timeline: Timeline;
  readonly clock: Clock;
  readonly serverName: string;
  readonly allowControl: boolean;
  /** Called once, when the session is over. */
  readonly onEnd: (session: Session) => void;
  /** Told what an operator should know: refusals and closes, never payloads or tokens. */
  readonly log: (event: string, detail: Record<string, unknown>) => void;
}

/**
 * One peer: a state machine over its messages. It decides what a message means and what is refused; what is served when is the
 * timeline's. States: opening (only `hello` is allowed) -> open -> closed.
 *
 * Invariant: an untrusted frame ends in an answer, a coded error or a coded close, and never in an exception. What waits unsent is
 * bounded by `queueBytesHard` and one frame.
 */
export class Session implements TimelineViewer {
  readonly id: string;
  readonly #options: SessionOptions;
  readonly #socket: PeerSocket;
  readonly #bucket: TokenBucket;
  readonly #openedUs: number;
  #state: 'opening' | 'open' | 'closed' = 'opening';
  #heardUs: number;
  #refusals = 0;
  /** What the viewer holds from an earlier connection, and of which epoch: it is void when another one begins. */
  #resume: HelloMessage['resume'];
  #full = false;
  #historyWaiting = 0;
  /** Set once nothing more is sent, because the peer does not read. */
  #cut: Cancel | null = null;

  constructor(options: SessionOptions) {
    this.id = options.id;
    this.#options = options;
    this.#socket = options.socket;
    this.#openedUs = options.clock.nowUs();
    this.#heardUs = this.#openedUs;
    this.#bucket = new TokenBucket(LIMITS.messagesPerSecond, LIMITS.messagesBurst, this.#openedUs);
  }

  /* ---- from the socket ---- */

  onFrame(frame: Frame): void {
    if (this.#state === 'closed') return;
    const nowUs = this.#options.clock.nowUs();
    this.#heardUs = nowUs;
    if (!this.#bucket.take(nowUs)) return this.#refuse('tooManyMessages', '', {});
    try {
      this.#onChecked(checkClientMessage(decodeClientFrame(frame)));
    } catch (error) {
      if (error instanceof DecodeError) this.close('badFrame', error.message);
      else this.#fail(error);
    }
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
    this.#socket.send(encodeOnce(goodbye, this.#socket.encoding));
    this.#options.log('session closed', { session: this.id, code, reason });
    this.#end();
    this.#socket.close(code, sentence);
    if (name === 'slowConsumer' || name === 'silence') this.#socket.terminate();
  }

  /* ---- from the timeline ---- */

  ready(): boolean {
    if (this.#state === 'closed' || this.#cut !== null) return false;
    const full = this.#socket.queuedBytes > LIMITS.queueBytesMax;
    if (full !== this.#full) {
      this.#full = full;
      this.tell({ type: 'throttled', maxRateHz: 0, reason: full ? 'queue-full' : 'recovered' });
    }
    return !full;
  }

  sendData(frame: Uint8Array): void {
    if (this.#mayStillSend()) this.#socket.send(this.#socket.encoding === 'json' ? jsonOnce(frame) : frame);
  }

  tell(message: ServerMessage): void {
    if (this.#mayStillSend()) this.#socket.send(encodeOnce(message, this.#socket.encoding));
  }

  /** False once too much waits. The session ends a moment later, not in the midst of whoever is serving it. */
  #mayStillSend(): boolean {
    if (this.#state === 'closed' || this.#cut !== null) return false;
    if (this.#socket.queuedBytes <= LIMITS.queueBytesHard) return true;
    this.#cut = this.#options.clock.after(0, () => this.close('slowConsumer'));
    return false;
  }

  tellInstruments(generation: number, ids: readonly InstrumentId[]): void {
    const { dictionary } = this.#options.timeline.engine;
    this.tell({ type: 'instruments', generation, entries: ids.map((id) => dictionary.entry(id)) });
  }

  tellLost(instrument: InstrumentId, fromSeq: number, toSeq: number): void {
    this.tell({ type: 'trades-lost', instrument, fromSeq: seqNo(fromSeq), toSeq: seqNo(toSeq) });
  }

  /* ---- messages ---- */

  #onChecked(checked: CheckedMessage): void {
    const { timeline } = this.#options;
    if (this.#state === 'opening') {
      if (checked.ok && checked.message.type === 'hello') return this.#onHello(checked.message);
      return checked.ok
        ? this.#refuse('helloRequired', checked.message.type, {})
        : this.#refuseChecked(checked);
    }
    if (!checked.ok) return this.#refuseChecked(checked);
    const { message } = checked;
    switch (message.type) {
      case 'hello':
        return this.#refuse('alreadyGreeted', 'hello', {});
      case 'subscribe':
        return this.#onSubscribe(message);
      case 'unsubscribe':
        return this.#withSubscription(message, (subscription) => {
          timeline.unsubscribe(this, subscription);
          this.tell({ type: 'unsubscribed', subscription: subscription.number });
        });
      case 'tune':
        return this.#withSubscription(message, (subscription) => {
          timeline.tune(this, subscription, message.maxRateHz);
          this.tell({ type: 'tuned', subscription: subscription.number, maxRateHz: subscription.rateHz });
        });
      case 'ack':
        return;
      case 'dictionary':
        return timeline.tellDictionary(this);
      case 'timeline': {
        const error = this.#options.allowControl ? timeline.command(message) : 'controlNotAllowed';
        return error === null ? undefined : this.#refuse(error, 'timeline', {});
      }
      case 'history':
        return this.#onHistory(message);
      case 'ping':
        return this.tell({ type: 'pong', nonce: message.nonce, serverTimeUs: this.#options.clock.nowUs() });
      default:
        return assertNever(message);
    }
  }

  #onHello(hello: HelloMessage): void {
    const { timeline, serverName } = this.#options;
    if (hello.version !== PROTOCOL_VERSION)
      return this.close('unsupportedVersion', `version ${PROTOCOL_VERSION} is spoken here`);
    this.#state = 'open';
    const resumed = hello.resume?.epoch === timeline.epoch;
    this.#resume = hello.resume;
    this.tell({
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
    timeline.attach(this);
    this.#options.log('session open', {
      session: this.id,
      client: hello.client,
      encoding: this.#socket.encoding,
      resumed,
    });
  }

  #onSubscribe(message: SubscribeMessage): void {
    const { timeline } = this.#options;
    const subscriptions = timeline.subscriptions(this);
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
      this,
      subscription,
      resume === null ? null : Math.max(0, resume.asOf - resumeMarginMs(subscription.rateHz)),
    );
  }

  #withSubscription(
    message: { type: string; subscription: number },
    run: (subscription: Subscription) => void,
  ): void {
    const subscription = this.#options.timeline.subscriptions(this).get(message.subscription);
    if (subscription === undefined)
      this.#refuse('unknownSubscription', message.type, { subscription: message.subscription });
    else run(subscription);
  }

  #onHistory(message: HistoryRequest): void {
    const about = { request: message.request };
    if (this.#historyWaiting >= LIMITS.historyWaitingMax)
      return this.#refuse('tooManyMessages', 'history', about);
    this.#historyWaiting += 1;
    this.#options.timeline
      .history(message)
      .then((answer) => {
        this.#historyWaiting -= 1;
        if (this.#state === 'closed') return;
        if (typeof answer === 'string') this.#refuse(answer, 'history', about);
        else this.tell(answer);
      })
      .catch((error: unknown) => this.#fail(error));
  }

  #refuseChecked(checked: CheckedMessage & { ok: false }): void {
    const { subscription, request } = checked;
    this.#refuse(
      checked.error,
      checked.type,
      {
        ...(subscription === undefined ? {} : { subscription }),
        ...(request === undefined ? {} : { request }),
      },
      checked.detail,
    );
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
    this.tell({
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
    this.#options.timeline.detach(this);
    this.#options.onEnd(this);
  }
}
