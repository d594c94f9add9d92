import {
  CLOSE_CODES,
  DecodeError,
  FrameError,
  LIMITS,
  SUBPROTOCOL_BINARY,
  SUBPROTOCOL_JSON,
  decodeServerFrame,
  encodeClientMessage,
  type ClientMessage,
  type Encoding,
  type Frame,
  type GoodbyeMessage,
  type HelloMessage,
  type NumberSource,
  type PongMessage,
  type ServerFrame,
  type ServerMessage,
  type WelcomeMessage,
} from '#protocol';
import type { Ticket } from './access-api.ts';
import type { ClientClock } from './client-clock.ts';
import { RECOVERED_MS, closeSentence, stallSentence, type ClientPhase } from './connection-report.ts';
import { LagMeter } from './lag-meter.ts';
import { STALL_MS, judgeLiveness } from './liveness.ts';
import { decideReconnect } from './reconnect-policy.ts';
import { SendQueue } from './send-queue.ts';
import type { ClientSocket, OpenSocket } from './web-socket.ts';

/** From the start of an attempt to `welcome`, ms. */
const WELCOME_DEADLINE_MS = 5_000;
/** A connection that stood this long makes the next loss count as the first, ms. */
const STABLE_MS = 5_000;
/** A look at the silence that comes this late means that the machine slept: what arrived meanwhile is still unread. */
const OVERSLEPT_MS = 1_000;
/** RFC 6455: no close frame was received. */
const CLOSE_ABNORMAL = 1006;
const CLOSE_NORMAL = 1000;

export interface ServerLinkOptions {
  url: string;
  encoding: Encoding;
  openSocket: OpenSocket;
  clock: ClientClock;
  /** Numbers in [0, 1), for the jitter. */
  random: () => number;
  /** Where a browser gets what to say in `hello`, when the server asks who it is; absent = there is no such place. */
  ticket?: (() => Promise<Ticket>) | undefined;
}

/** Whose link it is. Calls come in the order of the frames. */
export interface LinkOwner {
  hello(): HelloMessage;
  /** `again` = there was a live connection before this one. */
  onWelcome(welcome: WelcomeMessage, again: boolean): void;
  /** Everything but welcome, goodbye and pong, which are the link's. */
  onMessage(message: Exclude<ServerMessage, WelcomeMessage | GoodbyeMessage | PongMessage>): void;
  onData(source: NumberSource): void;
  /** A frame that could not be decoded; the link is about to be dropped. */
  onDamaged(): void;
  /** The connection is gone, for now or for good. `wasLive` = it had been welcomed. */
  onGone(wasLive: boolean): void;
  /** The viewer may not watch any more, or has signed out: what is held is void. */
  onShutOut(): void;
  /** Phase, attempt or sentence changed. */
  onChange(): void;
  /** Whether the server has reason to send something every second. */
  expectsStatus(): boolean;
}

/** A ticket may have gone to another server of the same name: so often another one is asked for in a row. */
const TICKETS_MAX = 2;

/** One try at a connection. Events of an abandoned try are known by its not being the current one. */
interface Try {
  socket: ClientSocket | null;
  welcomedUs: number;
}

/**
 * A connection that heals: opens, greets, watches the silence, waits, opens again. Not the protocol's content: subscriptions
 * and values are its owner's. Invariant: at most one socket is listened to, and after `close` no timer is left.
 */
export class ServerLink {
  readonly lag = new LagMeter();
  phase: ClientPhase = 'connecting';
  attempt = 0;
  message = '';
  retryInMs: number | null = null;
  /** Stopped until the viewer signs in. */
  mustSignIn = false;
  /** When a frame was last heard, us. */
  heardUs = 0;

  readonly #options: ServerLinkOptions;
  readonly #owner: LinkOwner;
  readonly #queue: SendQueue;
  #try: Try | null = null;
  #url: string;
  #failures = 0;
  #wasLive = false;
  /** The server asks who the viewer is. */
  #needsTicket = false;
  /** Refusals in a row after which a ticket was asked for. */
  #ticketsTried = 0;
  #limits: { heartbeatMs: number; silenceMaxMs: number } = LIMITS;
  #nonce = 0;
  #pingedUs = 0;
  /** When the first ping after the last frame went out, us; null = none did. */
  #askedUs: number | null = null;
  readonly #pings = new Map<number, number>();
  #cancelRetry = (): void => undefined;
  #cancelDeadline = (): void => undefined;
  #cancelLook = (): void => undefined;
  #cancelRecovered = (): void => undefined;

  constructor(options: ServerLinkOptions, owner: LinkOwner) {
    this.#options = options;
    this.#owner = owner;
    this.#url = options.url;
    this.#queue = new SendQueue(options.clock, (message) => {
      this.#try?.socket?.send(encodeClientMessage(message, options.encoding));
    });
  }

  /** Between `welcome` and the loss: messages can be sent. */
  get isWelcomed(): boolean {
    return this.#try !== null && this.#try.welcomedUs > 0;
  }

  start(): void {
    if (this.#try === null && this.attempt === 0 && this.phase !== 'stopped') this.#connect();
  }

  /** Skips the rest of a wait. */
  retryNow(): void {
    if (this.#try === null && this.attempt > 0) this.#connect();
  }

  close(): void {
    this.#abandon('The client is done.');
    this.#stop('');
  }

  /** The browser signed in, maybe as somebody else. */
  async signedIn(): Promise<void> {
    const { ticket } = this.#options;
    this.#ticketsTried = 0;
    this.#needsTicket = ticket !== undefined;
    if (!this.isWelcomed || ticket === undefined) {
      if (this.#try === null && this.mustSignIn) this.#connect();
      return;
    }
    const attempt = this.#try;
    const found = await ticket().catch(() => null);
    if (found?.ok === true && found.token !== null && this.#try === attempt)
      this.push({ type: 'token', token: found.token });
  }

  /** The browser has no sign-in any more. */
  signedOut(): void {
    this.#abandon('The viewer signed out.');
    this.#shutOut('You are signed out.');
  }

  /** Sends in its turn. False when there is no connection or too many messages wait. */
  push(message: ClientMessage): boolean {
    return this.isWelcomed && this.#queue.push(message);
  }

  /** Asks for the server's time, unless an answer is under way. */
  probe(): void {
    if (this.#pings.size === 0) this.#ping();
  }

  /** Takes an unsent history request back. */
  dropRequest(request: number): void {
    this.#queue.dropRequest(request);
  }

  /** Drops the connection and comes back by the policy of the code. */
  lose(sentence: string, closeCode: number = CLOSE_ABNORMAL, goodbye: GoodbyeMessage | null = null): void {
    const welcomedUs = this.#try?.welcomedUs ?? 0;
    if (welcomedUs > 0 && this.#options.clock.nowUs() - welcomedUs >= STABLE_MS * 1000) this.#failures = 0;
    this.#abandon('');
    // Another address counts for one try; when that fails, the own one is right again.
    this.#url = goodbye?.url ?? this.#options.url;
    const decision = decideReconnect(
      { closeCode, failures: this.#failures, retryAfterMs: goodbye?.retryAfterMs ?? null },
      this.#options.random,
    );
    if (closeCode === CLOSE_CODES.unauthorized.code && this.#options.ticket !== undefined)
      return this.#onUnauthorized(sentence);
    if (decision.action === 'stop') return this.#stop(sentence);
    this.#failures += 1;
    this.attempt += 1;
    this.message = sentence;
    this.retryInMs = decision.delayMs;
    this.#cancelRetry = this.#options.clock.after(decision.delayMs, () => this.#connect());
    this.#enter(this.#wasLive ? 'reconnecting' : 'connecting');
  }

  /** Says who it is with the next attempt; in vain, only the viewer can help. */
  #onUnauthorized(sentence: string): void {
    if (this.#ticketsTried >= TICKETS_MAX) return this.#shutOut(sentence);
    this.#ticketsTried += 1;
    this.#needsTicket = true;
    this.#connect();
  }

  #shutOut(sentence: string): void {
    this.mustSignIn = true;
    this.#owner.onShutOut();
    this.#stop(sentence);
  }

  #connect(): void {
    this.#cancelRetry();
    this.mustSignIn = false;
    this.retryInMs = null;
    this.attempt = Math.max(1, this.attempt);
    const attempt: Try = { socket: null, welcomedUs: 0 };
    this.#try = attempt;
    this.#enter(this.#wasLive ? 'reconnecting' : 'connecting');
    const isCurrent = (): boolean => this.#try === attempt;
    this.#cancelDeadline = this.#options.clock.after(WELCOME_DEADLINE_MS, () => {
      this.lose('The server did not answer in time.');
    });
    const { ticket } = this.#options;
    if (!this.#needsTicket || ticket === undefined) return this.#open(attempt, null);
    void ticket().then(
      (found) => {
        if (!isCurrent()) return;
        if (found.ok) return this.#open(attempt, found.token);
        this.#abandon('');
        this.#shutOut(found.message);
      },
      () => isCurrent() && this.lose('The server cannot be reached.'),
    );
  }

  /** @param token what the server is told of who it is for; null = nothing but what the owner's `hello` says */
  #open(attempt: Try, token: string | null): void {
    const isCurrent = (): boolean => this.#try === attempt;
    const subprotocol = this.#options.encoding === 'json' ? SUBPROTOCOL_JSON : SUBPROTOCOL_BINARY;
    attempt.socket = this.#options.openSocket(this.#url, subprotocol, {
      onOpen: () => {
        if (!isCurrent()) return;
        this.#queue.restart();
        this.#queue.push({ ...this.#owner.hello(), ...(token === null ? {} : { token }) });
      },
      onFrame: (frame) => {
        if (isCurrent()) this.#onFrame(frame);
      },
      onClose: (code, reason) => {
        if (!isCurrent()) return;
        const unheard = attempt.welcomedUs === 0 && code === CLOSE_ABNORMAL;
        this.lose(unheard ? 'The server cannot be reached.' : closeSentence(code, reason), code);
      },
    });
  }

  #onFrame(frame: Frame): void {
    this.heardUs = this.#options.clock.nowUs();
    this.#askedUs = null;
    if (this.phase === 'reconnecting' && this.isWelcomed) {
      this.message = '';
      this.#enter('live');
    }
    let decoded: ServerFrame;
    try {
      decoded = decodeServerFrame(frame);
    } catch (error) {
      if (!(error instanceof DecodeError) && !(error instanceof FrameError)) throw error;
      this.#owner.onDamaged();
      this.lose('A frame of the server could not be read.');
      return;
    }
    if ('data' in decoded) {
      if (this.isWelcomed) this.#owner.onData(decoded.data);
      return;
    }
    const { message } = decoded;
    if (message.type === 'welcome') this.#onWelcome(message);
    else if (message.type === 'goodbye') {
      this.lose(closeSentence(message.code, message.reason), message.code, message);
    } else if (message.type === 'pong') this.#onPong(message);
    else this.#owner.onMessage(message);
  }

  #onWelcome(welcome: WelcomeMessage): void {
    if (this.#try === null || this.isWelcomed) return;
    this.#try.welcomedUs = this.heardUs;
    this.#ticketsTried = 0;
    this.#cancelDeadline();
    this.#limits = { heartbeatMs: welcome.heartbeatMs, silenceMaxMs: welcome.silenceMaxMs };
    this.attempt = 0;
    this.message = '';
    const again = this.#wasLive;
    this.#wasLive = true;
    this.#owner.onWelcome(welcome, again);
    this.#enter(again ? 'recovered' : 'live');
    if (again) {
      this.#cancelRecovered = this.#options.clock.after(RECOVERED_MS, () => {
        if (this.phase === 'recovered') this.#enter('live');
      });
    }
    this.#pings.clear();
    this.#ping();
    this.#armLook(STALL_MS);
  }

  #onPong({ nonce, serverTimeUs }: PongMessage): void {
    const sentUs = this.#pings.get(nonce);
    if (sentUs === undefined) return;
    this.#pings.delete(nonce);
    this.lag.onPong(sentUs, this.heardUs, serverTimeUs);
  }

  #armLook(delayMs: number): void {
    this.#cancelLook();
    const dueUs = this.#options.clock.nowUs() + delayMs * 1000;
    this.#cancelLook = this.#options.clock.after(delayMs, () => this.#look(dueUs));
  }

  #look(dueUs: number): void {
    const nowUs = this.#options.clock.nowUs();
    if (nowUs - dueUs > OVERSLEPT_MS * 1000) {
      const stallUs = nowUs - STALL_MS * 1000;
      this.heardUs = Math.max(this.heardUs, stallUs);
      if (this.#askedUs !== null) this.#askedUs = Math.max(this.#askedUs, stallUs);
    }
    const verdict = judgeLiveness(
      {
        nowMs: nowUs / 1000,
        heardMs: this.heardUs / 1000,
        pingedMs: this.#pingedUs / 1000,
        askedMs: this.#askedUs === null ? null : this.#askedUs / 1000,
        expectsStatus: this.#owner.expectsStatus(),
      },
      this.#limits,
    );
    if (verdict.state === 'dead') return this.lose(stallSentence(verdict.silentMs));
    if (verdict.state === 'stalled') {
      this.message = stallSentence(verdict.silentMs);
      this.#enter('reconnecting');
    }
    if (verdict.ping) this.#ping();
    this.#armLook(verdict.nextLookMs);
  }

  #ping(): void {
    this.#pingedUs = this.#options.clock.nowUs();
    this.#askedUs ??= this.#pingedUs;
    this.#nonce += 1;
    this.#pings.set(this.#nonce, this.#pingedUs);
    this.#queue.push({ type: 'ping', nonce: this.#nonce });
  }

  /** Leaves the socket, whatever its state, and stops everything that runs for it. */
  #abandon(reason: string): void {
    const left = this.#try;
    this.#try = null;
    this.#cancelRetry();
    this.#cancelDeadline();
    this.#cancelLook();
    this.#cancelRecovered();
    this.#queue.restart();
    left?.socket?.close(CLOSE_NORMAL, reason);
    if (left !== null) this.#owner.onGone(left.welcomedUs > 0);
  }

  #stop(sentence: string): void {
    this.attempt = 0;
    this.retryInMs = null;
    this.message = sentence;
    this.#enter('stopped');
  }

  #enter(phase: ClientPhase): void {
    this.phase = phase;
    this.#owner.onChange();
  }
}
