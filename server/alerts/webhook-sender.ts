import type { AlertDelivery, AlertFiring } from '#protocol';
import type { Cancel, Clock } from '../engine/ports.ts';
import { VERSION } from '../version.ts';
import { AlertsError } from './alerts-error.ts';
import type { AlertStore, DueDelivery } from './alert-store.ts';
import type { WebhookList } from './webhook-list.ts';

const TIMEOUT_MS = 10_000;
/** To one receiver, so that one that does not answer holds up nobody else ... */
const AT_ONCE_MAX = 4;
/** ... and to all of them. */
const ALL_AT_ONCE_MAX = 64;
/** 1 s, 2 s, 4 s, ... 10 min: with so many attempts a receiver may be away for some 80 minutes. */
const FIRST_PAUSE_MS = 1_000;
const PAUSE_MAX_MS = 600_000;
const ATTEMPTS_MAX = 16;
/** Until the disk is tried again. */
const DISK_PAUSE_MS = 5_000;
/** Answers of the 4xx kind that may be others later. */
const PASSING = new Set([408, 409, 423, 425, 429]);

/** What a webhook is sent, as JSON. */
export interface WebhookBody {
  readonly type: 'alert';
  /** `store-seq`: the same for each attempt, and the Idempotency-Key. */
  readonly id: string;
  readonly rule: number;
  readonly time: string;
  readonly instrument: string;
  readonly value: string;
  readonly message: string;
  readonly note: string;
}

/** The part of `fetch` that is used. */
export type Post = (
  url: string,
  init: {
    method: 'POST';
    headers: Record<string, string>;
    body: string;
    redirect: 'manual';
    signal: AbortSignal;
  },
) => Promise<{ status: number; headers: Pick<Headers, 'get'>; body: { cancel(): Promise<void> } | null }>;

export interface WebhookSenderOptions {
  readonly store: AlertStore;
  readonly list: WebhookList;
  readonly clock: Clock;
  readonly onDelivery: (seq: number, delivery: AlertDelivery) => void;
  readonly post?: Post;
}

interface Outcome {
  readonly isDone: boolean;
  readonly isFinal: boolean;
  readonly message: string;
  /** As the receiver asks; 0 = it does not. */
  readonly retryAfterMs: number;
}

/** An attempt that was not answered yet. */
interface Running {
  readonly receiver: string;
  readonly abort: AbortController;
}

/**
 * Sends firings to webhooks, at least once: what is to be sent stands in the store, also over a restart, and is marked when a receiver has
 * taken it. A receiver that gets one twice knows it by its key. Follows no redirect and reads no answer but its status.
 */
export class WebhookSender {
  readonly #options: WebhookSenderOptions;
  readonly #running = new Map<number, Running>();
  #timer: Cancel | null = null;
  #isClosed = false;

  constructor(options: WebhookSenderOptions) {
    this.#options = options;
  }

  /** Begins what is due, and wakes up for what will be. */
  work(): void {
    if (this.#isClosed) return;
    this.#timer?.();
    this.#timer = null;
    for (const { due, receiver } of this.#next()) void this.#send(due, receiver);
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.();
    for (const { abort } of this.#running.values()) abort.abort();
  }

  /** What may begin now. */
  #next(): { due: DueDelivery; receiver: string }[] {
    const { store, list, clock } = this.#options;
    const nowUs = clock.nowUs();
    const busy = new Map<string, number>();
    for (const { receiver } of this.#running.values()) busy.set(receiver, (busy.get(receiver) ?? 0) + 1);
    const next: { due: DueDelivery; receiver: string }[] = [];
    for (const due of store.waitingDeliveries()) {
      if (this.#running.size + next.length >= ALL_AT_ONCE_MAX) break;
      if (due.dueUs > nowUs) {
        this.#timer = clock.after((due.dueUs - nowUs) / 1000, () => this.work());
        break;
      }
      const receiver = list.receiverOf(due.webhook);
      const count = busy.get(receiver) ?? 0;
      if (this.#running.has(due.seq) || count >= AT_ONCE_MAX) continue;
      busy.set(receiver, count + 1);
      next.push({ due, receiver });
    }
    return next;
  }

  async #send(due: DueDelivery, receiver: string): Promise<void> {
    const { store, clock, onDelivery } = this.#options;
    const abort = new AbortController();
    this.#running.set(due.seq, { receiver, abort });
    const firing = store.firing(due.seq);
    const outcome = await (firing === null ? GONE : this.#post(firing, due.webhook, abort));
    this.#running.delete(due.seq);
    if (this.#isClosed) return;
    const attempts = due.attempts + 1;
    const isOver = outcome.isFinal || attempts >= ATTEMPTS_MAX;
    const state = outcome.isDone ? 'done' : isOver ? 'failed' : 'waiting';
    const pauseMs = Math.min(
      PAUSE_MAX_MS,
      Math.max(outcome.retryAfterMs, FIRST_PAUSE_MS * 2 ** (attempts - 1)),
    );
    const delivery: AlertDelivery = { webhook: due.webhook, state, attempts, message: outcome.message };
    try {
      store.noteDelivery(due.seq, delivery, clock.nowUs() + pauseMs * 1000);
    } catch (error) {
      if (!(error instanceof AlertsError)) throw error;
      // Not marked: it is sent again, under the same key, when the disk takes it.
      this.#timer ??= clock.after(DISK_PAUSE_MS, () => this.work());
      return;
    }
    onDelivery(due.seq, delivery);
    this.work();
  }

  async #post(firing: AlertFiring, webhook: string, abort: AbortController): Promise<Outcome> {
    const { list, store, clock, post = fetch } = this.#options;
    const url = list.resolve(webhook);
    if (url === null) return ended('The operator does not allow this webhook any more.');
    const id = `${store.name}-${firing.seq}`;
    const cancel = clock.after(TIMEOUT_MS, () => abort.abort());
    try {
      const { status, headers, body } = await post(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'idempotency-key': id,
          'user-agent': `tickwire/${VERSION}`,
        },
        body: JSON.stringify(bodyOf(id, firing)),
        redirect: 'manual',
        signal: abort.signal,
      });
      void body?.cancel().catch(() => {});
      if (status >= 200 && status < 300)
        return { isDone: true, isFinal: true, message: `Answered ${status}.`, retryAfterMs: 0 };
      const message = `Answered ${status}.`;
      if (status < 500 && !PASSING.has(status)) return ended(message);
      return {
        isDone: false,
        isFinal: false,
        message,
        retryAfterMs: secondsOf(headers.get('retry-after')) * 1000,
      };
    } catch (error) {
      const message = abort.signal.aborted ? `No answer within ${TIMEOUT_MS / 1000} s.` : reasonOf(error);
      return { isDone: false, isFinal: false, message, retryAfterMs: 0 };
    } finally {
      cancel();
    }
  }
}

const ended = (message: string): Outcome => ({ isDone: false, isFinal: true, message, retryAfterMs: 0 });
const GONE = ended('The firing is no longer kept.');

function bodyOf(id: string, { rule, timeUs, instrument, value, message, note }: AlertFiring): WebhookBody {
  const time = new Date(timeUs / 1000).toISOString();
  return { type: 'alert', id, rule, time, instrument, value, message, note };
}

/** Of a Retry-After header; 0 for a date, which few send. */
function secondsOf(text: string | null): number {
  return text !== null && /^\d{1,6}$/.test(text) ? Number(text) : 0;
}

/** Without the address, which may hold a secret. */
function reasonOf(error: unknown): string {
  const cause = (error as { cause?: { code?: unknown } }).cause?.code;
  return typeof cause === 'string' ? `Not reached (${cause}).` : 'Not reached.';
}
