import type { AlertFiring, AlertNews, AlertOverview } from '#protocol';

const PATH = '/api/alerts';
const NAME = 'tickwire.alerts';
const SEEN_KEY = 'tickwire.alerts.seen';
/** A stream that was refused is tried again after this, ms. */
const RETRY_MS = 5_000;

/** What came of a request: the server's own sentence when it failed. */
export type AlertAnswer<Body> = { ok: true; body: Body } | { ok: false; message: string };

/** The browser's parts that the link stands on; tests bring their own. */
export interface AlertSurroundings {
  readonly fetch: typeof fetch;
  readonly openStream: (url: string) => EventSource;
  readonly storage: Pick<Storage, 'getItem' | 'setItem'> | null;
  /** Null where the page is no secure context: each page then has a stream of its own while it is shown. */
  readonly locks: Pick<LockManager, 'request'> | null;
  readonly openChannel: ((name: string) => BroadcastChannel) | null;
}

export interface NewsListener {
  /** @param isLeader whether this page is the one that speaks for all pages of the browser: sound and notifications are its */
  onNews(news: AlertNews, isLeader: boolean): void;
  onTrouble(sentence: string): void;
}

/**
 * Alerts of the server in this browser. One page holds the stream, by a lock, and hands what comes to the others, since a browser opens
 * only six connections to a server; when it is closed the next page goes on from the last number that was seen.
 *
 * Invariant: a firing reaches each page once.
 */
export class AlertLink {
  readonly #parts: AlertSurroundings;
  readonly #listener: NewsListener;
  readonly #abort = new AbortController();
  #channel: BroadcastChannel | null = null;
  #stream: EventSource | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #isLeader = false;
  #store = '';
  #seenSeq = 0;

  constructor(parts: AlertSurroundings, listener: NewsListener) {
    this.#parts = parts;
    this.#listener = listener;
  }

  start(): void {
    const { locks, openChannel } = this.#parts;
    if (locks === null || openChannel === null) {
      this.#isLeader = true;
      this.#open();
      return;
    }
    this.#channel = openChannel(NAME);
    this.#channel.addEventListener('message', ({ data }: MessageEvent<AlertNews>) => this.#take(data));
    void this.refresh();
    const { signal } = this.#abort;
    locks
      .request(NAME, { signal }, () => {
        this.#isLeader = true;
        this.#open();
        return new Promise<void>((resolve) =>
          signal.addEventListener('abort', () => resolve(), { once: true }),
        );
      })
      .catch(() => undefined);
  }

  stop(): void {
    this.#abort.abort();
    this.pause();
    this.#channel?.close();
    this.#channel = null;
  }

  /** Lets go of the stream of a page that is hidden, where each has its own. */
  pause(): void {
    clearTimeout(this.#retry);
    this.#stream?.close();
    this.#stream = null;
  }

  resume(): void {
    if (this.#isLeader && this.#stream === null) this.#open();
  }

  /** True where each page has a stream of its own. */
  get isAlone(): boolean {
    return this.#parts.locks === null || this.#parts.openChannel === null;
  }

  /** Asks for everything but the history. */
  async refresh(): Promise<void> {
    const answer = await this.ask<AlertOverview>('GET', '');
    if (answer.ok) this.#take({ type: 'overview', overview: answer.body });
    else this.#listener.onTrouble(answer.message);
  }

  /** Newest first. `rule` null = of all. */
  history(
    beforeSeq: number | null,
    count: number,
    rule: number | null,
  ): Promise<AlertAnswer<{ firings: AlertFiring[]; more: boolean }>> {
    const before = beforeSeq === null ? '' : `&before=${beforeSeq}`;
    const of = rule === null ? '' : `&rule=${rule}`;
    return this.ask('GET', `/history?limit=${count}${before}${of}`);
  }

  /** Asks for what lies below the alerts of the server; `state/alert-requests.ts` says what there is to ask for. */
  async ask<Body>(method: string, path: string, body?: unknown): Promise<AlertAnswer<Body>> {
    try {
      const answer = await this.#parts.fetch(`${PATH}${path}`, {
        method,
        ...(body === undefined
          ? {}
          : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
      if (answer.status === 204) return { ok: true, body: null as Body };
      const found = (await answer.json()) as Body & { message?: string };
      if (answer.ok) return { ok: true, body: found };
      return { ok: false, message: found.message ?? `The server answered ${answer.status}.` };
    } catch {
      return { ok: false, message: 'The server cannot be reached.' };
    }
  }

  #open(): void {
    clearTimeout(this.#retry);
    const seen = this.#readSeen();
    const stream = this.#parts.openStream(`${PATH}/stream${seen === '' ? '' : `?after=${seen}`}`);
    this.#stream = stream;
    stream.addEventListener('message', ({ data }: MessageEvent<string>) => {
      const news = JSON.parse(data) as AlertNews;
      // The others first: were this page closed between the two, the next one would show it twice rather than never.
      this.#channel?.postMessage(news);
      this.#take(news);
      if (news.type === 'firing') this.#writeSeen(news.firing.seq);
      // Here for the first time, or with the numbers of another database.
      if (news.type === 'overview' && !this.#readSeen().startsWith(`${this.#store}.`))
        this.#writeSeen(news.overview.lastSeq);
    });
    stream.addEventListener('error', () => {
      // While it connects again by itself there is nothing to do.
      if (stream.readyState !== 2 || this.#stream !== stream) return;
      this.#stream = null;
      void this.refresh();
      this.#retry = setTimeout(() => this.#open(), RETRY_MS);
    });
  }

  #take(news: AlertNews): void {
    if (news.type === 'overview') {
      if (news.overview.store !== this.#store) this.#seenSeq = 0;
      this.#store = news.overview.store;
    }
    if (news.type === 'firing') {
      if (news.firing.seq <= this.#seenSeq) return;
      this.#seenSeq = news.firing.seq;
    }
    this.#listener.onNews(news, this.#isLeader);
  }

  #readSeen(): string {
    try {
      const text = this.#parts.storage?.getItem(SEEN_KEY) ?? '';
      return /^[0-9a-f]+\.\d+$/.test(text) ? text : '';
    } catch {
      return '';
    }
  }

  #writeSeen(seq: number): void {
    try {
      this.#parts.storage?.setItem(SEEN_KEY, `${this.#store}.${seq}`);
    } catch {
      // Full or forbidden: what fired while no page was open is then found in the history alone.
    }
  }
}

/** The real ones. In the browser only. */
export function browserAlertSurroundings(): AlertSurroundings {
  let storage: Storage | null;
  try {
    storage = localStorage;
  } catch {
    storage = null;
  }
  return {
    fetch: (...args) => fetch(...args),
    openStream: (url) => new EventSource(url),
    storage,
    locks: globalThis.navigator.locks ?? null,
    openChannel: typeof BroadcastChannel === 'undefined' ? null : (name) => new BroadcastChannel(name),
  };
}
