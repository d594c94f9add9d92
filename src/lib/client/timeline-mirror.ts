import {
  FRAME_BARS,
  FRAME_BOOK,
  FRAME_DELTA,
  FRAME_RAW,
  FRAME_SNAPSHOT,
  FRAME_TRADES,
  FrameError,
  readBars,
  readBooks,
  readFrameHead,
  readQuotes,
  readRaw,
  readTrades,
  timeAt,
  type Aggressor,
  type InstrumentsMessage,
  type NumberSource,
  type OnBar,
  type OnQuoteEntry,
  type OnTrade,
  type QuoteColumns,
  type TimelineClock,
  type WireChange,
} from '#protocol';
import { Dictionary } from './dictionary.ts';
import { MergedBook } from './merged-book.ts';
import { clearQuoteColumns, createQuoteColumns, growQuoteColumns } from './quote-columns.ts';
import { namesInstrument } from './selector-reach.ts';
import { TradeSequences } from './trade-sequences.ts';

export interface MirroredTrade {
  seq: number;
  venueTimeUs: number;
  price: number;
  size: number;
  aggressor: Aggressor;
}

/** Hears what a frame changed, while it is applied. Each call is cheap or rare: quotes come as ids only. */
export interface MirrorListener {
  /** The columns of this instrument hold new values. */
  onQuote?(instrument: number, bits: number): void;
  /** Trades of one instrument, oldest first; `lost` are missing before the first of them. The array may be kept. */
  onTrades?(instrument: number, trades: MirroredTrade[], lost: number): void;
  /** One change of the raw channel; `lost` are missing before it. */
  onChange?(instrument: number, seq: number, change: WireChange, lost: number): void;
  onBar?: OnBar;
  /** The whole book after the change. The arrays are read at once or copied. */
  onBook?(instrument: number, bids: readonly number[], asks: readonly number[]): void;
}

export type ApplyOutcome =
  | 'applied'
  /** The frame names a dictionary that is not here: nothing of it was applied. */
  | 'unknown-generation'
  /** A kind of a later version of the protocol: skipped. */
  | 'unknown-kind'
  /** The version went back within an epoch: nothing was applied. */
  | 'out-of-order'
  /** The numbers break the form: applied up to there. */
  | 'damaged';

/** Columns whose change counts as an update that was missed. */
const TELLING_FIELDS = ['last', 'volume', 'bid', 'ask'] as const satisfies readonly (keyof QuoteColumns)[];

/**
 * What the client holds of the server's timeline: dictionary, last values, books, trade numbers. Not a connection: frames are
 * handed in, and whoever hands them in acts on the outcome. Invariant: within an epoch `asOf` never falls.
 */
export class TimelineMirror {
  readonly dictionary = new Dictionary();
  readonly columns: QuoteColumns = createQuoteColumns(64);
  readonly sequences = new TradeSequences();
  /** Of the raw channel. */
  readonly changeSequences = new TradeSequences();
  readonly #books = new Map<number, MergedBook>();
  readonly #listener: MirrorListener;

  /** Empty before the first welcome. */
  epoch = '';
  asOf = 0;
  clock: TimelineClock | null = null;
  /** Frames and values of quotes applied so far. */
  quoteFrames = 0;
  valuesApplied = 0;
  /** Set to count, in snapshot frames, the instruments whose values differ from those held. */
  countMissed = false;
  missed = 0;

  constructor(listener: MirrorListener) {
    this.#listener = listener;
  }

  /** Timeline time of the newest version, us; 0 before the first frame. */
  get timeUs(): number {
    return this.clock === null || this.asOf === 0 ? 0 : timeAt(this.clock, this.asOf);
  }

  /** Whether something is held that a resume could keep. */
  get isResumable(): boolean {
    return this.epoch !== '' && this.asOf > 0;
  }

  /** Enters an epoch: every value of the one before is void. */
  enterEpoch(epoch: string): void {
    this.epoch = epoch;
    this.asOf = 0;
    clearQuoteColumns(this.columns);
    this.sequences.clear();
    this.changeSequences.clear();
    this.#books.clear();
  }

  sequencesOf(channel: 'trade' | 'raw'): TradeSequences {
    return channel === 'trade' ? this.sequences : this.changeSequences;
  }

  /** Nobody wants these any more: what comes of them later follows no hole. */
  forgetSequences(channel: 'trade' | 'raw', selectors: readonly string[]): void {
    const { entries } = this.dictionary;
    this.sequencesOf(channel).forget((id) => namesInstrument(selectors, entries[id]));
  }

  /** The book as the frames have left it; undefined before the first. */
  bookOf(instrument: number): Readonly<Pick<MergedBook, 'bids' | 'asks'>> | undefined {
    return this.#books.get(instrument);
  }

  /** True when the entries replaced the whole dictionary. */
  applyDictionary(message: InstrumentsMessage): boolean {
    const whole = this.dictionary.apply(message);
    growQuoteColumns(this.columns, this.dictionary.capacity);
    return whole;
  }

  apply(source: NumberSource): ApplyOutcome {
    try {
      return this.#apply(source);
    } catch (error) {
      if (error instanceof FrameError) return 'damaged';
      throw error;
    }
  }

  #apply(source: NumberSource): ApplyOutcome {
    const { kind, asOf, generation } = readFrameHead(source);
    if (!(kind >= FRAME_DELTA && kind <= FRAME_RAW)) return 'unknown-kind';
    if (generation !== this.dictionary.generation || this.clock === null) return 'unknown-generation';
    if (asOf < this.asOf) return 'out-of-order';
    const timeUs = timeAt(this.clock, asOf);
    this.asOf = asOf;
    switch (kind) {
      case FRAME_DELTA:
      case FRAME_SNAPSHOT:
        this.#applyQuotes(source, timeUs, kind === FRAME_SNAPSHOT && this.countMissed);
        break;
      case FRAME_TRADES:
        this.#applyTrades(source, timeUs);
        break;
      case FRAME_BARS:
        readBars(source, this.dictionary.reference, this.dictionary.capacity, this.#onBar);
        break;
      case FRAME_BOOK:
        readBooks(source, this.dictionary.reference, this.dictionary.capacity, this.#onBook);
        break;
      case FRAME_RAW:
        readRaw(source, this.dictionary.reference, timeUs, this.dictionary.capacity, this.#onChange);
        break;
    }
    return 'applied';
  }

  #applyQuotes(source: NumberSource, timeUs: number, countMissed: boolean): void {
    const { dictionary, columns } = this;
    const { reference, capacity } = dictionary;
    this.quoteFrames += 1;
    const numbers = source.left;
    const onEntry = countMissed ? this.#countingEntry() : this.#onQuote;
    const entries = readQuotes(source, columns, reference, timeUs, capacity, onEntry);
    this.valuesApplied += numbers - 2 * entries;
  }

  /** Compares with what was held before the frame. */
  #countingEntry(): OnQuoteEntry {
    const { columns } = this;
    const before = TELLING_FIELDS.map((field) => columns[field].slice());
    return (id, bits) => {
      const changed = TELLING_FIELDS.some((field, at) => !Object.is(columns[field][id], before[at]![id]));
      if (changed) this.missed += 1;
      this.#onQuote(id, bits);
    };
  }

  #applyTrades(source: NumberSource, timeUs: number): void {
    let current = -1;
    let batch: MirroredTrade[] = [];
    let lostBefore = 0;
    const flush = (): void => {
      if (batch.length > 0) this.#listener.onTrades?.(current, batch, lostBefore);
      batch = [];
      lostBefore = 0;
    };
    const onTrade: OnTrade = (instrument, seq, venueTimeUs, price, size, aggressor) => {
      const { fresh, lost } = this.sequences.take(instrument, seq);
      if (instrument !== current || lost > 0) flush();
      current = instrument;
      if (!fresh) return;
      if (lost > 0) lostBefore = lost;
      batch.push({ seq, venueTimeUs, price, size, aggressor });
    };
    try {
      readTrades(source, this.dictionary.reference, timeUs, this.dictionary.capacity, onTrade);
    } finally {
      // Also after damage: these trades were numbered as seen, and would otherwise be lost unsaid.
      flush();
    }
  }

  readonly #onQuote: OnQuoteEntry = (id, bits) => {
    this.#listener.onQuote?.(id, bits);
  };

  readonly #onChange = (id: number, seq: number, change: WireChange): void => {
    const { fresh, lost } = this.changeSequences.take(id, seq);
    if (fresh) this.#listener.onChange?.(id, seq, change, lost);
  };

  readonly #onBar: OnBar = (id, intervalS, startS, open, high, low, close, volume) => {
    this.#listener.onBar?.(id, intervalS, startS, open, high, low, close, volume);
  };

  readonly #onBook = (id: number, whole: boolean, bids: number[], asks: number[]): void => {
    let book = this.#books.get(id);
    if (book === undefined) {
      book = new MergedBook();
      this.#books.set(id, book);
    }
    book.apply(whole, bids, asks);
    this.#listener.onBook?.(id, book.bids, book.asks);
  };
}
