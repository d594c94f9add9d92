import type { BinanceLevel, BinancePayload } from './wire.ts';

const QUOTE = 34;
const COMMA = 44;
const ZERO = 48;
const NINE = 57;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const CLOSE_BRACE = 125;
/** Digits that a JS number holds whatever they are. */
const DIGITS_MAX = 15;

const STREAM = '{"stream":"';
const DATA = ',"data":{';

/** All members of `data` that are of use, so that every frame has one shape. */
class Payload implements BinancePayload {
  e: unknown = undefined;
  E: unknown = undefined;
  s: unknown = undefined;
  T: unknown = undefined;
  t: unknown = undefined;
  p: unknown = undefined;
  q: unknown = undefined;
  m: unknown = undefined;
  a: unknown = undefined;
  A: unknown = undefined;
  b: unknown = undefined;
  B: unknown = undefined;
  U: unknown = undefined;
  u: unknown = undefined;
  o: unknown = undefined;
  h: unknown = undefined;
  l: unknown = undefined;
  v: unknown = undefined;
}

/**
 * Reads the frames that come by the thousand (`trade`, `aggTrade`, `bookTicker`, `depthUpdate`, `24hrTicker` of a combined stream) in half
 * the time of `JSON.parse`. Not a JSON parser: it knows members of one letter, text without escapes, whole numbers, words and levels.
 *
 * Invariant: what it returns has the members of use as `JSON.parse` would give them; null for anything that it does not know, which is then parsed.
 */
export class FrameText {
  #text = '';
  #at = 0;

  /** The payload, without what BN1 wraps around it. */
  read(text: string): BinancePayload | null {
    if (!text.startsWith(STREAM) || text.includes('\\')) return null;
    const end = text.indexOf('"', STREAM.length);
    if (!text.startsWith(DATA, end + 1)) return null;
    this.#text = text;
    this.#at = end + 1 + DATA.length;
    const payload = this.#members();
    // One more brace, and nothing behind it.
    if (this.#at !== text.length - 1 || text.charCodeAt(this.#at) !== CLOSE_BRACE) return null;
    // Of what says itself what it is nothing else is needed; for the rest the name of its stream is.
    return payload?.e !== undefined || (payload?.u !== undefined && payload.s !== undefined) ? payload : null;
  }

  #members(): Payload | null {
    const text = this.#text;
    const payload = new Payload();
    for (;;) {
      const at = this.#at;
      // `"e":`
      const letter = text.charCodeAt(at + 1);
      if (text.charCodeAt(at) !== QUOTE || !isLetter(letter) || !text.startsWith('":', at + 2)) return null;
      this.#at = at + 4;
      const value = this.#value();
      if (value === undefined) return null;
      set(payload, letter, value);
      const next = text.charCodeAt(this.#at);
      this.#at += 1;
      if (next === CLOSE_BRACE) return payload;
      if (next !== COMMA) return null;
    }
  }

  /** Undefined for what it does not know. */
  #value(): unknown {
    const text = this.#text;
    const from = this.#at;
    const first = text.charCodeAt(from);
    if (first === QUOTE) return this.#string();
    if (first === OPEN_BRACKET) return this.#levels();
    if (first > ZERO && first <= NINE) return this.#whole();
    if (text.startsWith('true', from)) {
      this.#at = from + 4;
      return true;
    }
    if (text.startsWith('false', from)) {
      this.#at = from + 5;
      return false;
    }
    return undefined;
  }

  #string(): string | undefined {
    const from = this.#at + 1;
    const end = this.#text.indexOf('"', from);
    if (end < 0) return undefined;
    this.#at = end + 1;
    return this.#text.slice(from, end);
  }

  #whole(): number | undefined {
    const text = this.#text;
    const from = this.#at;
    let at = from;
    let value = 0;
    for (;;) {
      const digit = text.charCodeAt(at) - ZERO;
      if (!(digit >= 0 && digit <= 9)) break;
      value = value * 10 + digit;
      at += 1;
    }
    this.#at = at;
    if (at - from <= DIGITS_MAX) return value;
    // Microseconds have 16 digits. What is no number in full is left to the parser.
    return Number.isSafeInteger(value) ? value : undefined;
  }

  /** `[["61737.63000000","0.00000000"],...]` */
  #levels(): BinanceLevel[] | undefined {
    const text = this.#text;
    const levels: BinanceLevel[] = [];
    let at = this.#at + 1;
    if (text.charCodeAt(at) === CLOSE_BRACKET) {
      this.#at = at + 1;
      return levels;
    }
    for (;;) {
      if (!text.startsWith('["', at)) return undefined;
      const priceEnd = text.indexOf('"', at + 2);
      if (!text.startsWith(',"', priceEnd + 1)) return undefined;
      const sizeEnd = text.indexOf('"', priceEnd + 3);
      if (sizeEnd < 0 || text.charCodeAt(sizeEnd + 1) !== CLOSE_BRACKET) return undefined;
      levels.push([text.slice(at + 2, priceEnd), text.slice(priceEnd + 3, sizeEnd)]);
      const next = text.charCodeAt(sizeEnd + 2);
      at = sizeEnd + 3;
      if (next === CLOSE_BRACKET) {
        this.#at = at;
        return levels;
      }
      if (next !== COMMA) return undefined;
    }
  }
}

function isLetter(code: number): boolean {
  const lower = code | 32;
  return lower >= 97 && lower <= 122;
}

/** By the letter's code: a name that is computed would cost as much as all else. */
function set(payload: Payload, letter: number, value: unknown): void {
  switch (letter) {
    case 101:
      payload.e = value;
      return;
    case 69:
      payload.E = value;
      return;
    case 115:
      payload.s = value;
      return;
    case 84:
      payload.T = value;
      return;
    case 116:
      payload.t = value;
      return;
    case 112:
      payload.p = value;
      return;
    case 113:
      payload.q = value;
      return;
    case 109:
      payload.m = value;
      return;
    case 97:
      payload.a = value;
      return;
    case 65:
      payload.A = value;
      return;
    case 98:
      payload.b = value;
      return;
    case 66:
      payload.B = value;
      return;
    case 85:
      payload.U = value;
      return;
    case 117:
      payload.u = value;
      return;
    case 111:
      payload.o = value;
      return;
    case 104:
      payload.h = value;
      return;
    case 108:
      payload.l = value;
      return;
    case 118:
      payload.v = value;
      return;
    default:
  }
}
