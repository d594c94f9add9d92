import {
  unixUs,
  type GapMark,
  type Increment,
  type InstrumentDefinition,
  type InstrumentId,
  type MarketEvent,
  type QuoteEvent,
  type StatisticsEvent,
} from '#protocol';
import { Book } from '../engine/book.ts';
import { stepRatio } from '../engine/dictionary.ts';
import { scaledEvent, type UnitRatio } from './scaled-event.ts';
import type { SupervisedSink } from './supervisor.ts';

/** Levels of a source that are shown again when it takes over. */
const LEVELS = 1_000;
/** Trade ids that are remembered where both sources are of one venue. */
const IDS_MAX = 1_024;

export type Side = 'primary' | 'backup';

/** What one of the two sources said last of an instrument, in its own units. */
class Shadow {
  definition: InstrumentDefinition | null = null;
  ratio: UnitRatio = { price: 1, size: 1 };
  /** Why it cannot be trusted; a source that said nothing yet cannot. */
  distrust = 'Nothing came yet.';
  /** Since when it can or cannot, us; 0 = the source never said. */
  sinceUs = 0;
  book: Book | null = null;
  quote: QuoteEvent | null = null;
  statistics: StatisticsEvent | null = null;
  /** When something came last, us; 0 = never. */
  heardUs = 0;

  keep(event: MarketEvent): void {
    this.heardUs = event.receiveTimeUs;
    if (event.type === 'quote') this.quote = { ...event };
    else if (event.type === 'statistics') this.statistics = { ...event };
    else if (event.type === 'book') {
      this.book ??= new Book();
      this.book.apply(event.snapshot, event.bids, event.asks);
    }
  }
}

/**
 * One instrument with two sources, of which one serves. It decides nothing: `serve` is called by whoever watches both.
 *
 * Invariant: the engine gets the events of one source at a time, in one unit, and no trade of a time that it already has.
 */
export class BackupPair {
  readonly primary = new Shadow();
  readonly backup = new Shadow();
  serving: Side = 'primary';
  /** What nobody wants is not subscribed, which is no reason to change over. */
  isWanted = true;
  askedUs = 0;
  /** Trades that both sources had, or that lie before what was served last. */
  repeated = 0;
  #id: InstrumentId | null = null;
  readonly #sink: SupervisedSink;
  #definition: InstrumentDefinition | null = null;
  #lastTradeUs = 0;
  /** No trade of this time or before is taken: the other source has served it. */
  #cutUs = 0;
  #servesSinceUs = 0;
  /** What the instrument is called while the primary has not made it known; null = nobody said. */
  #standIn: Pick<InstrumentDefinition, 'venue' | 'symbol'> | null = null;
  readonly #ids = new Set<string>();
  #told = '';

  constructor(sink: SupervisedSink) {
    this.#sink = sink;
  }

  /** The engine's id; null until the primary has made it known, or the backup stands in for it. */
  get id(): InstrumentId | null {
    return this.#id;
  }

  /** Both sources are of one venue: ids say which trades are the same. */
  get #isOneVenue(): boolean {
    return this.primary.definition?.venue === this.backup.definition?.venue;
  }

  define(side: Side, definition: InstrumentDefinition): void {
    const shadow = this[side];
    const before = shadow.definition;
    if (before !== null && shadow.book !== null)
      shadow.book.rescale(stepRatio(before.tick, definition.tick), stepRatio(before.lot, definition.lot));
    shadow.definition = definition;
    this.#show();
  }

  /** The primary is not there yet: the backup's instrument is shown under its name, in its own steps until the primary says finer ones. */
  standIn(venue: string, symbol: string): void {
    this.#standIn = { venue, symbol };
    this.#show();
    this.#tellTrust();
  }

  #show(): void {
    const { primary, backup } = this;
    const stands = this.#standIn !== null && backup.definition !== null;
    const base = primary.definition ?? (stands ? { ...backup.definition!, ...this.#standIn! } : null);
    if (base === null) return;
    const tick = finest(base.tick, backup.definition?.tick);
    const lot = finest(base.lot, backup.definition?.lot);
    const shown = { ...base, tick, lot };
    for (const source of [this.primary, this.backup]) {
      if (source.definition === null) continue;
      source.ratio = {
        price: stepRatio(source.definition.tick, tick),
        size: stepRatio(source.definition.lot, lot),
      };
    }
    if (this.#definition === null || JSON.stringify(this.#definition) !== JSON.stringify(shown)) {
      this.#definition = shown;
      const before = this.#id;
      this.#id = this.#sink.define(shown);
      // It was shown under a name that the primary spells in another way.
      if (before !== null && before !== this.#id)
        this.#sink.onTrust?.(before, `${shown.venue} calls it ${shown.symbol}.`);
    }
  }

  event(side: Side, event: MarketEvent): void {
    const shadow = this[side];
    shadow.keep(event);
    if (side !== this.serving || this.#id === null) return;
    if (event.type === 'trade' && this.#isRepeated(event.tradeId, event.venueTimeUs)) {
      this.repeated += 1;
      return;
    }
    this.#sink.onEvent(scaledEvent(event, this.#id, shadow.ratio));
  }

  /** A gap of one source: one of what is shown while that source is the one that serves. What the other covered is none. */
  gap(side: Side, mark: GapMark): void {
    if (side !== this.serving || this.#id === null) return;
    const fromTimeUs = unixUs(Math.max(mark.fromTimeUs, this.#servesSinceUs));
    if (fromTimeUs < mark.toTimeUs) this.#sink.onGap?.({ ...mark, instrument: this.#id, fromTimeUs });
  }

  trust(side: Side, reason: string, nowUs: number): void {
    const shadow = this[side];
    if (shadow.sinceUs === 0 || (reason === '') !== (shadow.distrust === '')) shadow.sinceUs = nowUs;
    shadow.distrust = reason;
    this.#tellTrust();
  }

  /** Someone wants it from now on: the time that a source is bad or silent begins here. */
  asked(nowUs: number): void {
    this.isWanted = true;
    this.askedUs = nowUs;
    for (const shadow of [this.primary, this.backup])
      if (shadow.sinceUs !== 0 && shadow.distrust !== '') shadow.sinceUs = nowUs;
  }

  /**
   * Shows what the other source has, from here on.
   * @param isLost whether nothing was served from the fault of the one until now
   */
  serve(side: Side, nowUs: number, isLost = false): void {
    const id = this.#id;
    if (side === this.serving || id === null) return;
    if (isLost) this.#tellLost(nowUs);
    this.serving = side;
    this.#servesSinceUs = nowUs;
    this.#cutUs = this.#lastTradeUs;
    const { book, quote, statistics, ratio } = this[side];
    const times = { venueTimeUs: nowUs, receiveTimeUs: nowUs } as Pick<
      QuoteEvent,
      'venueTimeUs' | 'receiveTimeUs'
    >;
    // A book that the other source had must not stay below this one's quote.
    const [bids, asks] = [book?.bids(LEVELS) ?? [], book?.asks(LEVELS) ?? []];
    this.#sink.onEvent(
      scaledEvent({ type: 'book', instrument: id, snapshot: true, ...times, bids, asks }, id, ratio),
    );
    if (quote !== null) this.#sink.onEvent(scaledEvent(quote, id, ratio));
    if (statistics !== null) this.#sink.onEvent(scaledEvent(statistics, id, ratio));
    this.#tellTrust();
  }

  #tellLost(nowUs: number): void {
    const { heardUs, sinceUs, distrust, definition } = this[this.serving];
    // A primary that never came has lost nothing.
    if (heardUs === 0 || definition === null || this.#id === null) return;
    const lostUs = Math.max(this.#servesSinceUs, distrust === '' ? heardUs : Math.min(heardUs, sinceUs));
    this.#sink.onGap?.({
      feed: definition.venue,
      instrument: this.#id,
      fromTimeUs: unixUs(Math.min(lostUs, nowUs)),
      toTimeUs: unixUs(nowUs),
      reason: distrust === '' ? 'silence' : 'cut',
    });
  }

  /** Whether a trade was served before: by its id where both sources count alike, else by its time. */
  #isRepeated(tradeId: string, venueTimeUs: number): boolean {
    if (this.#isOneVenue && tradeId !== '') {
      if (this.#ids.has(tradeId)) return true;
      this.#ids.add(tradeId);
      if (this.#ids.size > IDS_MAX) this.#ids.delete(this.#ids.values().next().value!);
    } else if (venueTimeUs <= this.#cutUs) {
      return true;
    }
    this.#lastTradeUs = Math.max(this.#lastTradeUs, venueTimeUs);
    return false;
  }

  #tellTrust(): void {
    const reason = this[this.serving].distrust;
    if (this.#id === null || reason === this.#told) return;
    this.#told = reason;
    this.#sink.onTrust?.(this.#id, reason);
  }
}

function finest(a: Increment, b: Increment | undefined): Increment {
  if (b === undefined || !Number.isNaN(stepRatio(b, a))) return a;
  if (!Number.isNaN(stepRatio(a, b))) return b;
  return { units: 1, decimals: Math.max(a.decimals, b.decimals) };
}
