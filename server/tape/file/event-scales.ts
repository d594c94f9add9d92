import type { MarketEvent, PriceTicks, SizeLots } from '#protocol';

interface Scale {
  price: number;
  size: number;
}

/** Brings events of instruments whose source counts in coarser units than the tape into the tape's. Nearly always there are none. */
export class EventScales {
  readonly #scales = new Map<number, Scale>();

  set(instrument: number, price: number, size: number): void {
    if (price === 1 && size === 1) this.#scales.delete(instrument);
    else this.#scales.set(instrument, { price, size });
  }

  /** The event itself, or a copy in other units. */
  apply(event: MarketEvent): MarketEvent {
    if (this.#scales.size === 0) return event;
    const scale = this.#scales.get(event.instrument);
    return scale === undefined ? event : scaled(event, scale);
  }
}

function scaled(event: MarketEvent, scale: Scale): MarketEvent {
  const price = (value: number): PriceTicks => (value * scale.price) as PriceTicks;
  const size = (value: number): SizeLots => (value * scale.size) as SizeLots;
  const levels = (flat: readonly number[]): number[] =>
    flat.map((value, at) => (at % 2 === 0 ? price(value) : size(value)));
  switch (event.type) {
    case 'trade':
      return { ...event, price: price(event.price), size: size(event.size) };
    case 'quote':
      return {
        ...event,
        bid: price(event.bid),
        bidSize: size(event.bidSize),
        ask: price(event.ask),
        askSize: size(event.askSize),
      };
    case 'book':
      return { ...event, bids: levels(event.bids), asks: levels(event.asks) };
    case 'statistics':
    case 'bar': {
      const { open, high, low, volume } = event;
      const values = { open: price(open), high: price(high), low: price(low), volume: size(volume) };
      if (event.type === 'statistics') return { ...event, ...values };
      return { ...event, ...values, close: price(event.close) };
    }
  }
}
