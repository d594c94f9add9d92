import {
  QUOTE_FIELDS,
  type DictionaryEntry,
  type ErrorMessage,
  type GapMark,
  type QuoteColumns,
  type StatusMessage,
  type TimelineMessage,
} from '#protocol';
import type { ConnectionReport } from './connection-report.ts';
import { grownCapacity } from './quote-columns.ts';
import type { MirroredTrade } from './timeline-mirror.ts';
import {
  COMMIT_BAR_NUMBERS,
  TRADE_NUMBERS,
  type BarsCommit,
  type BookCommit,
  type Commit,
  type GapsCommit,
  type HistoryOutcome,
  type RatesCommit,
  type TradesCommit,
} from './worker-api.ts';

/** Trades of one instrument that wait for a page that does not pull. The oldest go first, and are counted. */
export const PENDING_TRADES_MAX = 2_000;
/** Bars of one series that wait; beyond it the page asks for the series again. */
export const PENDING_BARS_MAX = 2_000;
/** Timeline messages that wait. Beyond it the oldest go: each message is whole in itself but for its density, which goes on. */
const PENDING_TIMELINES_MAX = 64;
/** Gap marks that wait: as many as a server keeps for newcomers, and some that came since. */
const PENDING_GAPS_MAX = 512;

type Bar = readonly [startS: number, open: number, high: number, low: number, close: number, volume: number];

interface PendingTrades {
  trades: MirroredTrade[];
  lost: number;
}

interface PendingBars {
  instrument: number;
  intervalS: number;
  incomplete: boolean;
  bars: Map<number, Bar>;
}

/**
 * Gathers what happened until the page asks. Not a queue of messages: newer values replace older ones, so that its size is
 * bounded by the instruments and the limits above, however long nobody asks. Invariant: `take` leaves it empty.
 */
export class CommitBuilder {
  isEmpty = true;
  #connection: ConnectionReport | null = null;
  #welcomed: Commit['welcomed'] = null;
  #reset = false;
  #entries = new Map<number, DictionaryEntry>();
  #dictionaryIsWhole = false;
  #timelines: TimelineMessage[] = [];
  #head: Commit['head'] = null;
  #changed: number[] = [];
  #isChanged = new Uint8Array(64);
  #histories: HistoryOutcome[] = [];
  #bars = new Map<string, PendingBars>();
  #trades = new Map<number, PendingTrades>();
  #books = new Map<number, BookCommit>();
  #status: StatusMessage | null = null;
  #gaps: GapsCommit | null = null;
  #refused: ErrorMessage | null = null;
  #rates: RatesCommit | null = null;

  connection(report: ConnectionReport): void {
    this.#connection = report;
    this.isEmpty = false;
  }

  welcomed(epoch: string, resumed: boolean): void {
    this.#welcomed = { epoch, resumed };
    // Another server, or the same one anew: it tells its own.
    if (!resumed) this.#gaps = { whole: true, marks: [] };
    this.isEmpty = false;
  }

  /** All values that wait are void, and so are those that the page holds. */
  reset(): void {
    this.#reset = true;
    this.#head = null;
    this.#takeChanged();
    this.#bars.clear();
    this.#trades.clear();
    this.#books.clear();
    this.isEmpty = false;
  }

  dictionary(entries: readonly DictionaryEntry[], whole: boolean): void {
    if (whole) {
      this.#entries.clear();
      this.#dictionaryIsWhole = true;
    }
    for (const entry of entries) this.#entries.set(entry.id, entry);
    this.isEmpty = false;
  }

  timeline(message: TimelineMessage): void {
    this.#timelines.push(message);
    if (this.#timelines.length > PENDING_TIMELINES_MAX) {
      const [gone, next] = this.#timelines.splice(0, 2);
      this.#timelines.unshift({ ...next!, density: next!.density ?? gone!.density });
    }
    this.isEmpty = false;
  }

  head(asOf: number, timeUs: number, lagMs: number): void {
    this.#head = { asOf, timeUs, lagMs };
    this.isEmpty = false;
  }

  quote(instrument: number): void {
    if (instrument >= this.#isChanged.length) {
      const longer = new Uint8Array(grownCapacity(this.#isChanged.length, instrument + 1));
      longer.set(this.#isChanged);
      this.#isChanged = longer;
    }
    if (this.#isChanged[instrument] === 1) return;
    this.#isChanged[instrument] = 1;
    this.#changed.push(instrument);
    this.isEmpty = false;
  }

  history(outcome: HistoryOutcome): void {
    this.#histories.push(outcome);
    this.isEmpty = false;
  }

  bar(instrument: number, intervalS: number, bar: Bar): void {
    const key = `${instrument}/${intervalS}`;
    let series = this.#bars.get(key);
    if (series === undefined) {
      series = { instrument, intervalS, incomplete: false, bars: new Map() };
      this.#bars.set(key, series);
    }
    if (series.bars.size >= PENDING_BARS_MAX && !series.bars.has(bar[0])) {
      series.bars.clear();
      series.incomplete = true;
    }
    series.bars.set(bar[0], bar);
    this.isEmpty = false;
  }

  trades(instrument: number, trades: readonly MirroredTrade[], lost: number): void {
    const pending = this.#pendingTrades(instrument);
    // A hole between trades that wait splits what came before it off: the count stands before the first one shown.
    if (lost > 0) {
      pending.lost += lost + pending.trades.length;
      pending.trades = [];
    }
    pending.trades.push(...trades);
    const excess = pending.trades.length - PENDING_TRADES_MAX;
    if (excess > 0) {
      pending.trades.splice(0, excess);
      pending.lost += excess;
    }
  }

  lost(instrument: number, count: number): void {
    this.trades(instrument, [], count);
  }

  book(instrument: number, bids: readonly number[], asks: readonly number[]): void {
    this.#books.set(instrument, { instrument, bids: [...bids], asks: [...asks] });
    this.isEmpty = false;
  }

  /** The newest counts; which instruments are stale only some messages tell. */
  status(message: StatusMessage): void {
    const stale = message.stale ?? this.#status?.stale;
    this.#status = stale === undefined ? message : { ...message, stale };
    this.isEmpty = false;
  }

  gaps(marks: readonly GapMark[], whole: boolean): void {
    const before = whole ? null : this.#gaps;
    const all = [...(before?.marks ?? []), ...marks].slice(-PENDING_GAPS_MAX);
    this.#gaps = { whole: whole || before?.whole === true, marks: all };
    this.isEmpty = false;
  }

  refused(error: ErrorMessage): void {
    this.#refused = error;
    this.isEmpty = false;
  }

  rates(rates: RatesCommit): void {
    this.#rates = rates;
    this.isEmpty = false;
  }

  /** The commit, with the buffers to hand over instead of copying, and an empty builder. */
  take(columns: QuoteColumns): { commit: Commit; transfer: ArrayBuffer[] } {
    const transfer: ArrayBuffer[] = [];
    const hasDictionary = this.#entries.size > 0 || this.#dictionaryIsWhole;
    const commit: Commit = {
      type: 'commit',
      connection: this.#connection,
      welcomed: this.#welcomed,
      reset: this.#reset,
      dictionary: hasDictionary
        ? { entries: [...this.#entries.values()], whole: this.#dictionaryIsWhole }
        : null,
      timelines: this.#timelines,
      head: this.#head,
      quotes: packQuotes(this.#takeChanged(), columns, transfer),
      histories: this.#histories,
      bars: [...this.#bars.values()].map((series) => packBars(series, transfer)),
      trades: [...this.#trades].map(([instrument, pending]) => packTrades(instrument, pending, transfer)),
      books: [...this.#books.values()],
      status: this.#status,
      gaps: this.#gaps,
      refused: this.#refused,
      rates: this.#rates,
    };
    this.#connection = null;
    this.#welcomed = null;
    this.#reset = false;
    this.#entries.clear();
    this.#dictionaryIsWhole = false;
    this.#timelines = [];
    this.#head = null;
    this.#histories = [];
    this.#bars.clear();
    this.#trades.clear();
    this.#books.clear();
    this.#status = null;
    this.#gaps = null;
    this.#refused = null;
    this.#rates = null;
    this.isEmpty = true;
    return { commit, transfer };
  }

  #pendingTrades(instrument: number): PendingTrades {
    this.isEmpty = false;
    let pending = this.#trades.get(instrument);
    if (pending === undefined) {
      pending = { trades: [], lost: 0 };
      this.#trades.set(instrument, pending);
    }
    return pending;
  }

  #takeChanged(): number[] {
    const changed = this.#changed;
    for (const instrument of changed) this.#isChanged[instrument] = 0;
    this.#changed = [];
    return changed;
  }
}

/** Ids and values share one buffer: in a browser a buffer costs more than a few dozen values to fill and as much again to hand over. */
function packQuotes(
  changed: readonly number[],
  columns: QuoteColumns,
  transfer: ArrayBuffer[],
): Commit['quotes'] {
  const count = changed.length;
  if (count === 0) return null;
  const width = QUOTE_FIELDS.length;
  const valuesBytes = count * width * Float64Array.BYTES_PER_ELEMENT;
  const buffer = new ArrayBuffer(valuesBytes + count * Int32Array.BYTES_PER_ELEMENT);
  const values = new Float64Array(buffer, 0, count * width);
  const ids = new Int32Array(buffer, valuesBytes);
  for (let field = 0; field < width; field += 1) {
    const column = columns[QUOTE_FIELDS[field]!];
    for (let row = 0; row < count; row += 1) values[row * width + field] = column[changed[row]!]!;
  }
  for (let row = 0; row < count; row += 1) ids[row] = changed[row]!;
  transfer.push(buffer);
  return { ids, values };
}

function packBars(series: PendingBars, transfer: ArrayBuffer[]): BarsCommit {
  const rows = new Float64Array(series.bars.size * COMMIT_BAR_NUMBERS);
  const sorted = [...series.bars.values()].toSorted((one, other) => one[0] - other[0]);
  sorted.forEach((bar, row) => rows.set(bar, row * COMMIT_BAR_NUMBERS));
  transfer.push(rows.buffer);
  const { instrument, intervalS, incomplete } = series;
  return { instrument, intervalS, incomplete, rows };
}

function packTrades(instrument: number, pending: PendingTrades, transfer: ArrayBuffer[]): TradesCommit {
  const rows = new Float64Array(pending.trades.length * TRADE_NUMBERS);
  pending.trades.forEach((trade, row) => {
    const { seq, venueTimeUs, price, size, aggressor } = trade;
    rows.set([seq, venueTimeUs, price, size, aggressor], row * TRADE_NUMBERS);
  });
  transfer.push(rows.buffer);
  return { instrument, lost: pending.lost, rows };
}
