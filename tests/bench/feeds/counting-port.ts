import { instrumentId, priceTicks, sizeLots, type MarketEvent, type TradeEvent } from '#protocol';
import { takeWhole, type Portions } from '../../../server/feeds/venue/portions.ts';
import type {
  VenueInstrument,
  VenueListing,
  VenuePort,
  VenueTrade,
} from '../../../server/feeds/venue/ports.ts';
import { ListedInstrument } from '../../../server/feeds/venue/venue-instrument.ts';

/** Takes what an adapter says as the running feed does, down to whole numbers, and only counts it. */
export class CountingPort implements VenuePort {
  events = 0;
  /** Frames that it was told something is wrong with: a benchmark of refused frames would measure nothing. */
  complaints = 0;
  readonly #instruments = new Map<string, ListedInstrument>();
  readonly #byId: ListedInstrument[] = [];

  constructor(venue: string, listings: readonly VenueListing[]) {
    for (const listing of listings) {
      const id = instrumentId(this.#byId.length);
      const instrument = new ListedInstrument({ venue, listing, define: () => id });
      this.#instruments.set(listing.symbol, instrument);
      this.#byId.push(instrument);
    }
  }

  readonly rest = { text: () => Promise.reject(new Error('A benchmark asks nobody.')) };

  instrument(symbol: string): VenueInstrument | null {
    return this.#instruments.get(symbol) ?? null;
  }

  event(event: MarketEvent): void {
    this.#byId[event.instrument]!.settle(event);
    this.events += 1;
  }

  trade(trade: VenueTrade): void {
    const instrument = this.#instruments.get(trade.symbol)!;
    const event: TradeEvent = {
      type: 'trade',
      instrument: instrument.id,
      venueTimeUs: trade.venueTimeUs,
      receiveTimeUs: trade.receiveTimeUs,
      price: priceTicks(instrument.price(trade.price)),
      size: sizeLots(instrument.size(trade.size)),
      aggressor: trade.aggressor,
      tradeId: trade.id,
    };
    this.event(event);
  }

  fault(): void {
    this.complaints += 1;
  }
  unknown(): void {
    this.complaints += 1;
  }
  malformed(): void {
    this.complaints += 1;
  }
  refused(): void {
    this.complaints += 1;
  }
  inPortions(_symbol: string, work: Portions): void {
    takeWhole(work);
  }
  key(env: string): string {
    return env;
  }
  live(): void {}
  acknowledged(): void {}
  ready(): void {}
  heartbeat(): void {}
  unexpected(): void {}
  notice(): void {}
  rotate(): void {}
  fail(): void {}
  send(): void {}
}
