import { LIMITS, type InstrumentDefinition } from '#protocol';

/** A selector with `*` or `venue:` in it. Venues are compared without regard to case, symbols with it. */
interface Pattern {
  readonly text: string;
  matches(instrument: InstrumentDefinition): boolean;
}

const VENUE_PREFIX = 'venue:';

/**
 * A set of instruments described by text: `BTC-USD` (any venue), `coinbase:BTC-USD`, `BTC-*`, `venue:coinbase`, `*`, and with a
 * leading `!` what is left out again. Exact names are looked up, so thousands of them cost no more than one.
 */
export class SelectorSet {
  readonly #including = new SelectorGroup();
  readonly #excluding = new SelectorGroup();

  /** Null when a selector is empty, too long or holds control characters, or when none includes anything. */
  static parse(texts: readonly string[]): SelectorSet | null {
    const set = new SelectorSet();
    for (const text of texts) {
      const excludes = text.startsWith('!');
      const body = excludes ? text.slice(1) : text;
      if (body.length === 0 || text.length > LIMITS.selectorCharsMax || hasControlCharacter(body))
        return null;
      (excludes ? set.#excluding : set.#including).add(body);
    }
    return set.#including.isEmpty ? null : set;
  }

  matches(instrument: InstrumentDefinition): boolean {
    return this.#including.matches(instrument) && !this.#excluding.matches(instrument);
  }

  /** Including selectors that match none of these instruments. */
  unmatched(instruments: readonly InstrumentDefinition[]): string[] {
    return this.#including.unmatched(instruments);
  }
}

class SelectorGroup {
  /** `BTC-USD` and `coinbase:BTC-USD` as they stand, the venue in lower case. */
  readonly #exact = new Set<string>();
  readonly #patterns: Pattern[] = [];

  get isEmpty(): boolean {
    return this.#exact.size === 0 && this.#patterns.length === 0;
  }

  add(body: string): void {
    if (body.startsWith(VENUE_PREFIX) || body.includes('*'))
      this.#patterns.push({ text: body, matches: matcher(body) });
    else this.#exact.add(exactKey(body));
  }

  matches(instrument: InstrumentDefinition): boolean {
    return (
      this.#exact.has(instrument.symbol) ||
      this.#exact.has(`${instrument.venue.toLowerCase()}:${instrument.symbol}`) ||
      this.#patterns.some((pattern) => pattern.matches(instrument))
    );
  }

  unmatched(instruments: readonly InstrumentDefinition[]): string[] {
    const names = new Set<string>();
    for (const { venue, symbol } of instruments) names.add(symbol).add(`${venue.toLowerCase()}:${symbol}`);
    const patterns = this.#patterns.filter(
      (pattern) => !instruments.some((instrument) => pattern.matches(instrument)),
    );
    return [...this.#exact]
      .filter((name) => !names.has(name))
      .concat(patterns.map((pattern) => pattern.text));
  }
}

function exactKey(body: string): string {
  const colon = body.indexOf(':');
  return colon < 0 ? body : `${body.slice(0, colon).toLowerCase()}${body.slice(colon)}`;
}

function hasControlCharacter(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) < 0x20) return true;
  return false;
}

function matcher(body: string): (instrument: InstrumentDefinition) => boolean {
  if (body === '*') return () => true;
  if (body.startsWith(VENUE_PREFIX)) {
    const venue = glob(body.slice(VENUE_PREFIX.length).toLowerCase());
    return (instrument) => venue(instrument.venue.toLowerCase());
  }
  const symbolOnly = glob(body);
  const colon = body.indexOf(':');
  if (colon < 0) return (instrument) => symbolOnly(instrument.symbol);
  const venue = glob(body.slice(0, colon).toLowerCase());
  const symbol = glob(body.slice(colon + 1));
  return (instrument) =>
    (venue(instrument.venue.toLowerCase()) && symbol(instrument.symbol)) || symbolOnly(instrument.symbol);
}

/** Matches text in which `*` stands for any run of characters. Linear: there is no backtracking to exploit. */
function glob(pattern: string): (text: string) => boolean {
  const parts = pattern.split('*');
  if (parts.length === 1) return (text) => text === pattern;
  const head = parts[0]!;
  const tail = parts[parts.length - 1]!;
  const middle = parts.slice(1, -1).filter((part) => part.length > 0);
  return (text) => {
    if (text.length < head.length + tail.length || !text.startsWith(head) || !text.endsWith(tail))
      return false;
    let at = head.length;
    const end = text.length - tail.length;
    for (const part of middle) {
      const found = text.indexOf(part, at);
      if (found < 0 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
}
