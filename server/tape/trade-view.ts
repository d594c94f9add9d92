import type { Aggressor, InstrumentId, PriceTicks, SizeLots, TradeEvent, UnixUs } from '#protocol';

/** In the place of an id that is a whole number: there is none. What is below it names a text. */
export const NO_ID = -1;
const NO_TEXTS: IdTexts = { idText: () => '' };

/** Where the ids stand that are no plain numbers. */
export interface IdTexts {
  /** Of a code below `NO_ID`. */
  idText(code: number): string;
}

/**
 * A trade that a recording hands out, an object that is used again. The text of an id costs more than all the rest of a trade, and hardly
 * anybody asks for it: it is made when it is asked for. Not a copy: it is valid while the listener runs.
 */
export class TradeView implements TradeEvent {
  readonly type = 'trade';
  instrument = 0 as InstrumentId;
  venueTimeUs = 0 as UnixUs;
  receiveTimeUs = 0 as UnixUs;
  price = 0 as PriceTicks;
  size = 0 as SizeLots;
  aggressor: Aggressor = 0;
  declare readonly tradeId: string;
  #id = NO_ID;
  #texts = NO_TEXTS;

  /** One function for all of them, or each would have a shape of its own, and code that meets many shapes is slow. */
  static readonly #getId = {
    enumerable: true,
    get(this: TradeView): string {
      if (this.#id >= 0) return String(this.#id);
      return this.#id === NO_ID ? '' : this.#texts.idText(this.#id);
    },
  };

  constructor() {
    // Of the object itself, so that a copy of it has the text.
    Object.defineProperty(this, 'tradeId', TradeView.#getId);
  }

  setId(code: number, texts: IdTexts): void {
    this.#id = code;
    this.#texts = texts;
  }

  /** The id where it is a whole number, `NO_ID` where there is none; NaN where it is known as text only. */
  static idOf(event: TradeEvent): number {
    if (!(#id in event)) return Number.NaN;
    const id = event.#id;
    return id >= NO_ID ? id : Number.NaN;
  }
}
