import type { Increment, InstrumentDefinition, MarketEvent, UnixUs } from '#protocol';
import { UserError } from '../errors.ts';
import type { CaptureLine } from '../feeds/venue/capture-lines.ts';
import { CaptureLines } from '../feeds/venue/capture-lines.ts';
import { CaptureRun } from '../feeds/venue/capture-run.ts';
import type { Venue } from '../feeds/venue/ports.ts';
import type { VenueName } from '../feeds/venues.ts';
import { NO_TRADE_ID } from '../tape/event-block.ts';
import type { RecordingBuilder } from '../tape/recording-builder.ts';
import { AnomalyCounter } from './anomaly-counter.ts';
import { BrokenRowCounter, type BrokenRows } from './broken-rows.ts';
import { noEvents } from './event-counts.ts';
import type { ByteStream } from './file-streams.ts';
import { quoteCurrency } from './quote-currency.ts';
import { RecordingError } from './recording-error.ts';
import type { StreamReader } from './recording-format.ts';
import { TextLines } from './text-lines.ts';

const HEAD_BYTES = 65_536;
const HEAD_LINES_MAX = 32;

/** Host of a connection, as captures of today and of some years ago name it. */
const HOSTS: readonly (readonly [RegExp, VenueName])[] = [
  [/(?:^|\.)(?:exchange\.coinbase|pro\.coinbase)\.com$/, 'coinbase'],
  [/(?:^|\.)kraken\.com$/, 'kraken'],
  [/(?:^|\.)bitstamp\.net$/, 'bitstamp'],
  [/(?:^|\.)gemini\.com$/, 'gemini'],
  [/(?:^|\.)bitfinex\.com$/, 'bitfinex'],
];

/** How a frame begins or what it holds, for captures that name no host. */
const SHAPES: readonly (readonly [RegExp, VenueName])[] = [
  [
    /^\{"type":\s*"(?:snapshot|l2update|ticker|match|last_match|heartbeat|subscriptions)".*"product_ids?":/,
    'coinbase',
  ],
  [/^\{"channel":\s*"(?:book|trade|ticker|instrument|status|heartbeat)"/, 'kraken'],
  [/^\[\d+,.*"(?:book-\d+|trade|ticker|spread|ohlc-\d+)",\s*"[A-Z0-9]+\/[A-Z0-9]+"\]$/, 'kraken'],
  [/"channel":\s*"(?:live_trades|live_orders|order_book|diff_order_book|detail_order_book)_/, 'bitstamp'],
  [/^\{"type":\s*"l2_updates",\s*"symbol":/, 'gemini'],
  [/^\{"event":\s*"info",\s*"version":\s*2,.*"platform":/, 'bitfinex'],
];

/** Whose frames a file holds, by the host of its first connection or by its first frames; null where nobody says. */
export function captureVenue(head: Uint8Array): VenueName | null {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, HEAD_BYTES)).toString('utf8');
  if (!/^\s*(?:[\d.]+ )?[[{]/.test(text)) return null;
  const lines = new CaptureLines();
  for (const line of text.split('\n', HEAD_LINES_MAX)) {
    const venue = venueOf(lines.read(line));
    if (venue !== null) return venue;
  }
  return null;
}

function venueOf(line: CaptureLine | null): VenueName | null {
  if (line === null) return null;
  if (line.kind === 'open') {
    const host = URL.parse(line.url)?.hostname ?? '';
    return HOSTS.find(([pattern]) => pattern.test(host))?.[1] ?? null;
  }
  if (line.kind !== 'in' || !('raw' in line) || typeof line.raw !== 'string') return null;
  const frame = line.raw.slice(0, HEAD_BYTES);
  return SHAPES.find(([pattern]) => pattern.test(frame))?.[1] ?? null;
}

/**
 * A venue's frames as somebody recorded them, read by the adapter of that venue: what it makes of them live is what the recording holds.
 * Statistics of the venue are not kept in recordings. Not reusable.
 */
export class VenueCaptureReader implements StreamReader {
  readonly format: string;
  readonly title: string;
  readonly counts = noEvents();
  readonly anomalies = new AnomalyCounter('quotes');
  readonly #stream: ByteStream;
  readonly #builder: RecordingBuilder;
  readonly #run: CaptureRun;
  readonly #captured = new CaptureLines();
  readonly #lines: TextLines;
  readonly #broken: BrokenRowCounter;
  #rows = 0;
  /** Malformed and unknown frames before the line in hand. */
  #badBefore = 0;
  /** Events before the first that has a time: bare frames of some venues have none. */
  #untimed: { event: MarketEvent; definition: InstrumentDefinition }[] | null = [];

  constructor(stream: ByteStream, builder: RecordingBuilder, venue: Venue, isStrict: boolean) {
    this.format = `${venue.name} capture`;
    this.title = `recorded frames of ${venue.title}`;
    this.#stream = stream;
    this.#builder = builder;
    this.#broken = new BrokenRowCounter(isStrict);
    this.#run = new CaptureRun(venue, { onEvent: (event, definition) => this.#onEvent(event, definition) });
    this.#lines = new TextLines(stream.label, (line, row) => this.#onLine(line, row));
  }

  get lastRow(): number {
    return this.#lines.line;
  }

  get rows(): number {
    return this.#rows;
  }

  get broken(): BrokenRows {
    return this.#broken.result();
  }

  push(bytes: Uint8Array): void {
    this.#lines.push(bytes);
  }

  finish(): void {
    this.#lines.finish();
    this.#broken.finish();
    const { sequenceGaps, checksumFailures, repeatedTrades } = this.#run.summary;
    for (let count = 0; count < sequenceGaps; count += 1) this.anomalies.mark('sequence_gaps');
    for (let count = 0; count < checksumFailures; count += 1) this.anomalies.mark('checksum_failures');
    for (let count = 0; count < repeatedTrades; count += 1) this.anomalies.mark('repeated_trades');
  }

  #onLine(line: string, row: number): void {
    const captured = this.#captured.read(line);
    if (captured === null) return;
    this.#rows += 1;
    try {
      this.#run.takeNow(captured);
      this.#refuseBad(row);
      this.#broken.sound();
    } catch (error) {
      // The adapter says that these frames are none that it reads: no other row would be any better.
      if (error instanceof UserError) throw this.#refused(error.message, row);
      this.#broken.broken(error);
    }
  }

  #refused(sentence: string, row: number): RecordingError {
    const found = sentence.replace(/\.$/, '');
    const { label } = this.#stream;
    return new RecordingError('bad-row', label, `: found other frames (${found}), expected ${this.title}.`, {
      row,
    });
  }

  #refuseBad(row: number): void {
    const { malformedFrames, unknownFrames, notes } = this.#run.summary;
    const bad = malformedFrames + unknownFrames;
    if (bad === this.#badBefore) return;
    this.#badBefore = bad;
    throw new RecordingError('bad-row', this.#stream.label, `, row ${row}: ${notes.at(-1) ?? 'no frame'}`, {
      row,
    });
  }

  #onEvent(event: MarketEvent, definition: InstrumentDefinition): void {
    if (this.#untimed !== null) {
      if (event.receiveTimeUs === 0) {
        this.#untimed.push({ event: structuredClone(event), definition });
        return;
      }
      this.#takeUntimed(event.receiveTimeUs);
    }
    this.#take(event, definition);
  }

  /** They happened no later than the first that says when. */
  #takeUntimed(timeUs: UnixUs): void {
    const untimed = this.#untimed ?? [];
    this.#untimed = null;
    for (const { event, definition } of untimed)
      this.#take({ ...event, venueTimeUs: timeUs, receiveTimeUs: timeUs }, definition);
  }

  #take(event: MarketEvent, { venue, symbol, tick, lot }: InstrumentDefinition): void {
    const instrument = this.#builder.instruments.number(venue, symbol, 'crypto', quoteCurrency(symbol));
    const { venueTimeUs, receiveTimeUs } = event;
    const prices = exactly(tick);
    const sizes = exactly(lot);
    switch (event.type) {
      case 'trade': {
        const id = Buffer.from(event.tradeId);
        const number = Number(event.tradeId);
        const code =
          event.tradeId === ''
            ? NO_TRADE_ID
            : String(number) === event.tradeId && Number.isSafeInteger(number)
              ? number
              : this.#builder.textId(id, 0, id.length);
        this.#builder.trade(
          instrument,
          venueTimeUs,
          receiveTimeUs,
          ...prices(event.price),
          ...sizes(event.size),
          event.aggressor,
          code,
        );
        this.counts.trade += 1;
        break;
      }
      case 'quote':
        this.#builder.quote(
          instrument,
          venueTimeUs,
          receiveTimeUs,
          ...prices(event.bid),
          ...sizes(event.bidSize),
          ...prices(event.ask),
          ...sizes(event.askSize),
        );
        this.counts.quote += 1;
        this.anomalies.spread(event.ask - event.bid);
        break;
      case 'book':
        for (const side of ['bids', 'asks'] as const) {
          const levels = event[side];
          for (let at = 0; at < levels.length; at += 2)
            this.#builder.level(
              instrument,
              side === 'bids' ? 'bid' : 'ask',
              ...prices(levels[at]!),
              ...sizes(levels[at + 1]!),
            );
        }
        this.#builder.book(instrument, venueTimeUs, receiveTimeUs, event.snapshot);
        this.counts.book += 1;
        break;
      default:
        this.anomalies.mark('statistics_not_kept');
        return;
    }
    this.anomalies.row(instrument, venueTimeUs, receiveTimeUs);
  }
}

/** Steps as a mantissa without trailing zeros and its decimals; NaN stays NaN. */
function exactly({ units, decimals }: Increment): (steps: number) => [mantissa: number, decimals: number] {
  return (steps) => {
    let mantissa = steps * units;
    let left = decimals;
    while (left > 0 && mantissa % 10 === 0) {
      mantissa /= 10;
      left -= 1;
    }
    return [mantissa, left];
  };
}
