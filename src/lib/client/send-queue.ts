import { LIMITS, type ClientMessage } from '#protocol';
import type { ClientClock } from './client-clock.ts';

/** Part of the server's message allowance that is used, so that differing clocks never make it overflow. */
const SHARE = 0.8;
const PER_SECOND = LIMITS.messagesPerSecond * SHARE;
const BURST = LIMITS.messagesBurst * SHARE;
/** Waiting messages above which requests and commands are refused. The others are bounded by the open subscriptions. */
export const WAITING_MAX = 256;

/**
 * Sends at the pace that the server accepts, in order. Not a log: a message that a later one makes void (an unsent
 * subscribe and its unsubscribe, an older seek) is never sent. Invariant: no more than the allowance leaves in any span.
 */
export class SendQueue {
  readonly #clock: ClientClock;
  readonly #send: (message: ClientMessage) => void;
  #waiting: ClientMessage[] = [];
  #tokens = BURST;
  #filledUs: number;
  #cancelTimer: (() => void) | null = null;

  constructor(clock: ClientClock, send: (message: ClientMessage) => void) {
    this.#clock = clock;
    this.#send = send;
    this.#filledUs = clock.nowUs();
  }

  /** Starts anew for a new connection: nothing waits, the whole burst is there. */
  restart(): void {
    this.#waiting = [];
    this.#tokens = BURST;
    this.#filledUs = this.#clock.nowUs();
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  /** Sends now or in its turn. False for a request or command when too many wait. */
  push(message: ClientMessage): boolean {
    if (message.type === 'unsubscribe' && this.#dropSubscribe(message.subscription)) return true;
    this.#waiting = this.#waiting.filter((earlier) => !supersedes(message, earlier));
    const refusable = message.type === 'history' || message.type === 'timeline';
    if (refusable && this.#waiting.length >= WAITING_MAX) return false;
    this.#waiting.push(message);
    this.#drain();
    return true;
  }

  /** Takes a request back if it is still here. */
  dropRequest(request: number): void {
    this.#waiting = this.#waiting.filter(
      (message) => message.type !== 'history' || message.request !== request,
    );
  }

  #dropSubscribe(subscription: number): boolean {
    const kept = this.#waiting.filter(
      (message) => !(message.type === 'subscribe' && message.subscription === subscription),
    );
    const dropped = kept.length < this.#waiting.length;
    this.#waiting = kept;
    return dropped;
  }

  #drain(): void {
    const nowUs = this.#clock.nowUs();
    this.#tokens = Math.min(BURST, this.#tokens + ((nowUs - this.#filledUs) / 1e6) * PER_SECOND);
    this.#filledUs = nowUs;
    while (this.#tokens >= 1) {
      const message = this.#waiting.shift();
      if (message === undefined) return;
      this.#tokens -= 1;
      this.#send(message);
    }
    if (this.#waiting.length === 0 || this.#cancelTimer !== null) return;
    this.#cancelTimer = this.#clock.after(Math.ceil(1000 / PER_SECOND), () => {
      this.#cancelTimer = null;
      this.#drain();
    });
  }
}

/** Whether `later` makes an unsent `earlier` pointless: only the newest of these counts. */
function supersedes(later: ClientMessage, earlier: ClientMessage): boolean {
  if (later.type !== earlier.type) return false;
  if (later.type === 'tune' && earlier.type === 'tune') return later.subscription === earlier.subscription;
  if (later.type === 'timeline' && earlier.type === 'timeline') {
    return later.op === earlier.op && (later.op === 'seek' || later.op === 'speed');
  }
  return later.type === 'ack' || later.type === 'ping' || later.type === 'dictionary';
}
