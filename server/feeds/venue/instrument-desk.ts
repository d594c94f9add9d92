import {
  priceTicks,
  sizeLots,
  type GapReason,
  type InstrumentId,
  type MarketEvent,
  type TradeEvent,
} from '#protocol';
import type { Clock, EventSink } from '../../engine/ports.ts';
import { cutBook } from './book-depth.ts';
import type { FeedHealth } from './feed-health.ts';
import type { GapMarks } from './gap-marks.ts';
import type { VenueFacts, VenueListing, VenueTrade } from './ports.ts';
import { ListedInstrument } from './venue-instrument.ts';
import type { VenueLink } from './venue-link.ts';

interface Entry {
  readonly listed: ListedInstrument;
  /** The link whose word counts for everything but trades with ids; null = the next that has something. */
  owner: VenueLink | null;
  /** Why it cannot be trusted now; empty = it can. */
  distrust: string;
  /** It has been live since it was asked for. */
  wasLive: boolean;
  /** When something of it came last, us; 0 = never. */
  heardUs: number;
  /** It is live but for the signs of life of its connection, which are missing. */
  isLate: boolean;
}

export interface DeskParts {
  readonly facts: VenueFacts;
  readonly sink: EventSink;
  readonly health: FeedHealth;
  readonly marks: GapMarks;
  readonly clock: Clock;
}

/**
 * The instruments of one feed: which connection speaks for each, and whether what it shows can be trusted.
 *
 * Invariant: book, quote and statistics of an instrument come from one connection at a time; another takes over with a whole book.
 */
export class InstrumentDesk {
  readonly #facts: VenueFacts;
  readonly #sink: EventSink;
  readonly #health: FeedHealth;
  readonly #marks: GapMarks;
  readonly #clock: Clock;
  readonly #bySymbol = new Map<string, Entry>();
  readonly #byId = new Map<InstrumentId, Entry>();

  constructor({ facts, sink, health, marks, clock }: DeskParts) {
    this.#facts = facts;
    this.#sink = sink;
    this.#health = health;
    this.#marks = marks;
    this.#clock = clock;
  }

  /** Makes what the venue lists known to the engine. */
  list(listings: readonly VenueListing[]): void {
    for (const listing of listings) {
      if (this.#bySymbol.has(listing.symbol)) continue;
      const define = this.#sink.define.bind(this.#sink);
      const listed = new ListedInstrument({ venue: this.#facts.name, listing, define });
      const entry: Entry = { listed, owner: null, distrust: '', wasLive: false, heardUs: 0, isLate: false };
      this.#bySymbol.set(listing.symbol, entry);
      this.#byId.set(listed.id, entry);
    }
  }

  get symbols(): string[] {
    return [...this.#bySymbol.keys()];
  }

  lists(symbol: string): boolean {
    return this.#bySymbol.has(symbol);
  }

  instrument(symbol: string): ListedInstrument | null {
    return this.#bySymbol.get(symbol)?.listed ?? null;
  }

  ids(): [InstrumentId, string][] {
    return [...this.#byId].map(([id, { listed }]) => [id, listed.symbol]);
  }

  isTrusted(symbol: string): boolean {
    return this.#bySymbol.get(symbol)?.distrust === '';
  }

  event(link: VenueLink, event: MarketEvent): void {
    const entry = this.#byId.get(event.instrument);
    if (entry === undefined) return this.#health.count('unknown_instrument');
    const isExact = entry.listed.settle(event);
    // A whole book, or a venue that sends none: nothing that the connection says later depends on what came before.
    const isWhole = event.type === 'book' ? event.snapshot : link.isLive(entry.listed.symbol);
    if (!this.#speaks(entry, link, isWhole)) return;
    if (!isExact) {
      const { symbol } = entry.listed;
      link.fault({ kind: 'malformed', symbol, detail: 'A finer price came in the midst of a large book.' });
      return;
    }
    entry.heardUs = event.receiveTimeUs;
    this.#sink.onEvent(event.type === 'book' && event.snapshot ? cutBook(event) : event);
  }

  /** Whether a trade may be taken from this link: where trades have no ids, repetitions cannot be told. */
  hears(link: VenueLink, symbol: string): boolean {
    const entry = this.#bySymbol.get(symbol);
    if (entry === undefined) return false;
    return this.#facts.tradeIds !== 'none' || this.#speaks(entry, link, link.isLive(symbol));
  }

  trade(trade: VenueTrade): void {
    const entry = this.#bySymbol.get(trade.symbol);
    if (entry === undefined) return;
    const { listed } = entry;
    const price = priceTicks(listed.price(trade.price));
    const size = sizeLots(listed.size(trade.size));
    if (Number.isNaN(price) || Number.isNaN(size)) {
      this.#health.count('malformed_trades');
      this.#health.problem(`${trade.symbol}: a trade of ${trade.size} at ${trade.price} is none.`);
      return;
    }
    const event: TradeEvent = {
      type: 'trade',
      instrument: listed.id,
      venueTimeUs: trade.venueTimeUs,
      receiveTimeUs: trade.receiveTimeUs,
      price,
      size,
      aggressor: trade.aggressor,
      tradeId: trade.id,
    };
    // Both were read in their units of now: this only ends what is remembered for the event.
    listed.settle(event);
    entry.heardUs = event.receiveTimeUs;
    this.#sink.onEvent(event);
  }

  live(link: VenueLink, symbol: string): void {
    const entry = this.#bySymbol.get(symbol);
    if (entry === undefined || !this.#speaks(entry, link, true)) return;
    entry.wasLive = true;
    entry.isLate = false;
    this.#marks.end(symbol, this.#clock.nowUs());
    this.#trust(entry, '');
  }

  /** The link says that what it has of this symbol is wrong. */
  fault(link: VenueLink, symbol: string, reason: string, cause: GapReason): void {
    const entry = this.#bySymbol.get(symbol);
    if (entry === undefined) return;
    this.#health.problem(`${symbol}: ${reason}`);
    if (entry.owner !== null && entry.owner !== link) return;
    this.#goDark(entry, entry.heardUs, cause);
    this.#trust(entry, reason, cause);
  }

  /** The signs of life of a link are missing (one sentence), or come again (empty): what it speaks for is not live meanwhile. */
  late(link: VenueLink, reason: string): void {
    for (const entry of this.#bySymbol.values()) {
      if (entry.owner !== link) continue;
      if (reason === '' && entry.isLate) {
        entry.isLate = false;
        this.#trust(entry, '');
      } else if (reason !== '' && entry.distrust === '' && entry.wasLive) {
        entry.isLate = true;
        this.#trust(entry, reason, 'late');
      }
    }
  }

  /**
   * Nobody speaks for these until another link does.
   * @param cause absent = nothing is missed, since nobody asks for it
   */
  distrust(symbols: Iterable<string>, reason: string, cause?: GapReason): void {
    for (const symbol of symbols) {
      const entry = this.#bySymbol.get(symbol);
      if (entry === undefined) continue;
      entry.owner = null;
      if (cause !== undefined) this.#goDark(entry, this.#clock.nowUs(), cause);
      entry.wasLive = false;
      entry.isLate = false;
      this.#trust(entry, reason, cause);
    }
  }

  /** A link is over: those it spoke for go to a link that has them live, or cannot be trusted. */
  lost(symbols: Iterable<string>, link: VenueLink, others: readonly VenueLink[], reason: string): void {
    for (const symbol of symbols) {
      const entry = this.#bySymbol.get(symbol);
      if (entry === undefined || (entry.owner !== null && entry.owner !== link)) continue;
      entry.owner = others.find((other) => other.isLive(symbol)) ?? null;
      if (entry.owner !== null) continue;
      this.#goDark(entry, link.heardUs, link.endedBy);
      this.#trust(entry, reason, link.endedBy);
    }
  }

  #speaks(entry: Entry, link: VenueLink, isWhole: boolean): boolean {
    if (entry.owner === link) return true;
    if (entry.owner !== null && !(isWhole && entry.owner.serial < link.serial)) return false;
    entry.owner = link;
    return true;
  }

  /** What it missed from here on is a gap. */
  #goDark(entry: Entry, heardUs: number, cause: GapReason): void {
    const nowUs = this.#clock.nowUs();
    const wasShown = entry.wasLive && (entry.distrust === '' || entry.isLate);
    entry.isLate = false;
    if (wasShown)
      this.#marks.begin(entry.listed.symbol, heardUs === 0 ? nowUs : Math.min(heardUs, nowUs), cause);
  }

  #trust(entry: Entry, distrust: string, cause?: GapReason | 'late'): void {
    if (entry.distrust === distrust) return;
    entry.distrust = distrust;
    this.#sink.onTrust?.(entry.listed.id, distrust, cause);
  }
}
