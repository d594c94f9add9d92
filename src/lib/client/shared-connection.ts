import { BAR_INTERVALS, BAR_INTERVAL_SECONDS, QUOTE_FIELDS, type Channel } from '#protocol';
import { ticketsOf, type Ticket } from './access-api.ts';
import type { ClientClock } from './client-clock.ts';
import type { CommitBuilder } from './commit-builder.ts';
import { NO_LIMITS, type ConnectionLimits } from './connection-limits.ts';
import { RatesMeter } from './rates-meter.ts';
import { RequestError } from './request-error.ts';
import { namesInstrument } from './selector-reach.ts';
import type { SharedPage } from './shared-page.ts';
import { SharedSubscriptions, type PageSubscription } from './shared-subscriptions.ts';
import { TickwireClient } from './tickwire-client.ts';
import { ToldTimeline } from './told-timeline.ts';
import type { OpenSocket } from './web-socket.ts';
import type { PageToWorker } from './worker-api.ts';

/** Distinct subscriptions of the shared connection. The server grants 64; a page that does not fit in goes on one of its own. */
export const SHARED_SUBSCRIPTIONS_MAX = 56;

type MessageOf<Type extends PageToWorker['type']> = Extract<PageToWorker, { type: Type }>;

export interface SharedConnectionOptions {
  start: MessageOf<'start'>;
  openSocket: OpenSocket;
  clock: ClientClock;
  random?: () => number;
  ticket?: () => Promise<Ticket>;
}

/**
 * One client for several pages: their wishes merged, everything heard passed on to those who want it, and what is held already handed
 * to a page that comes later. Decides nothing about where pages are. Invariant: the client asks for what the pages wish together.
 */
export class SharedConnection {
  readonly #clock: ClientClock;
  readonly #client: TickwireClient;
  readonly #subscriptions: SharedSubscriptions;
  readonly #rates: RatesMeter;
  readonly #told = new ToldTimeline();
  readonly #pages = new Set<SharedPage>();
  #limits: ConnectionLimits = NO_LIMITS;
  /** Epoch that the newest connection began with; empty before the first. */
  #epoch = '';
  /** Socket events that are being handled. */
  #depth = 0;
  /** Whose command was sent last: a refusal is its. */
  #commander: SharedPage | null = null;

  constructor({ start, openSocket, clock, random, ticket }: SharedConnectionOptions) {
    this.#clock = clock;
    this.#client = new TickwireClient({
      url: start.url,
      encoding: start.encoding,
      client: start.client,
      ticket: ticket ?? ticketsOf(start.url),
      clock,
      ...(random === undefined ? {} : { random }),
      openSocket: (address, subprotocol, events) =>
        openSocket(address, subprotocol, {
          onOpen: () => this.#whole(() => events.onOpen()),
          onFrame: (frame) => this.#whole(() => events.onFrame(frame)),
          onClose: (code, reason) => this.#whole(() => events.onClose(code, reason)),
        }),
      listener: this.#listener(),
    });
    this.#subscriptions = new SharedSubscriptions((request) => this.#client.subscribe(request));
    this.#rates = new RatesMeter(this.#client, clock, (rates) =>
      this.#tell((pending) => pending.rates(rates)),
    );
    this.#client.start();
  }

  get isEmpty(): boolean {
    return this.#pages.size === 0;
  }

  retryNow(): void {
    this.#client.retryNow();
  }

  onSignIn(signedIn: boolean): void {
    this.#client.onSignIn(signedIn);
  }

  close(): void {
    this.#rates.close();
    this.#client.close();
  }

  /* ---- pages --------------------------------------------------------------------------------------------------- */

  /** @param again what the page holds came from elsewhere, and is void */
  join(page: SharedPage, again: boolean): void {
    const { pending } = page;
    const { mirror, connection, lagMs } = this.#client;
    const { timeline, status, gaps } = this.#told;
    this.#pages.add(page);
    if (again) pending.reset();
    if (this.#epoch !== '') {
      pending.welcomed(this.#epoch, false);
      const entries = mirror.dictionary.entries.filter((entry) => entry !== undefined);
      if (entries.length > 0) pending.dictionary(entries, true);
      if (timeline !== null) pending.timeline(again ? { ...timeline, switched: true } : timeline);
      if (status !== null) pending.status(status);
      pending.gaps(gaps, true);
      if (mirror.asOf > 0) pending.head(mirror.asOf, mirror.timeUs, lagMs);
    }
    for (const [number, wish] of page.wishes) this.#open(page, number, wish);
    pending.connection(page.reportFor(connection));
    this.settle();
    this.answer(page);
  }

  leave(page: SharedPage): void {
    if (!this.#pages.delete(page)) return;
    for (const wish of page.wishes.values()) this.#subscriptions.close(wish);
    for (const { abort } of page.asked.values()) abort.abort();
    page.asked.clear();
    // What waited is of no use any more.
    page.pending.take(this.#client.mirror.columns);
    if (this.#commander === page) this.#commander = null;
    this.settle();
  }

  /** Whether a new wish has room here. */
  hasRoomFor(wish: PageSubscription): boolean {
    return this.#subscriptions.has(wish) || this.#subscriptions.size < SHARED_SUBSCRIPTIONS_MAX;
  }

  subscribe(page: SharedPage, number: number, wish: PageSubscription): void {
    this.#open(page, number, wish);
    this.answer(page);
  }

  tune(page: SharedPage, wish: PageSubscription): void {
    this.#subscriptions.tune(wish, page.rateOf(wish));
  }

  unsubscribe(wish: PageSubscription): void {
    this.#subscriptions.close(wish);
  }

  command(page: SharedPage, { command }: MessageOf<'command'>): void {
    this.#commander = page;
    this.#client.command(command);
  }

  async ask(page: SharedPage, message: MessageOf<'history'>): Promise<void> {
    const { request, query } = message;
    const abort = new AbortController();
    page.asked.set(request, { abort, message });
    try {
      const answer = await this.#client.history(query, abort.signal);
      page.pending.history({ request, ok: true, answer });
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      const { code, message: sentence } = error;
      // One that left has asked elsewhere.
      if (this.#pages.has(page)) page.pending.history({ request, ok: false, code, message: sentence });
    } finally {
      page.asked.delete(request);
      this.answer(page);
    }
  }

  /** A page's ceilings, its pulls or whether it is seen changed: all of them together are told to the server. */
  settle(): void {
    this.#client.shownLateMs = Math.max(0, ...[...this.#pages].map(({ delay }) => delay.delayMs));
    for (const page of this.#pages) for (const wish of page.wishes.values()) this.tune(page, wish);
    const all = [...this.#pages].map(({ current }) => current);
    if (all.length === 0) return;
    const caps = all.map(({ maxBitsPerSecond }) => maxBitsPerSecond).filter((cap) => cap > 0);
    const limits = {
      maxRateHz: Math.max(...all.map(({ maxRateHz }) => maxRateHz)),
      // Whoever saves data saves it for the whole browser.
      maxBitsPerSecond: caps.length === 0 ? 0 : Math.min(...caps),
    };
    if (
      limits.maxRateHz === this.#limits.maxRateHz &&
      limits.maxBitsPerSecond === this.#limits.maxBitsPerSecond
    )
      return;
    this.#limits = limits;
    this.#client.limit(limits);
  }

  /** The page pulled: how late it was counts for all. */
  pulled(page: SharedPage): void {
    this.#client.shownLateMs = Math.max(0, ...[...this.#pages].map(({ delay }) => delay.delayMs));
    this.answer(page);
  }

  answer(page: SharedPage): void {
    if (this.#depth > 0 || page.pending.isEmpty || !this.#pages.has(page)) return;
    if (!page.isPulled) return page.delay.onNews(() => this.#clock.nowUs());
    const { commit, transfer } = page.pending.take(this.#client.mirror.columns);
    page.send(commit, transfer);
  }

  #open(page: SharedPage, number: number, wish: PageSubscription): void {
    const { mirror } = this.#client;
    for (const entry of mirror.dictionary.entries) {
      // What the server keeps current here already it does not send again.
      if (entry === undefined || !namesInstrument(wish.selectors, entry)) continue;
      if (this.#subscriptions.covers(wish.channel, entry)) this.#handOver(page, wish.channel, entry.id);
    }
    page.wish(number, wish);
    this.#subscriptions.open(wish, page.rateOf(wish));
  }

  #handOver(page: SharedPage, channel: Channel, instrument: number): void {
    const { columns } = this.#client.mirror;
    if (channel === 'quote' && QUOTE_FIELDS.some((field) => !Number.isNaN(columns[field][instrument])))
      page.pending.quote(instrument);
    const book = channel === 'book' ? this.#client.mirror.bookOf(instrument) : undefined;
    if (book !== undefined) page.pending.book(instrument, book.bids, book.asks);
  }

  /* ---- what is heard ------------------------------------------------------------------------------------------- */

  #listener(): ConstructorParameters<typeof TickwireClient>[0]['listener'] & object {
    return {
      onConnection: (report) => {
        for (const page of this.#pages) page.pending.connection(page.reportFor(report));
        this.#answerAll();
      },
      onWelcome: ({ epoch, resume }) => {
        this.#epoch = epoch;
        if (resume !== 'resumed') this.#told.onGaps([], true);
        this.#tell((pending) => pending.welcomed(epoch, resume === 'resumed'));
      },
      onReset: (epoch) => {
        this.#epoch = epoch;
        this.#tell((pending) => pending.reset());
      },
      onDictionary: (entries, whole) => {
        for (const page of this.#pages) page.forgetReach();
        this.#tell((pending) => pending.dictionary(entries, whole));
      },
      onTimeline: (timeline) => {
        this.#told.onTimeline(timeline);
        this.#tell((pending) => pending.timeline(timeline));
      },
      onStatus: (status) => {
        this.#told.onStatus(status, this.#client.mirror.timeUs);
        this.#tell((pending) => pending.status(status));
      },
      onGaps: (marks, whole) => {
        this.#told.onGaps(marks, whole);
        this.#tell((pending) => pending.gaps(marks, whole));
      },
      onCommandRefused: (error) => {
        const page = this.#commander;
        page?.pending.refused(error);
        if (page !== null) this.answer(page);
      },
      onLost: (instrument, count) =>
        this.#tellWanting('trade', instrument, (pending) => pending.lost(instrument, count)),
      onQuote: (instrument) => {
        const { entries } = this.#client.mirror.dictionary;
        for (const page of this.#pages)
          if (page.wantsQuote(instrument, entries)) page.pending.quote(instrument);
      },
      onTrades: (instrument, trades, lost) =>
        this.#tellWanting('trade', instrument, (pending) => pending.trades(instrument, trades, lost)),
      onBar: (instrument, intervalS, ...bar) => {
        const interval = BAR_INTERVALS.find((name) => BAR_INTERVAL_SECONDS[name] === intervalS);
        if (interval === undefined) return;
        this.#tellWanting(`bar:${interval}`, instrument, (pending) =>
          pending.bar(instrument, intervalS, bar),
        );
      },
      onBook: (instrument, bids, asks) =>
        this.#tellWanting('book', instrument, (pending) => pending.book(instrument, bids, asks)),
      onFrame: () => {
        const { asOf, timeUs } = this.#client.mirror;
        this.#tell((pending) => pending.head(asOf, timeUs, this.#client.lagMs));
      },
    };
  }

  #tell(write: (pending: CommitBuilder) => void): void {
    for (const { pending } of this.#pages) write(pending);
    this.#answerAll();
  }

  #tellWanting(channel: Channel, instrument: number, write: (pending: CommitBuilder) => void): void {
    const entry = this.#client.mirror.dictionary.entries[instrument];
    for (const page of this.#pages) if (page.wants(channel, entry)) write(page.pending);
    this.#answerAll();
  }

  /** What one event of the socket changes is committed together: a new epoch never without the timeline that began it. */
  #whole(handle: () => void): void {
    this.#depth += 1;
    try {
      handle();
    } finally {
      this.#depth -= 1;
      this.#answerAll();
    }
  }

  #answerAll(): void {
    if (this.#depth === 0) for (const page of this.#pages) this.answer(page);
  }
}
