import {
  incrementText,
  stepsToText,
  type InstrumentDefinition,
  type MarketEvent,
  type UnixUs,
} from '#protocol';
import { openRecording, type EventCounts } from '../formats/open-recording.ts';

export interface InspectedInstrument {
  venue: string;
  symbol: string;
  /** Smallest price step that the file shows, decimal text. */
  tickSize: string;
  /**
   * Decimal text of the instrument's trade prices, in the recording's order; of its bids where it has quotes and no trades;
   * of its best bids where it has books only. Null when there is none.
   */
  first: string | null;
  last: string | null;
  low: string | null;
  high: string | null;
}

/** What `tickwire inspect --json` prints. */
export interface Inspection {
  format: string;
  rows: number;
  events: EventCounts;
  /** Most events first. */
  instruments: InspectedInstrument[];
  firstTimeUs: UnixUs;
  lastTimeUs: UnixUs;
  /** Counts by name, and the extremes latency_us_min, latency_us_max, max_gap_s. */
  anomalies: Record<string, number>;
}

/** Reads a recording to its end and tells what is in it. @throws RecordingError */
export async function inspectFile(path: string): Promise<Inspection> {
  const { recording, report } = await openRecording([path]);
  const ranges = recording.instruments.map(() => new PriceSummary());
  recording.play(0, recording.events, (event) => ranges[event.instrument]!.onEvent(event));
  return {
    format: report.files[0]!.format,
    rows: report.rows,
    events: report.events,
    instruments: recording.instruments.map((instrument, id) => inspected(instrument, ranges[id]!)),
    firstTimeUs: recording.firstTimeUs,
    lastTimeUs: recording.lastTimeUs,
    anomalies: report.anomalies,
  };
}

function inspected(instrument: InstrumentDefinition, summary: PriceSummary): InspectedInstrument {
  const { first, last, low, high } = summary.range();
  const text = (ticks: number) => (Number.isNaN(ticks) ? null : stepsToText(ticks, instrument.tick));
  return {
    venue: instrument.venue,
    symbol: instrument.symbol,
    tickSize: incrementText(instrument.tick),
    first: text(first),
    last: text(last),
    low: text(low),
    high: text(high),
  };
}

/** First, last, lowest and highest of a run of prices in ticks; all NaN while there is none. */
class PriceRange {
  first = Number.NaN;
  last = Number.NaN;
  low = Number.NaN;
  high = Number.NaN;

  add(price: number): void {
    if (Number.isNaN(price)) return;
    if (Number.isNaN(this.first)) {
      this.first = price;
      this.low = price;
      this.high = price;
    }
    this.last = price;
    if (price < this.low) this.low = price;
    if (price > this.high) this.high = price;
  }

  get isEmpty(): boolean {
    return Number.isNaN(this.first);
  }
}

/** The price range of one instrument, by the best kind of price that it has. */
class PriceSummary {
  readonly #trades = new PriceRange();
  readonly #bids = new PriceRange();
  readonly #bookBids = new PriceRange();
  readonly #book = new BidSide();

  onEvent(event: MarketEvent): void {
    if (event.type === 'trade') this.#trades.add(event.price);
    else if (event.type === 'quote') this.#bids.add(event.bid);
    else if (event.type === 'book') this.#bookBids.add(this.#book.apply(event.snapshot, event.bids));
  }

  range(): PriceRange {
    if (!this.#trades.isEmpty) return this.#trades;
    return this.#bids.isEmpty ? this.#bookBids : this.#bids;
  }
}

/** Bids of a book, kept for its best price only. */
class BidSide {
  readonly #sizes = new Map<number, number>();
  #best = Number.NaN;

  /** Best bid after the change, NaN for an empty side. */
  apply(snapshot: boolean, bids: readonly number[]): number {
    if (snapshot) {
      this.#sizes.clear();
      this.#best = Number.NaN;
    }
    for (let at = 0; at < bids.length; at += 2) this.#set(bids[at]!, bids[at + 1]!);
    return this.#best;
  }

  #set(price: number, size: number): void {
    if (size > 0) {
      this.#sizes.set(price, size);
      if (!(price <= this.#best)) this.#best = price;
      return;
    }
    this.#sizes.delete(price);
    if (price !== this.#best) return;
    this.#best = Number.NaN;
    for (const other of this.#sizes.keys()) if (!(other <= this.#best)) this.#best = other;
  }
}

/** The same for people: a few lines of text without colour. */
export function inspectionText(inspection: Inspection): string {
  const { events } = inspection;
  const kinds = Object.entries(events)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${grouped(count)} ${kind}${count === 1 ? '' : 's'}`);
  const seconds = (inspection.lastTimeUs - inspection.firstTimeUs) / 1e6;
  const lines = [
    `format       ${inspection.format}`,
    `rows         ${grouped(inspection.rows)}`,
    `events       ${kinds.join(', ')}`,
    `from         ${isoTime(inspection.firstTimeUs)}`,
    `to           ${isoTime(inspection.lastTimeUs)} (${spanText(seconds)})`,
    '',
    ...table([
      ['instrument', 'tick', 'first', 'last', 'low', 'high'],
      ...inspection.instruments.map((row) => [
        `${row.venue}:${row.symbol}`,
        row.tickSize,
        row.first ?? '-',
        row.last ?? '-',
        row.low ?? '-',
        row.high ?? '-',
      ]),
    ]),
  ];
  const odd = Object.entries(inspection.anomalies).filter(([, count]) => count !== 0);
  lines.push('', odd.length === 0 ? 'anomalies    none' : 'anomalies');
  lines.push(...table(odd.map(([name, count]) => [`  ${name}`, grouped(count)])));
  return lines.join('\n');
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  '),
  );
}

function grouped(value: number): string {
  return value.toLocaleString('en-US');
}

/** ISO 8601 with microseconds, UTC. */
function isoTime(timeUs: number): string {
  const microseconds = String(timeUs % 1000).padStart(3, '0');
  return new Date(Math.floor(timeUs / 1000)).toISOString().replace('Z', `${microseconds}Z`);
}

function spanText(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(3)} s`;
  const days = Math.floor(seconds / 86_400);
  const clock = new Date(Math.floor(seconds % 86_400) * 1000).toISOString().slice(11, 19);
  return days > 0 ? `${days} d ${clock}` : clock;
}
