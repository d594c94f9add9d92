import { stepsToNumber, type InstrumentDefinition, type MarketEvent } from '#protocol';

export type PlainUpdate = Record<string, string | number>;

/** Events by name, prices as floats, as servers without a protocol of their own send them. */
export class PlainUpdates {
  readonly #definitions: readonly InstrumentDefinition[];
  readonly #volumes: Float64Array;

  constructor(definitions: readonly InstrumentDefinition[]) {
    this.#definitions = definitions;
    this.#volumes = new Float64Array(definitions.length);
  }

  /** Null for kinds that are not sent: our clients do not ask for them either. */
  of(event: MarketEvent): PlainUpdate | null {
    const { symbol, tick, lot } = this.#definitions[event.instrument]!;
    const time = Math.floor(event.venueTimeUs / 1000);
    switch (event.type) {
      case 'trade': {
        const lastSize = stepsToNumber(event.size, lot);
        const volume = (this.#volumes[event.instrument]! += lastSize);
        return { symbol, last: stepsToNumber(event.price, tick), lastSize, volume, time };
      }
      case 'quote':
        return {
          symbol,
          bid: stepsToNumber(event.bid, tick),
          bidSize: stepsToNumber(event.bidSize, lot),
          ask: stepsToNumber(event.ask, tick),
          askSize: stepsToNumber(event.askSize, lot),
          time,
        };
      case 'book':
        return {
          symbol,
          bid: stepsToNumber(event.bids[0]!, tick),
          ask: stepsToNumber(event.asks[0]!, tick),
          time,
        };
      default:
        return null;
    }
  }
}
