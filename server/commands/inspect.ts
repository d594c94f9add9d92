import {
  incrementText,
  stepsToText,
  type InstrumentDefinition,
  type MarketEvent,
  type UnixUs,
} from '#protocol';
import {
  openRecording,
  type BrokenRows,
  type EventCounts,
  type ImportReport,
  type OpenOptions,
} from '../formats/open-recording.ts';

/** Members of an archive that the text for people lists. */
const LISTED_MAX = 10;

export interface InspectedInstrument {
  venue: string;
  symbol: string;
  /** Smallest price step that the file shows, decimal text. */
  tickSize: string;
  /**
   * Decimal text of the instrument's trade prices, in the recording's order; of its bars where it has no trades (the first
   * open, the last close, the lowest low, the highest high); else of its bids, or best bids of its book. Null when there is none.
   */
  first: string | null;
  last: string | null;
  low: string | null;
  high: string | null;
}

export interface InspectedMember {
  name: string;
  format: string;
  rows: number;
}

/** What `tickwire inspect --json` prints. */
export interface Inspection {
  /** Of an archive, all that are in it, the one with the most rows first. */
  format: string;
  rows: number;
  events: EventCounts;
  /** Most events first. */
  instruments: InspectedInstrument[];
  firstTimeUs: UnixUs;
  lastTimeUs: UnixUs;
  /** Counts by name, and the extremes latency_us_min, latency_us_max, max_gap_s. */
  anomalies: Record<string, number>;
  /** Of an archive: what was taken in, as it stands there, and what was not. */
  members?: InspectedMember[];
  skipped?: { name: string; reason: string }[];
  /** Where columns were guessed or given: what they were taken for, in the form of `--map`. */
  mapping?: string;
  /** Rows that were left out because they cannot be read. */
  broken?: BrokenRows;
}

/** Reads a recording to its end and tells what is in it. @throws RecordingError */
export async function inspectFile(
  path: string,
  options: OpenOptions = { strict: false },
): Promise<Inspection> {
  const { recording, report } = await openRecording([path], options);
  const ranges = recording.instruments.map(() => new PriceSummary());
  recording.play(0, recording.events, (event) => ranges[event.instrument]!.onEvent(event));
  return {
    format: formatsOf(report),
    rows: report.rows,
    events: report.events,
    instruments: recording.instruments.map((instrument, id) => inspected(instrument, ranges[id]!)),
    firstTimeUs: recording.firstTimeUs,
    lastTimeUs: recording.lastTimeUs,
    anomalies: report.anomalies,
    ...detailsOf(report),
  };
}

function formatsOf({ files }: ImportReport): string {
  const rows = new Map<string, number>();
  for (const file of files) rows.set(file.format, (rows.get(file.format) ?? 0) + file.rows);
  return [...rows]
    .sort(([, left], [, right]) => right - left)
    .map(([format]) => format)
    .join(', ');
}

function detailsOf({ files, skipped, broken }: ImportReport): Partial<Inspection> {
  const details: Partial<Inspection> = {};
  const members = files.filter(({ member }) => member !== null);
  if (members.length > 0)
    details.members = members.map(({ member, format, rows }) => ({ name: member!, format, rows }));
  if (skipped.length > 0) details.skipped = skipped.map(({ member, reason }) => ({ name: member, reason }));
  const mapping = files.find((file) => file.mapping !== null)?.mapping ?? null;
  if (mapping !== null) details.mapping = mapping;
  if (broken.rows > 0) details.broken = broken;
  return details;
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
  readonly #bars = new PriceRange();
  readonly #bids = new PriceRange();
  readonly #bookBids = new PriceRange();
  readonly #book = new BidSide();

  onEvent(event: MarketEvent): void {
    if (event.type === 'trade') this.#trades.add(event.price);
    else if (event.type === 'quote') this.#bids.add(event.bid);
    else if (event.type === 'book') this.#bookBids.add(this.#book.apply(event.snapshot, event.bids));
    else if (event.type === 'bar') {
      for (const price of [event.open, event.high, event.low, event.close]) this.#bars.add(price);
    }
  }

  range(): PriceRange {
    if (!this.#trades.isEmpty) return this.#trades;
    if (!this.#bars.isEmpty) return this.#bars;
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
    ...(inspection.mapping === undefined ? [] : [`columns      ${inspection.mapping}`]),
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
  lines.push(...brokenText(inspection.broken), ...archiveText(inspection));
  return lines.join('\n');
}

function brokenText(broken: BrokenRows | undefined): string[] {
  if (broken === undefined) return [];
  const rows = broken.rows === 1 ? 'row' : 'rows';
  return [
    '',
    `broken       ${grouped(broken.rows)} ${rows} left out`,
    ...broken.first.map((text) => `  ${text}`),
  ];
}

/** The members with the most rows, and why others were left out. */
function archiveText({ members = [], skipped = [] }: Inspection): string[] {
  const lines: string[] = [];
  if (members.length > 1) {
    const largest = members.toSorted((left, right) => right.rows - left.rows).slice(0, LISTED_MAX);
    lines.push('', `members      ${grouped(members.length)}`);
    lines.push(
      ...table(largest.map(({ name, format, rows }) => [`  ${name}`, format, `${grouped(rows)} rows`])),
    );
    if (members.length > LISTED_MAX) lines.push(`  and ${grouped(members.length - LISTED_MAX)} smaller ones`);
  }
  if (skipped.length > 0) {
    lines.push('', `skipped      ${grouped(skipped.length)}`);
    lines.push(...skipped.slice(0, LISTED_MAX).map(({ reason }) => `  ${reason}`));
    if (skipped.length > LISTED_MAX) lines.push(`  and ${grouped(skipped.length - LISTED_MAX)} more`);
  }
  return lines;
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
