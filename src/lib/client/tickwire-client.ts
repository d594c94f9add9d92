import {
  PROTOCOL_VERSION,
  assertNever,
  isDistinct,
  type ChangesLostMessage,
  type ClientMessage,
  type ErrorMessage,
  type HelloMessage,
  type HistoryAnswer,
  type InstrumentsMessage,
  type NumberSource,
  type TimelineRequest,
  type TradesLostMessage,
  type WelcomeMessage,
} from '#protocol';
import { AckSender } from './ack-sender.ts';
import {
  noLosses,
  type ClientListener,
  type ClientOptions,
  type ClientSubscription,
  type HistoryQuery,
} from './client-api.ts';
import { monotonicClock, type ClientClock } from './client-clock.ts';
import type { ConnectionLimits } from './connection-limits.ts';
import { RECOVERED_MS, type ConnectionReport } from './connection-report.ts';
import { DictionaryRequest } from './dictionary-request.ts';
import { OpenedReplay } from './opened-replay.ts';
import { PendingRequests } from './pending-requests.ts';
import { RefusalNotice } from './refusal-notice.ts';
import { RequestError } from './request-error.ts';
import { relayTo } from './mirror-relay.ts';
import { ServerLink, type LinkOwner } from './server-link.ts';
import { ServiceTerms } from './service-terms.ts';
import {
  subscribeMessages,
  Subscriptions,
  type OpenSubscription,
  type SubscriptionRequest,
} from './subscriptions.ts';
import { TimelineMirror } from './timeline-mirror.ts';
import { openWebSocket } from './web-socket.ts';

/**
 * A viewer's end of the protocol, for as long as its owner wants it: subscribes, decodes, resumes after every loss. Not a
 * store for the page and not a cache of requests. Invariant: after each `welcome` the server is told exactly the open
 * subscriptions, and what the mirror holds is the server's, or is cleared.
 */
export class TickwireClient {
  readonly mirror: TimelineMirror;
  readonly counters = noLosses();
  /** How late the newest frame arrived, ms; NaN while unknown. */
  lagMs = Number.NaN;
  /** How much later than that its owner shows it, ms: set by the owner, told to the server with the rest of the lag. */
  shownLateMs = 0;

  readonly #options: ClientOptions;
  readonly #listener: ClientListener;
  readonly #clock: ClientClock;
  readonly #link: ServerLink;
  readonly #subscriptions = new Subscriptions();
  readonly #requests = new PendingRequests();
  readonly #replay = new OpenedReplay();
  readonly #acks: AckSender;
  readonly #terms: ServiceTerms;
  readonly #refusal: RefusalNotice;
  #mode: 'live' | 'replay' = 'live';
  readonly #dictionary: DictionaryRequest;
  #frameWasDropped = false;
  #mustStartAfresh = false;
  #resumes = false;
  #missedTold = 0;
  #cancelMissed = (): void => undefined;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#listener = options.listener ?? {};
    this.#clock = options.clock ?? monotonicClock;
    this.mirror = new TimelineMirror(relayTo(this.#listener, this.counters));
    const push = (message: ClientMessage): boolean => this.#link.push(message);
    const onChange = (): void => this.#report();
    this.#dictionary = new DictionaryRequest(this.#clock, push);
    this.#refusal = new RefusalNotice(this.#clock, onChange);
    this.#terms = new ServiceTerms(this.#subscriptions, this.#clock, push, onChange);
    this.#link = new ServerLink(
      {
        url: options.url,
        encoding: options.encoding ?? 'binary',
        openSocket: options.openSocket ?? openWebSocket,
        clock: this.#clock,
        random: options.random ?? Math.random,
        ticket: options.ticket,
      },
      this.#linkOwner(),
    );
    this.#acks = new AckSender(this.#clock, this.#link);
  }

  get connection(): ConnectionReport {
    const { phase, attempt, message, retryInMs, mustSignIn } = this.#link;
    return {
      phase,
      attempt,
      message: message === '' ? this.#refusal.sentence : message,
      retryInMs,
      mustSignIn,
      missedUpdates: this.mirror.missed,
      ...this.#terms.report,
    };
  }

  /** Begins to connect. Idempotent. */
  start(): void {
    this.#link.start();
  }

  /** Ends for good: no reconnect, no timer left. Idempotent. */
  close(): void {
    this.#link.close();
  }

  /** Skips the rest of a wait, e.g. when the machine says that it is online again. */
  retryNow(): void {
    this.#link.retryNow();
  }

  /** The browser signed in or out. */
  onSignIn(signedIn: boolean): void {
    if (signedIn) void this.#link.signedIn();
    else this.#link.signedOut();
  }

  subscribe(request: SubscriptionRequest): ClientSubscription {
    const subscription = this.#subscriptions.open(request);
    this.#sendSubscribe(subscription);
    return {
      tune: (maxRateHz) => this.#tune(subscription, maxRateHz),
      close: () => this.#unsubscribe(subscription),
    };
  }

  /** Ceilings of the whole connection. They hold until changed, on later connections too. */
  limit(limits: ConnectionLimits): void {
    this.#terms.ask(limits);
  }

  /** Rejects with a RequestError: refused, or the connection ended. Trying again is the caller's decision. */
  history(query: HistoryQuery, signal?: AbortSignal): Promise<HistoryAnswer> {
    const { request, answer } = this.#requests.add();
    const fail = (sentence: string): boolean =>
      this.#requests.fail(request, new RequestError(null, sentence));
    if (!this.#link.isWelcomed) fail('There is no connection.');
    else if (!this.#link.push({ type: 'history', request, ...query })) fail('Too many requests wait.');
    signal?.addEventListener('abort', () => {
      this.#link.dropRequest(request);
      fail('The request was taken back.');
    });
    return answer;
  }

  /** False when there is no connection to send it over. */
  command(command: TimelineRequest): boolean {
    this.#replay.onCommand(command);
    return this.#link.push(command);
  }

  /* ---- the connection ------------------------------------------------------------------------------------------ */

  #linkOwner(): LinkOwner {
    return {
      hello: () => this.#hello(),
      onWelcome: (welcome, again) => this.#onWelcome(welcome, again),
      onMessage: (message) => this.#onMessage(message),
      onData: (source) => this.#onData(source),
      onDamaged: () => {
        this.counters.framesDamaged += 1;
        this.#mustStartAfresh = true;
      },
      onGone: (wasLive) => {
        if (wasLive) {
          this.counters.connectionsLost += 1;
          this.#subscriptions.onLost(this.#link.heardUs, this.#terms.isCapped);
        }
        this.#refusal.clear();
        this.#cancelMissed();
        this.#acks.restart();
        this.#terms.onGone(this.#link.heardUs);
        this.mirror.countMissed = false;
        this.#requests.failAll('The connection ended before the answer came.');
      },
      onShutOut: () => {
        this.mirror.dictionary.discard();
        this.#enterEpoch('');
      },
      onChange: () => this.#report(),
      expectsStatus: () => this.#subscriptions.isServed,
    };
  }

  #hello(): HelloMessage {
    const { mirror } = this;
    this.#resumes = mirror.isResumable && !this.#mustStartAfresh;
    return {
      type: 'hello',
      version: PROTOCOL_VERSION,
      client: this.#options.client ?? 'tickwire-client',
      ...(this.#options.token === undefined ? {} : { token: this.#options.token }),
      ...(this.#resumes ? { resume: this.#terms.resumeOf(mirror) } : {}),
    };
  }

  #onWelcome(welcome: WelcomeMessage, again: boolean): void {
    const { mirror } = this;
    this.#replay.onGone(mirror.timeUs);
    this.#mustStartAfresh = false;
    this.#frameWasDropped = false;
    this.#dictionary.settle();
    mirror.dictionary.forgetGeneration();
    if (welcome.resume === 'reset' || welcome.epoch !== mirror.epoch) {
      mirror.dictionary.discard();
      this.#enterEpoch(welcome.epoch);
    }
    this.#resumes &&= welcome.resume === 'resumed';
    // Without a resume snapshots follow, which may begin at any version of the same epoch.
    if (!this.#resumes) mirror.asOf = 0;
    mirror.clock = welcome.clock;
    mirror.missed = 0;
    mirror.countMissed = again && welcome.resume !== 'reset';
    if (mirror.countMissed) {
      this.#cancelMissed = this.#clock.after(RECOVERED_MS, () => {
        mirror.countMissed = false;
      });
    }
    this.#listener.onWelcome?.(welcome);
    this.#terms.onWelcome();
    const reopen = this.#resumes ? null : this.#replay.again();
    if (reopen !== null) this.#link.push(reopen);
    for (const subscription of this.#subscriptions.all()) {
      this.#sendSubscribe(subscription, this.#resumes && subscription.isHeld);
    }
  }

  #enterEpoch(epoch: string): void {
    const isFirst = this.mirror.epoch === '';
    this.mirror.enterEpoch(epoch);
    this.#link.lag.restart();
    this.#acks.enterEpoch();
    if (!isFirst) this.#listener.onReset?.(epoch);
  }

  /** The data cannot be trusted to be complete: connect anew, without a resume that would keep the fault. */
  #breach(sentence: string): void {
    this.#mustStartAfresh = true;
    this.#link.lose(sentence);
  }

  /* ---- what is heard ------------------------------------------------------------------------------------------- */

  #onData(source: NumberSource): void {
    const outcome = this.mirror.apply(source);
    switch (outcome) {
      case 'applied':
        return this.#onApplied();
      case 'unknown-kind':
        this.counters.framesUnknownKind += 1;
        return;
      case 'unknown-generation':
        this.counters.framesUnknownGeneration += 1;
        this.#frameWasDropped = true;
        return this.#dictionary.ask();
      case 'out-of-order':
        this.counters.framesOutOfOrder += 1;
        return this.#breach('The data came out of order.');
      case 'damaged':
        this.counters.framesDamaged += 1;
        return this.#breach('A frame of the server could not be read.');
      default:
        assertNever(outcome);
    }
  }

  #onApplied(): void {
    const { mirror } = this;
    const { heardUs, lag } = this.#link;
    this.lagMs =
      this.#mode === 'live' ? lag.liveLagMs(heardUs, mirror.timeUs) : lag.replayLagMs(heardUs, mirror.asOf);
    this.#acks.onApplied(mirror.asOf, this.lagMs, this.shownLateMs);
    if (mirror.missed !== this.#missedTold) this.#report();
    this.#listener.onFrame?.();
  }

  #onMessage(message: Parameters<LinkOwner['onMessage']>[0]): void {
    switch (message.type) {
      case 'instruments':
        return this.#onInstruments(message);
      case 'subscribed': {
        const open = this.#subscriptions.get(message.subscription);
        if (open === undefined) return;
        open.grantedAtUs = this.#link.heardUs;
        this.#terms.onRate(open.number, message.maxRateHz, this.#link.heardUs);
        return open.request.onGranted?.(message);
      }
      case 'tuned':
        return this.#terms.onTuned(message, this.#link.heardUs);
      case 'unsubscribed':
      case 'access':
        return;
      case 'throttled':
        return this.#terms.onThrottled(message);
      case 'timeline':
        this.#mode = message.mode;
        this.#replay.onTimeline(message);
        if (message.switched === true) {
          this.mirror.dictionary.discard();
          this.#listener.onGaps?.([], true);
          this.#requests.failAll('Another timeline is watched now.');
        }
        if (message.epoch !== this.mirror.epoch) this.#enterEpoch(message.epoch);
        this.mirror.clock = message.clock;
        return this.#listener.onTimeline?.(message);
      case 'status':
        return this.#listener.onStatus?.(message);
      case 'gaps':
        return this.#listener.onGaps?.(message.marks, message.whole);
      case 'trades-lost':
      case 'changes-lost':
        return this.#onLost(message);
      case 'history':
        return this.#requests.answer(message);
      case 'error':
        return this.#onError(message);
      default:
        // A message of a later version of the protocol.
        this.counters.framesUnknownKind += 1;
    }
  }

  #onInstruments(message: InstrumentsMessage): void {
    this.#dictionary.settle();
    const whole = this.mirror.applyDictionary(message);
    this.#listener.onDictionary?.(message.entries, whole);
    if (!this.#frameWasDropped) return;
    // The dropped frame's values will not come again by themselves; a new subscription begins with all of them.
    this.#frameWasDropped = false;
    const merged = this.#subscriptions.all().filter(({ request }) => !isDistinct(request.channel));
    // All are closed before the first is opened: what another one still covers would not be sent.
    for (const { number } of merged) this.#link.push({ type: 'unsubscribe', subscription: number });
    for (const subscription of merged) this.#sendSubscribe(subscription);
  }

  #onLost({ type, instrument, fromSeq, toSeq }: TradesLostMessage | ChangesLostMessage): void {
    const lost = this.mirror
      .sequencesOf(type === 'trades-lost' ? 'trade' : 'raw')
      .lose(instrument, fromSeq, toSeq);
    if (lost === 0) return;
    this.counters.tradesLost += lost;
    this.#listener.onLost?.(instrument, lost);
  }

  #onError(error: ErrorMessage): void {
    if (this.#requests.refuse(error)) return;
    this.#replay.onError(error);
    if (error.inReplyTo === 'timeline') this.#listener.onCommandRefused?.(error);
    const open = this.#subscriptions.get(error.subscription ?? Number.NaN);
    if (open !== undefined && error.inReplyTo === 'subscribe') {
      this.#subscriptions.close(open.number);
      open.request.onRefused?.(error);
    }
    this.#refusal.show(error.message);
  }

  /* ---- what is told -------------------------------------------------------------------------------------------- */

  #tune(subscription: OpenSubscription, maxRateHz: number): void {
    subscription.maxRateHz = maxRateHz;
    if (this.#subscriptions.get(subscription.number) === undefined) return;
    this.#link.push({ type: 'tune', subscription: subscription.number, maxRateHz });
  }

  #unsubscribe({ number, request }: OpenSubscription): void {
    if (!this.#subscriptions.close(number)) return;
    if (isDistinct(request.channel)) this.mirror.forgetSequences(request.channel, request.selectors);
    this.#link.push({ type: 'unsubscribe', subscription: number });
  }

  /**
   * Without a connection it is sent after the next welcome.
   * @param resume its values are here: only what is newer is wanted
   */
  #sendSubscribe(subscription: OpenSubscription, resume = false): void {
    subscription.grantedAtUs = Number.NaN;
    const sent = subscribeMessages(subscription, resume).map((message) => this.#link.push(message));
    subscription.isAsked = sent[0] === true;
  }

  #report(): void {
    this.#missedTold = this.mirror.missed;
    this.#listener.onConnection?.(this.connection);
  }
}
