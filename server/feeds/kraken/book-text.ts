import { DECIMAL_LENGTH_MAX } from './map.ts';
import type { KrakenLevel } from './wire.ts';

const COMMA = 44;
const ZERO = 48;
const NINE = 57;
const CLOSE_BRACKET = 93;

const BOOK = '{"channel":"book","type":"';
const SYMBOL = '","data":[{"symbol":"';
const BIDS = '","bids":[';
const ASKS = ',"asks":[';
const CHECKSUM = ',"checksum":';
const TIMESTAMP = ',"timestamp":"';
const END = '"}]}';
const PRICE = '{"price":';
const QTY = ',"qty":';

/** A frame of the channel `book` with one book in it, as the venue always sends it. Numbers are the text that they were. */
export interface BookFrame {
  readonly isSnapshot: boolean;
  readonly symbol: string;
  readonly bids: KrakenLevel[];
  readonly asks: KrakenLevel[];
  readonly checksum: string;
  readonly timestamp: string;
}

/**
 * Reads a book's frames, nearly all that come, in a third of the time of `JSON.parse`: straight to levels. Not a JSON parser: it knows one
 * order of members and no exponents, and returns null for everything else, which `NumberText` then reads.
 */
export class BookText {
  #text = '';
  #at = 0;

  read(text: string): BookFrame | null {
    // 1e-08 is written out by the slower way.
    if (!text.startsWith(BOOK) || text.includes('e-')) return null;
    this.#text = text;
    this.#at = BOOK.length;
    const type = this.#until(SYMBOL);
    const symbol = this.#until(BIDS);
    if ((type !== 'snapshot' && type !== 'update') || symbol === null || symbol.includes('\\')) return null;
    const bids = this.#levels();
    if (bids === null || !this.#skip(ASKS)) return null;
    const asks = this.#levels();
    if (asks === null || !this.#skip(CHECKSUM)) return null;
    const checksum = this.#number(this.#at, ',');
    if (checksum === null || !this.#skip(TIMESTAMP)) return null;
    const timestamp = text.slice(this.#at, -END.length);
    if (!text.endsWith(END) || timestamp.includes('"')) return null;
    return { isSnapshot: type === 'snapshot', symbol, bids, asks, checksum, timestamp };
  }

  /** The text before `mark`, which is skipped; null when there is none. */
  #until(mark: string): string | null {
    const from = this.#at;
    const end = this.#text.indexOf('"', from);
    if (end < 0 || !this.#text.startsWith(mark, end)) return null;
    this.#at = end + mark.length;
    return this.#text.slice(from, end);
  }

  #skip(mark: string): boolean {
    if (!this.#text.startsWith(mark, this.#at)) return false;
    this.#at += mark.length;
    return true;
  }

  /** `{"price":0.0294,"qty":22500.50544743},...]` */
  #levels(): KrakenLevel[] | null {
    const text = this.#text;
    const levels: KrakenLevel[] = [];
    let at = this.#at;
    if (text.charCodeAt(at) === CLOSE_BRACKET) {
      this.#at = at + 1;
      return levels;
    }
    for (;;) {
      if (!text.startsWith(PRICE, at)) return null;
      const price = this.#number(at + PRICE.length, ',');
      if (price === null || !text.startsWith(QTY, this.#at)) return null;
      const qty = this.#number(this.#at + QTY.length, '}');
      if (qty === null) return null;
      levels.push([price, qty]);
      at = this.#at + 2;
      const next = text.charCodeAt(at - 1);
      if (next === CLOSE_BRACKET) {
        this.#at = at;
        return levels;
      }
      if (next !== COMMA) return null;
    }
  }

  /** The text from here to `end`, which is not skipped; null when it cannot be a number of 0 or more. */
  #number(from: number, end: string): string | null {
    const text = this.#text;
    const to = text.indexOf(end, from);
    const first = text.charCodeAt(from);
    if (!(first >= ZERO && first <= NINE) || to < 0 || to - from > DECIMAL_LENGTH_MAX) return null;
    const last = text.charCodeAt(to - 1);
    this.#at = to;
    // What lies between is not looked at here: text that is no number gives no number and no right checksum.
    return last >= ZERO && last <= NINE ? text.slice(from, to) : null;
  }
}
