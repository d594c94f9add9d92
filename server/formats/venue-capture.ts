import type { Increment, InstrumentDefinition, MarketEvent, UnixUs } from '#protocol';
import { UserError } from '../errors.ts';
import type { CapturedFrame, CaptureLine } from '../feeds/venue/capture-lines.ts';
import { CaptureLines } from '../feeds/venue/capture-lines.ts';
import { CaptureRun } from '../feeds/venue/capture-run.ts';
import type { RawFrame, Venue } from '../feeds/venue/ports.ts';
import type { VenueName } from '../feeds/venues.ts';
import { NO_TRADE_ID } from '../tape/event-block.ts';
import type { RecordingBuilder } from '../tape/recording-builder.ts';
import { AnomalyCounter } from './anomaly-counter.ts';
import { BrokenRowCounter, type BrokenRows } from './broken-rows.ts';
import { venueOf, venueOfFrame } from './capture-venues.ts';
import { noEvents } from './event-counts.ts';
import type { ByteStream } from './file-streams.ts';
import { FrameEvents } from './frame-events.ts';
import { KRAKEN_V1 } from './kraken-v1-frames.ts';
import { quoteCurrency } from './quote-currency.ts';
import { foundText, RecordingError } from './recording-error.ts';
import type { StreamReader } from './recording-format.ts';
import { TextLines } from './text-lines.ts';
import { isVenueFrame, VenueFrames } from './venue-frames.ts';

/** What tells a frame's venue stands within this, characters. */
const SHAPE_LENGTH = 512;
/** Frames that are read without a connection's state. */
const STATELESS = /^\{"(?:stream|e|lastUpdateId|topic)":/;

/** A venue's adapter over the frames of a capture that are its own. */
interface VenueRun {
  readonly name: VenueName;
  readonly run: CaptureRun;
  /** Malformed and unknown frames before the line in hand. */
  badBefore: number;
}

/**
 * Venues' frames as somebody recorded them, read by the adapter of each venue: what it makes of them live is what the recording holds.
 * Whose a frame is says the address of its connection, or its shape; one that says nothing is of the venue of the frame before.
 * Statistics of the venue are not kept in recordings. Not reusable.
 */
export class VenueCaptureReader implements StreamReader {
  readonly counts = noEvents();
  readonly anomalies = new AnomalyCounter('quotes');
  readonly #stream: ByteStream;
  readonly #builder: RecordingBuilder;
  readonly #venues: ReadonlyMap<VenueName, Venue>;
  readonly #frames: VenueFrames;
  readonly #runs = new Map<VenueName, VenueRun>();
  /** By connection whose address was told. */
  readonly #addressed = new Map<string, VenueRun>();
  #last: VenueRun;
  readonly #captured = new CaptureLines();
  readonly #lines: TextLines;
  readonly #broken: BrokenRowCounter;
  #rows = 0;
  /** Events before the first that has a time: bare frames of some venues have none. */
  #untimed: { event: MarketEvent; definition: InstrumentDefinition }[] | null = [];

  /** @param venues whose frames may be in it; those of the first one are */
  constructor(
    stream: ByteStream,
    builder: RecordingBuilder,
    venues: ReadonlyMap<VenueName, Venue>,
    isStrict: boolean,
  ) {
    this.#stream = stream;
    this.#builder = builder;
    this.#venues = venues;
    this.#broken = new BrokenRowCounter(isStrict);
    this.#frames = new VenueFrames(new FrameEvents(builder, this.anomalies, this.counts));
    this.#last = this.#runOf([...venues.keys()][0]!);
    this.#lines = new TextLines(stream.label, (line, row) => this.#onLine(line, row));
  }

  get format(): string {
    return `${[...this.#runs.keys()].join(' and ')} capture`;
  }

  get title(): string {
    const titles = [...this.#runs.keys()].map((name) => this.#venues.get(name)!.title);
    return `recorded frames of ${titles.join(' and ')}`;
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
    for (const { run } of this.#runs.values()) {
      const { sequenceGaps, checksumFailures, repeatedTrades } = run.summary;
      for (let count = 0; count < sequenceGaps; count += 1) this.anomalies.mark('sequence_gaps');
      for (let count = 0; count < checksumFailures; count += 1) this.anomalies.mark('checksum_failures');
      for (let count = 0; count < repeatedTrades; count += 1) this.anomalies.mark('repeated_trades');
    }
  }

  #runOf(name: VenueName): VenueRun {
    const known = this.#runs.get(name);
    if (known !== undefined) return known;
    const run = new CaptureRun(this.#venues.get(name)!, {
      onEvent: (event, definition) => this.#onEvent(event, definition),
    });
    const made = { name, run, badBefore: 0 };
    this.#runs.set(name, made);
    return made;
  }

  /** Null for a frame that no adapter is needed for. */
  #whose(line: CaptureLine): VenueRun | null {
    if (line.kind === 'open') {
      const name = venueOf(line);
      if (name === null) this.#addressed.delete(line.conn);
      else this.#addressed.set(line.conn, (this.#last = this.#runOf(name)));
      return this.#last;
    }
    if (line.kind !== 'in') return this.#addressed.get('conn' in line ? line.conn : '') ?? this.#last;
    const addressed = this.#addressed.get(line.conn);
    // The adapter of today does not read the first protocol of its venue.
    if (this.#isOld(addressed ?? this.#last, line.raw)) return null;
    if (addressed !== undefined || typeof line.raw !== 'string') return addressed ?? this.#last;
    const frame = line.raw.slice(0, SHAPE_LENGTH);
    if (STATELESS.test(frame)) return null;
    const name = venueOfFrame(frame);
    return name === null ? this.#last : (this.#last = this.#runOf(name));
  }

  #isOld({ name }: VenueRun, raw: RawFrame): boolean {
    return name === 'kraken' && typeof raw === 'string' && KRAKEN_V1.test(raw);
  }

  #onLine(line: string, row: number): void {
    const captured = this.#captured.read(line);
    if (captured === null) return;
    this.#rows += 1;
    const venue = this.#whose(captured);
    try {
      if (venue === null) this.#takeStateless(captured as CapturedFrame, row);
      else {
        venue.run.takeNow(captured);
        this.#refuseBad(venue, row);
      }
      this.#broken.sound();
    } catch (error) {
      // The adapter says that these frames are none that it reads: no other row would be any better.
      if (error instanceof UserError) throw this.#refused(error.message, row);
      this.#broken.broken(error);
    }
  }

  #takeStateless({ raw, timeUs }: CapturedFrame, row: number): void {
    const frame = jsonOf(String(raw));
    const fault = isVenueFrame(frame) ? this.#frames.take(frame, timeUs) : 'a whole frame of its venue';
    if (fault === null) return;
    const sentence = `, row ${row}: found ${foundText(String(raw))}, expected ${fault}.`;
    throw new RecordingError('bad-row', this.#stream.label, sentence, { row });
  }

  #refused(sentence: string, row: number): RecordingError {
    const found = sentence.replace(/\.$/, '');
    const { label } = this.#stream;
    return new RecordingError('bad-row', label, `: found other frames (${found}), expected ${this.title}.`, {
      row,
    });
  }

  #refuseBad(venue: VenueRun, row: number): void {
    const { malformedFrames, unknownFrames, notes } = venue.run.summary;
    const bad = malformedFrames + unknownFrames;
    if (bad === venue.badBefore) return;
    venue.badBefore = bad;
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

/** Undefined for what is no JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
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
