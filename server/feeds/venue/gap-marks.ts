import { unixUs, type GapReason, type UnixUs } from '#protocol';

/** A gap of one symbol. */
export interface SymbolGap {
  readonly symbol: string;
  readonly fromTimeUs: UnixUs;
  readonly toTimeUs: UnixUs;
  readonly reason: GapReason;
  readonly missing?: number;
}

interface Span {
  readonly fromUs: number;
  /** Infinity while it lasts. */
  toUs: number;
  readonly reason: GapReason;
}

/**
 * Which times of each symbol are missing. A time without a connection is a gap, unless the ids of the trades before and after it say that
 * none is missing; that is known when the next trade comes. Books that were lost are a gap at once.
 *
 * Invariant: each gap is told once, with both ends, and never for a time in which nobody asked.
 */
export class GapMarks {
  readonly #tell: (gap: SymbolGap) => void;
  /** Whether ids of trades say what is missing. */
  readonly #countsTrades: (symbol: string) => boolean;
  readonly #open = new Map<string, Span>();
  /** Over, and the next trade decides whether anything is missing. */
  readonly #undecided = new Map<string, Span>();

  constructor(tell: (gap: SymbolGap) => void, countsTrades: (symbol: string) => boolean) {
    this.#tell = tell;
    this.#countsTrades = countsTrades;
  }

  /** The symbol was live and is not any more. @param fromUs when the last came that can be trusted */
  begin(symbol: string, fromUs: number, reason: GapReason): void {
    if (!this.#open.has(symbol)) this.#open.set(symbol, { fromUs, toUs: Infinity, reason });
  }

  /** It is live again. */
  end(symbol: string, nowUs: number): void {
    const span = this.#open.get(symbol);
    if (span === undefined) return;
    this.#open.delete(symbol);
    span.toUs = Math.max(span.fromUs, nowUs);
    if (!isOfLink(span) || !this.#countsTrades(symbol)) return this.#say(symbol, span);
    const before = this.#undecided.get(symbol);
    this.#undecided.set(symbol, before === undefined ? span : { ...span, fromUs: before.fromUs });
  }

  /** The next trade followed the one before, or all that lay between was filled. */
  followed(symbol: string): void {
    if (this.#undecided.size === 0 && this.#open.size === 0) return;
    this.#undecided.delete(symbol);
    // The trades were heard while the rest was not there yet: they lack nothing.
    const open = this.#open.get(symbol);
    if (open !== undefined && isOfLink(open)) this.#open.delete(symbol);
  }

  /** Trades between these two times never came. */
  missing(symbol: string, fromUs: number, toUs: number, missing: number): void {
    const open = this.#open.get(symbol);
    const span = this.#undecided.get(symbol) ?? (open !== undefined && isOfLink(open) ? open : undefined);
    this.followed(symbol);
    if (span === undefined) return this.#say(symbol, { fromUs, toUs, reason: 'sequence' }, missing);
    // All that came until the connection ended was heard: what is missing is of the time after.
    const endUs = span.toUs === Infinity ? toUs : span.toUs;
    this.#say(symbol, { ...span, toUs: Math.max(span.fromUs, endUs) }, missing);
  }

  /** Nobody asks for these any more. */
  forget(symbols: Iterable<string>): void {
    for (const symbol of symbols) {
      this.#open.delete(symbol);
      this.#undecided.delete(symbol);
    }
  }

  #say(symbol: string, { fromUs, toUs, reason }: Span, missing?: number): void {
    const ends = { fromTimeUs: unixUs(fromUs), toTimeUs: unixUs(toUs) };
    this.#tell({ symbol, ...ends, reason, ...(missing === undefined ? {} : { missing }) });
  }
}

/** The connection was away, and with it everything; else what it brought of one instrument was wrong. */
const isOfLink = ({ reason }: Span): boolean =>
  reason === 'cut' || reason === 'silence' || reason === 'overload';
