import { createQuoteColumns } from '../client/quote-columns.ts';
import { QUOTE_FIELDS } from '../../protocol/quote-entries.ts';
import type { BarInterval, InstrumentId, QuoteColumns, TimelineCommand } from '#protocol';
import type { ConnectionLimits } from '../client/connection-limits.ts';
import type {
  BarListener,
  BarStream,
  BookListener,
  ConnectionState,
  FeedsView,
  GapsView,
  InstrumentsView,
  Market,
  QuoteStore,
  QuoteWatch,
  Stream,
  TimelineView,
  TradeListener,
} from '../state/market.ts';
import { HeldBars, HeldBook, HeldTrades } from './held-streams.ts';

type Held = HeldBars | HeldTrades | HeldBook;

/**
 * A market whose view can be frozen. The market behind it runs on: nothing is lost, and resuming jumps to now. It is no
 * clock and does not touch the server. Invariant: while paused, nothing that a panel can read changes, except the connection,
 * the feeds and the timeline's own position, which stay true. A stream that is opened meanwhile shows what it begins with.
 */
export class PausableMarket implements Market {
  readonly quotes: PausableQuotes;
  readonly #market: Market;
  readonly #streams = new Set<Held>();
  #paused = $state(false);

  constructor(market: Market) {
    this.#market = market;
    this.quotes = new PausableQuotes(market.quotes);
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** How long it has been paused. */
  get heldMs(): number {
    return this.#paused ? performance.now() - this.quotes.frozenAtMs : 0;
  }

  get connection(): ConnectionState {
    return this.#market.connection;
  }

  get timeline(): TimelineView {
    return this.#market.timeline;
  }

  get feeds(): FeedsView {
    return this.#market.feeds;
  }

  get gaps(): GapsView {
    return this.#market.gaps;
  }

  get instruments(): InstrumentsView {
    return this.#market.instruments;
  }

  start(): void {
    this.#market.start();
  }

  stop(): void {
    this.#market.stop();
  }

  setPaused(paused: boolean): void {
    if (paused === this.#paused) return;
    this.#paused = paused;
    if (paused) this.quotes.freeze();
    else this.quotes.thaw();
    for (const stream of this.#streams) {
      if (paused) stream.hold();
      else stream.release();
    }
  }

  watchQuotes(selectors: readonly string[], maxRateHz: number): QuoteWatch {
    return this.#market.watchQuotes(selectors, maxRateHz);
  }

  openBars(instrument: InstrumentId, interval: BarInterval, count: number, listener: BarListener): BarStream {
    const held = new HeldBars(listener, this.#paused);
    const stream = this.#market.openBars(instrument, interval, count, held);
    const close = this.#track(held, stream);
    return { close, loadOlder: () => stream.loadOlder(), ask: (query, take) => stream.ask(query, take) };
  }

  openTrades(instrument: InstrumentId, listener: TradeListener): Stream {
    const held = new HeldTrades(listener, this.#paused);
    return { close: this.#track(held, this.#market.openTrades(instrument, held)) };
  }

  openBook(instrument: InstrumentId, listener: BookListener): Stream {
    const held = new HeldBook(listener, this.#paused);
    return { close: this.#track(held, this.#market.openBook(instrument, held)) };
  }

  onSignIn(signedIn: boolean): void {
    this.#market.onSignIn(signedIn);
  }

  limitConnection(limits: ConnectionLimits): void {
    this.#market.limitConnection(limits);
  }

  command(command: TimelineCommand): void {
    this.#market.command(command);
  }

  #track(held: Held, stream: Stream): () => void {
    this.#streams.add(held);
    return () => {
      this.#streams.delete(held);
      stream.close();
    };
  }
}

/** The quote store as it was at the moment of the pause, or the live one. A freeze copies ten columns: 0.8 MB for 10,000 rows. */
class PausableQuotes implements QuoteStore {
  readonly #store: QuoteStore;
  readonly #listeners = new Set<(changed: Int32Array) => void>();
  readonly #changedWhileFrozen = new Set<number>();
  #frozen: { columns: QuoteColumns; changedAtMs: Float64Array; commits: number; atMs: number } | null = null;
  #held = 0;
  #stop: (() => void) | null = null;

  constructor(store: QuoteStore) {
    this.#store = store;
  }

  get columns(): QuoteColumns {
    return this.#frozen?.columns ?? this.#store.columns;
  }

  get entries(): QuoteStore['entries'] {
    return this.#store.entries;
  }

  get changedAtMs(): Float64Array {
    return this.#frozen?.changedAtMs ?? this.#store.changedAtMs;
  }

  get commits(): number {
    return this.#frozen?.commits ?? this.#store.commits;
  }

  /** Updates that came in since the freeze; 0 while not frozen. */
  get held(): number {
    return this.#held;
  }

  /** `performance.now()` of the freeze; 0 while not frozen. */
  get frozenAtMs(): number {
    return this.#frozen?.atMs ?? 0;
  }

  closes(instrument: InstrumentId): readonly number[] {
    return this.#store.closes(instrument);
  }

  onCommit(run: (changed: Int32Array) => void): () => void {
    this.#listeners.add(run);
    this.#stop ??= this.#store.onCommit((changed) => this.#onCommit(changed));
    return () => {
      this.#listeners.delete(run);
      if (this.#listeners.size > 0) return;
      this.#stop?.();
      this.#stop = null;
    };
  }

  freeze(): void {
    const { columns: live, changedAtMs, commits } = this.#store;
    const columns = createQuoteColumns(0);
    for (const field of QUOTE_FIELDS) columns[field] = live[field].slice();
    this.#frozen = {
      columns,
      changedAtMs: changedAtMs.slice(),
      commits,
      atMs: performance.now(),
    };
    this.#held = 0;
  }

  thaw(): void {
    this.#frozen = null;
    this.#held = 0;
    const changed = Int32Array.from(this.#changedWhileFrozen);
    this.#changedWhileFrozen.clear();
    if (changed.length > 0) for (const run of this.#listeners) run(changed);
  }

  #onCommit(changed: Int32Array): void {
    if (this.#frozen === null) {
      for (const run of this.#listeners) run(changed);
      return;
    }
    this.#held += changed.length;
    for (const instrument of changed) this.#changedWhileFrozen.add(instrument);
  }
}
