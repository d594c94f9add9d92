import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AlertNews } from '#protocol';
import type { AlertView } from '../alerts/alert-view.ts';
import type { AlertService } from '../alerts/alert-service.ts';
import type { Clock } from '../engine/ports.ts';
import { EventStream } from './event-stream.ts';

/** What a reader may leave unread before it is cut; it comes back with the number of what it saw last. */
const UNREAD_BYTES_MAX = 1_048_576;
const CATCH_UP_ROWS = 200;
const RETRY_MS = 1_000;

/** Where a page has got to: `store.seq`. Null for anything else. */
export function readCursor(text: string | undefined): { store: string; seq: number } | null {
  const [, store, seq] = /^([0-9a-f]{1,32})\.(\d{1,15})$/.exec(text ?? '') ?? [];
  return store === undefined || seq === undefined ? null : { store, seq: Number(seq) };
}

export interface AlertStreamParts {
  readonly alerts: AlertService;
  readonly clock: Clock;
  /** What its reader may see; null = everything. */
  readonly view: AlertView | null;
}

/**
 * Alerts as Server-Sent Events to one browser: the overview, then the firings after the last one that it saw, then news as they come. Firings
 * carry their number as the event's id, so that a browser which comes back names it by itself and gets each firing once.
 *
 * Invariant: firings go out in the order of their numbers, without a hole that is not told.
 */
export class AlertStream {
  readonly #alerts: AlertService;
  readonly #view: AlertView | null;
  readonly #stream: EventStream;
  readonly #store: string;
  /** Number of the last firing that was sent. */
  #sentSeq: number;

  constructor(
    { alerts, clock, view }: AlertStreamParts,
    request: FastifyRequest,
    reply: FastifyReply,
    onClosed: () => void,
  ) {
    const overview = alerts.overview();
    const { after } = request.query as { after?: unknown };
    const header = request.headers['last-event-id'];
    const cursor = readCursor(
      typeof header === 'string' ? header : typeof after === 'string' ? after : undefined,
    );
    this.#alerts = alerts;
    this.#view = view;
    this.#store = overview.store;
    // Numbers of another database say nothing here.
    this.#sentSeq =
      cursor?.store === overview.store ? Math.min(cursor.seq, overview.lastSeq) : overview.lastSeq;
    this.#stream = new EventStream(reply, { clock, unreadBytesMax: UNREAD_BYTES_MAX, onClosed });
    this.#stream.write(`retry: ${RETRY_MS}\n\n`);
    this.#stream.until(alerts.listen((news) => this.#onNews(news)));
    this.#send({ type: 'overview', overview });
    this.#catchUp();
  }

  close(): void {
    this.#stream.close();
  }

  #onNews(news: AlertNews): void {
    if (news.type !== 'firing') return this.#send(news);
    // One that was sent while catching up.
    if (news.firing.seq <= this.#sentSeq) return undefined;
    return this.#send(news);
  }

  #catchUp(): void {
    for (;;) {
      const rows = this.#alerts.firingsAfter(this.#sentSeq, CATCH_UP_ROWS);
      const [first] = rows;
      if (first === undefined) return;
      const missed = first.seq - this.#sentSeq - 1;
      if (missed > 0) this.#send({ type: 'missed', count: missed });
      for (const firing of rows) this.#send({ type: 'firing', firing });
      if (this.#stream.isClosed) return;
    }
  }

  #send(all: AlertNews): void {
    if (all.type === 'firing') this.#sentSeq = all.firing.seq;
    const news = this.#view === null ? all : this.#view.news(all);
    if (news === null) return;
    const id = news.type === 'firing' ? `id: ${this.#store}.${news.firing.seq}\n` : '';
    this.#stream.write(`${id}data: ${JSON.stringify(news)}\n\n`);
  }
}
