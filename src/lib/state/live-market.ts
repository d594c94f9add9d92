import { LIMITS, instrumentKey, type BarInterval, type InstrumentId, type TimelineRequest } from '#protocol';
import type { ConnectionLimits } from '../client/connection-limits.ts';
import type { BookCommit, Commit } from '../client/worker-api.ts';
import type { BarFeed } from './bar-stream.ts';
import { Connection } from './connection.svelte.ts';
import { Feeds } from './feeds.svelte.ts';
import { Gaps } from './gaps.svelte.ts';
import { Instruments } from './instruments.svelte.ts';
import type {
  BarListener,
  BarStream,
  BookListener,
  Market,
  PageSnapshot,
  QuoteWatch,
  Stream,
  TradeListener,
} from './market.ts';
import type { MarketStream, StreamContext } from './market-stream.ts';
import { PageQuotes } from './quote-store.ts';
import { SPARKLINE_CLOSES } from './sparkline-closes.ts';
import { Timeline } from './timeline.svelte.ts';
import { WorkerLink, type WorkerLinkOptions } from './worker-link.ts';

/** Instruments whose sparklines are filled from the server; the others grow theirs from what they see. */
const SPARKLINE_INSTRUMENTS_MAX = 1_000;
const NONE: ReadonlySet<string> = new Set();

export type StreamKinds = typeof import('./streams.ts');
type OpenStream = MarketStream & { close(): void };

export interface LiveMarketOptions extends Pick<
  WorkerLinkOptions,
  'createWorker' | 'createFallback' | 'url' | 'requestFrame' | 'watchVisibility'
> {
  snapshot: PageSnapshot | undefined;
  nowMs: () => number;
  /** What panels follow; or what brings it, from the start on. */
  streams: StreamKinds | (() => Promise<StreamKinds>);
}

/**
 * The market behind the page: applies one commit of the worker at a time and drives the streams that panels have open. Decodes
 * nothing and draws nothing. Invariant: what the store, the streams and the runes show belongs to one epoch.
 */
export class LiveMarket implements Market {
  readonly quotes = new PageQuotes();
  readonly connection: Connection;
  readonly timeline: Timeline;
  readonly feeds = new Feeds();
  readonly gaps = new Gaps();
  readonly instruments = new Instruments();
  readonly #link: WorkerLink;
  readonly #nowMs: () => number;
  /** A welcome came, and not yet the timeline behind it (HS3), which may be of another commit; its map began long ago. */
  #awaitsTimeline = false;
  readonly #streams = new Set<MarketStream>();
  readonly #loadStreams: (() => Promise<StreamKinds>) | null;
  #kinds: StreamKinds | null;
  #isLoading = false;
  /** Streams that were opened before their code was here. */
  readonly #waiting = new Set<(kinds: StreamKinds) => void>();
  readonly #books = new Map<string, BookCommit>();
  readonly #context: StreamContext;
  #epoch = '';
  #needsCloses = true;
  #cancelCloses: (() => void)[] = [];

  constructor(options: LiveMarketOptions) {
    const { snapshot, nowMs } = options;
    this.#nowMs = nowMs;
    const { streams } = options;
    this.#loadStreams = typeof streams === 'function' ? streams : null;
    this.#kinds = typeof streams === 'function' ? null : streams;
    this.connection = new Connection(snapshot?.timeUs ?? 0);
    this.timeline = new Timeline(nowMs, snapshot);
    this.#link = new WorkerLink({
      ...options,
      onCommit: (commit) => this.#apply(commit),
      onFailure: (sentence) => this.connection.onFailure(sentence),
    });
    this.#context = {
      link: this.#link,
      idOf: (key) => this.quotes.idOf(key),
      canAsk: () => this.#canAsk(),
    };
    if (snapshot === undefined) return;
    this.#epoch = snapshot.epoch;
    this.quotes.seed(snapshot);
    this.instruments.set(this.quotes.entries);
  }

  start(): void {
    this.#link.start();
    void this.#needStreams();
  }

  stop(): void {
    this.#link.stop();
    this.#streams.clear();
    this.#waiting.clear();
  }

  onSignIn(signedIn: boolean): void {
    this.#link.access(signedIn);
  }

  watchQuotes(selectors: readonly string[], maxRateHz: number): QuoteWatch {
    return this.#link.subscribe('quote', selectors, maxRateHz);
  }

  limitConnection(limits: ConnectionLimits): void {
    this.#link.limit(limits);
  }

  openBars(instrument: InstrumentId, interval: BarInterval, count: number, listener: BarListener): BarStream {
    const key = this.#keyOf(instrument);
    let feed: BarFeed | null = null;
    const close = this.#open((kinds) => {
      feed = new kinds.BarFeed(key, interval, count, listener, this.#context);
      return feed;
    });
    return {
      loadOlder: () => feed?.loadOlder(),
      ask(query, take) {
        if (feed !== null) return feed.ask(query, take);
        take(null, false);
        return () => {};
      },
      close,
    };
  }

  openTrades(instrument: InstrumentId, listener: TradeListener): Stream {
    const key = this.#keyOf(instrument);
    return { close: this.#open(({ TradeFeed }) => new TradeFeed(key, listener, this.#context)) };
  }

  openBook(instrument: InstrumentId, listener: BookListener): Stream {
    const key = this.#keyOf(instrument);
    const close = this.#open(
      ({ BookFeed }) => new BookFeed(key, listener, this.#context, this.#books.get(key)),
    );
    return {
      close: () => {
        close();
        const isLast = ![...this.#streams].some((stream) => stream.onBook && stream.key === key);
        if (isLast) this.#books.delete(key);
      },
    };
  }

  command(command: TimelineRequest): void {
    this.#link.command(command);
  }

  /** Opens a stream, as soon as its code is here; returns the undo. */
  #open(make: (kinds: StreamKinds) => OpenStream): () => void {
    let stream: OpenStream | null = null;
    const open = (kinds: StreamKinds): void => {
      stream = make(kinds);
      this.#streams.add(stream);
    };
    if (this.#kinds === null) this.#waiting.add(open);
    else open(this.#kinds);
    return () => {
      this.#waiting.delete(open);
      if (stream === null) return;
      this.#streams.delete(stream);
      stream.close();
    };
  }

  /** Asked for again each second for as long as it cannot be had. */
  async #needStreams(): Promise<void> {
    if (this.#kinds !== null || this.#loadStreams === null || this.#isLoading) return;
    this.#isLoading = true;
    try {
      this.#kinds = await this.#loadStreams();
      for (const open of this.#waiting) open(this.#kinds);
      this.#waiting.clear();
    } catch {
      // The network is gone, as the connection says.
    }
    this.#isLoading = false;
  }

  /** An instrument that the page does not know has no key; its stream stays empty. */
  #keyOf(instrument: InstrumentId): string {
    const entry = this.quotes.entries[instrument];
    return entry === undefined ? `?:${instrument}` : instrumentKey(entry);
  }

  /** Also while a recording is sought: the server answers of the place where it arrives, and what is asked by then is on its way. */
  #canAsk(): boolean {
    return this.connection.isLive;
  }

  /* ---- one commit ---------------------------------------------------------------------------------------------- */

  #apply(commit: Commit): void {
    const nowMs = this.#nowMs();
    if (commit.connection !== null) {
      this.connection.onReport(commit.connection);
      if (!this.connection.isLive) this.timeline.hold();
    }
    this.#enterEpoch(commit);
    const rescaled = this.#applyDictionary(commit);
    if (commit.welcomed !== null) this.#awaitsTimeline = true;
    for (const timeline of commit.timelines) {
      this.timeline.onMessage(timeline, !this.#awaitsTimeline);
      this.#awaitsTimeline = false;
    }
    if (commit.refused !== null) this.timeline.onRefused(commit.refused);
    if (commit.head !== null) {
      this.timeline.onHead(commit.head.asOf);
      this.connection.onHead(commit.head, nowMs);
    }
    if (commit.quotes !== null) {
      this.connection.onQuoteCommit();
      this.quotes.commit(commit.quotes.ids, commit.quotes.values, nowMs);
    }
    if (commit.gaps !== null) this.gaps.onCommit(commit.gaps);
    for (const outcome of commit.histories) {
      this.#link.settle(outcome);
      if (outcome.ok && outcome.answer.kind === 'bars') this.gaps.add(outcome.answer.gaps ?? []);
    }
    this.#applyStreams(commit, rescaled);
    if (commit.status !== null) {
      this.feeds.onStatus(commit.status);
      this.connection.receivedPerSecond = commit.status.receivedPerSecond;
    }
    if (commit.rates !== null) {
      this.connection.onRates(commit.rates, nowMs);
      this.feeds.onCounters(commit.rates.counters);
      for (const stream of this.#streams) stream.onSecond();
      void this.#needStreams();
    }
    this.#rollCloses(commit);
    for (const stream of this.#streams) stream.advance();
    const { quotes, histories, bars, trades, books } = commit;
    if (quotes === null && histories.length + bars.length + trades.length + books.length > 0)
      this.quotes.touch();
  }

  #enterEpoch({ welcomed, timelines, reset }: Commit): void {
    const epoch = timelines.at(-1)?.epoch ?? welcomed?.epoch ?? this.#epoch;
    const isVoid = reset || (this.#epoch !== '' && epoch !== this.#epoch);
    this.#epoch = epoch;
    if (isVoid) {
      this.quotes.clear(welcomed !== null || timelines.some(({ switched }) => switched === true));
      this.#books.clear();
      for (const stream of this.#streams) stream.onVoid();
    } else if (welcomed !== null) {
      for (const stream of this.#streams) stream.onConnected();
    }
    if (isVoid || welcomed !== null) this.#askClosesAnew();
  }

  /** @returns keys of the instruments whose tick or lot changed: what is held of them is in units that no longer hold */
  #applyDictionary({ dictionary }: Commit): ReadonlySet<string> {
    if (dictionary === null) return NONE;
    const rescaled = this.quotes.putEntries(dictionary.entries, dictionary.whole);
    this.instruments.set(this.quotes.entries);
    if (rescaled.size === 0) return NONE;
    for (const stream of this.#streams) if (rescaled.has(stream.key)) stream.onVoid();
    for (const key of rescaled) this.#books.delete(key);
    this.#askClosesAnew();
    return rescaled;
  }

  /** @param rescaled bars and trades of these are left out: nothing says on which side of the change they lie, and they are asked for */
  #applyStreams({ bars, trades, books }: Commit, rescaled: ReadonlySet<string>): void {
    for (const series of bars) {
      for (const stream of this.#following(series.instrument, rescaled)) stream.onBars?.(series);
    }
    for (const batch of trades) {
      for (const stream of this.#following(batch.instrument, rescaled)) stream.onTrades?.(batch);
    }
    for (const book of books) {
      const streams = this.#following(book.instrument).filter((stream) => stream.onBook !== undefined);
      for (const stream of streams) stream.onBook?.(book);
      if (streams[0] !== undefined) this.#books.set(streams[0].key, book);
    }
  }

  #following(instrument: number, but = NONE): MarketStream[] {
    return [...this.#streams].filter(({ key }) => this.quotes.idOf(key) === instrument && !but.has(key));
  }

  /* ---- sparklines ---------------------------------------------------------------------------------------------- */

  #rollCloses({ head }: Commit): void {
    if (head !== null && !this.quotes.sparklines.roll(head.timeUs, this.quotes.columns.last)) {
      this.#askClosesAnew();
    }
    if (!this.#needsCloses || !this.#canAsk() || this.quotes.commits === 0) return;
    const known = this.instruments.all.filter((entry) => this.quotes.idOf(instrumentKey(entry)) === entry.id);
    if (known.length === 0) return;
    this.#needsCloses = false;
    const ids = known.slice(0, SPARKLINE_INSTRUMENTS_MAX).map((entry) => entry.id);
    for (let at = 0; at < ids.length; at += LIMITS.historyInstrumentsMax) {
      this.#askCloses(ids.slice(at, at + LIMITS.historyInstrumentsMax));
    }
  }

  #askCloses(instruments: InstrumentId[]): void {
    const query = { kind: 'closes', instruments, interval: '1m', count: SPARKLINE_CLOSES } as const;
    this.#cancelCloses.push(
      this.#link.history(query, (outcome) => {
        if (!outcome.ok || outcome.answer.kind !== 'closes') return;
        for (const { instrument, closes } of outcome.answer.series) {
          this.quotes.sparklines.set(instrument, closes);
        }
      }),
    );
  }

  #askClosesAnew(): void {
    for (const cancel of this.#cancelCloses) cancel();
    this.#cancelCloses = [];
    this.#needsCloses = true;
  }
}
