import type { InstrumentId, MarketEvent } from '#protocol';

/** How one step of a source's units is written in others. */
export interface UnitRatio {
  readonly price: number;
  readonly size: number;
}

/** The same event of another instrument, in other units: a copy, unless nothing differs. */
export function scaledEvent(event: MarketEvent, instrument: InstrumentId, ratio: UnitRatio): MarketEvent {
  const { price, size } = ratio;
  if (event.instrument === instrument && price === 1 && size === 1) return event;
  const levels = (flat: readonly number[]): number[] =>
    flat.map((number, at) => number * (at % 2 === 0 ? price : size));
  // A number times a whole number is of the same unit's kind, which types cannot say.
  const by = <N extends number>(number: N, factor: number): N => (number * factor) as N;
  switch (event.type) {
    case 'trade':
      return { ...event, instrument, price: by(event.price, price), size: by(event.size, size) };
    case 'quote':
      return {
        ...event,
        instrument,
        bid: by(event.bid, price),
        bidSize: by(event.bidSize, size),
        ask: by(event.ask, price),
        askSize: by(event.askSize, size),
      };
    case 'book':
      return { ...event, instrument, bids: levels(event.bids), asks: levels(event.asks) };
    case 'statistics':
    case 'bar': {
      const scaled = {
        open: by(event.open, price),
        high: by(event.high, price),
        low: by(event.low, price),
        volume: by(event.volume, size),
      };
      if (event.type === 'statistics') return { ...event, ...scaled, instrument };
      return { ...event, ...scaled, instrument, close: by(event.close, price) };
    }
    default:
      return event satisfies never;
  }
}
