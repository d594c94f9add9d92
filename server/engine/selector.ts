import { LIMITS, type InstrumentDefinition, type InstrumentId } from '#protocol';
import { venueSymbol } from './dictionary.ts';

/** A selector with `*` or `venue:` in it. Venues are compared without regard to case, symbols with it. */
interface Pattern {
  readonly text: string;
  matches(instrument: InstrumentDefinition): boolean;
}

/** Where names are looked up. The dictionary is one. */
export interface NameIndex {
  /** Instruments of a symbol, or of a venue in lower case, a colon and a symbol. */
  named(name: string): readonly InstrumentId[];
  definition(id: InstrumentId): InstrumentDefinition;
}

/** What names stand for. */
export interface Found {
  /** In rising order. */
  readonly ids: readonly InstrumentId[];
  /** Selectors, as they were written, of which nothing is known. */
  readonly unmatched: string[];
}

/** What somebody may see, whatever they ask for. */
export interface Sight {
  sees(instrument: InstrumentDefinition): boolean;
}

const VENUE_PREFIX = 'venue:';
/** A list this short is searched nearly as fast as a set, and takes a quarter of its memory; only new instruments are looked for in it. */
const NAMES_IN_A_LIST = 128;

/**
 * A set of instruments described by text: `BTC-USD` (any venue), `coinbase:BTC-USD`, `BTC-*`, `venue:coinbase`, `*`, and with a
 * leading `!` what is left out again. Exact names are looked up, so thousands of them cost no more than one.
 */
export class SelectorSet {
  readonly #including = new SelectorGroup();
  #excluding: SelectorGroup | null = null;
  /** Takes the place of the groups once all that they name was looked up. */
  #names: readonly string[] | ReadonlySet<string> | null = null;
  #sight: Sight | null = null;

  /**
   * Null when a selector is empty, too long or holds control characters, when none includes anything, or when there are too many
   * with a `*`.
   */
  static parse(texts: readonly string[]): SelectorSet | null {
    const set = new SelectorSet();
    for (const text of texts) {
      const excludes = text.startsWith('!');
      const body = excludes ? text.slice(1) : text;
      if (body.length === 0 || text.length > LIMITS.selectorCharsMax || hasControlCharacter(body))
        return null;
      (excludes ? (set.#excluding ??= new SelectorGroup()) : set.#including).add(body);
    }
    if (set.#including.patterns + (set.#excluding?.patterns ?? 0) > LIMITS.selectorPatternsMax) return null;
    return set.#including.isEmpty ? null : set;
  }

  /** What cannot be seen it matches no more than what does not exist. Null = everything can be. */
  restrict(sight: Sight | null): void {
    this.#sight = sight;
  }

  matches(instrument: InstrumentDefinition): boolean {
    const isMeant =
      this.#names === null
        ? this.#including.matches(instrument) && this.#excluding?.matches(instrument) !== true
        : isNamed(this.#names, instrument);
    return isMeant && this.#sees(instrument);
  }

  /**
   * Where all selectors are names: looks them up, and from then on holds the index's own texts instead of those that came, because
   * thousands of viewers name the same instruments. Null where there is more to it; `matches` has to be asked then.
   */
  lookUp(index: NameIndex): Found | null {
    if (this.#excluding !== null || !this.#including.isOfNames) return null;
    // Another timeline: its index is another one.
    for (const name of this.#names ?? []) this.#including.add(name);
    const ids: InstrumentId[] = [];
    const names: string[] = [];
    const unmatched: string[] = [];
    for (const [key, text] of this.#including.names()) {
      const before = ids.length;
      for (const id of index.named(key)) if (this.#sees(index.definition(id))) ids.push(id);
      if (text !== key) {
        for (const id of index.named(text)) if (this.#sees(index.definition(id))) ids.push(id);
        names.push(key, text);
      } else {
        // The index's own text, where it is one of its symbols.
        const symbol = ids.length > before ? index.definition(ids[before]!).symbol : text;
        names.push(symbol === text ? symbol : key);
      }
      if (ids.length === before) unmatched.push(text);
    }
    this.#names = names.length > NAMES_IN_A_LIST ? new Set(names) : names;
    this.#including.clear();
    ids.sort((a, b) => a - b);
    return { ids: ids.filter((id, index) => id !== ids[index - 1]), unmatched };
  }

  #sees(instrument: InstrumentDefinition): boolean {
    return this.#sight === null || this.#sight.sees(instrument);
  }

  /** Including selectors that match none of these instruments. */
  unmatched(instruments: readonly InstrumentDefinition[]): string[] {
    return this.#including.unmatched(instruments);
  }
}

function isNamed(names: readonly string[] | ReadonlySet<string>, instrument: InstrumentDefinition): boolean {
  if (names instanceof Set) return names.has(instrument.symbol) || names.has(venueSymbol(instrument));
  const list = names as readonly string[];
  return list.includes(instrument.symbol) || list.includes(venueSymbol(instrument));
}

class SelectorGroup {
  /** `BTC-USD` and `coinbase:BTC-USD` with the venue in lower case, to the selector as it was written. */
  readonly #exact = new Map<string, string>();
  /** Symbols that hold a colon themselves (`BTC/USDT:USDT`), as they stand. */
  readonly #symbols = new Set<string>();
  /** Names after `venue:`, in lower case, to the selector as it was written. */
  readonly #venues = new Map<string, string>();
  /** By their text. */
  readonly #patterns = new Map<string, Pattern>();

  /** Whether it holds names only: no venue, no pattern. */
  get isOfNames(): boolean {
    return this.#venues.size === 0 && this.#patterns.size === 0;
  }

  /** As they are looked up, and as they were written. */
  names(): IterableIterator<[string, string]> {
    return this.#exact.entries();
  }

  clear(): void {
    this.#exact.clear();
    this.#symbols.clear();
  }

  get isEmpty(): boolean {
    return this.#exact.size === 0 && this.#venues.size === 0 && this.#patterns.size === 0;
  }

  get patterns(): number {
    return this.#patterns.size;
  }

  add(body: string): void {
    if (body.includes('*')) {
      this.#patterns.set(body, { text: body, matches: matcher(body) });
    } else if (body.startsWith(VENUE_PREFIX)) {
      this.#venues.set(body.slice(VENUE_PREFIX.length).toLowerCase(), body);
    } else {
      this.#exact.set(exactKey(body), body);
      if (body.includes(':')) this.#symbols.add(body);
    }
  }

  matches(instrument: InstrumentDefinition): boolean {
    const venue = instrument.venue.toLowerCase();
    return (
      this.#exact.has(instrument.symbol) ||
      this.#exact.has(`${venue}:${instrument.symbol}`) ||
      this.#symbols.has(instrument.symbol) ||
      this.#venues.has(venue) ||
      this.#matchesPattern(instrument)
    );
  }

  #matchesPattern(instrument: InstrumentDefinition): boolean {
    for (const pattern of this.#patterns.values()) if (pattern.matches(instrument)) return true;
    return false;
  }

  unmatched(instruments: readonly InstrumentDefinition[]): string[] {
    const names = new Set<string>();
    const venues = new Set<string>();
    for (const instrument of instruments) {
      const venue = instrument.venue.toLowerCase();
      names.add(instrument.symbol).add(`${venue}:${instrument.symbol}`);
      venues.add(venue);
    }
    const exact = [...this.#exact].filter(([key, text]) => !names.has(key) && !names.has(text));
    const wholeVenues = [...this.#venues].filter(([venue]) => !venues.has(venue));
    const patterns = [...this.#patterns.values()].filter(
      (pattern) => !instruments.some((instrument) => pattern.matches(instrument)),
    );
    return [...exact, ...wholeVenues].map(([, text]) => text).concat(patterns.map((pattern) => pattern.text));
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
