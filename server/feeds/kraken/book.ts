import { CRC_START, crcValue } from './checksum.ts';
import { comparePrices, KrakenSide } from './side.ts';
import type { KrakenLevel } from './wire.ts';

export interface BookSides {
  readonly bids: KrakenLevel[];
  readonly asks: KrakenLevel[];
}

/**
 * One symbol's book as its venue has it, to check it and to know which levels fall off its depth. Not the book that viewers see: that one
 * gets what changed.
 */
export class KrakenBook {
  readonly #bids: KrakenSide;
  readonly #asks: KrakenSide;

  /** @param depth levels a side that were subscribed */
  constructor(depth: number) {
    this.#bids = new KrakenSide(-1, depth);
    this.#asks = new KrakenSide(1, depth);
  }

  /** Returns what changed, what fell off the depth included. */
  apply({ bids, asks }: BookSides): BookSides {
    return { bids: this.#bids.apply(bids), asks: this.#asks.apply(asks) };
  }

  /** KR4: asks first. */
  get checksum(): number {
    return crcValue(this.#bids.crc(this.#asks.crc(CRC_START)));
  }

  get isCrossed(): boolean {
    const { price: bid } = this.#bids;
    const { price: ask } = this.#asks;
    return bid !== '' && ask !== '' && comparePrices(bid, ask) >= 0;
  }
}
