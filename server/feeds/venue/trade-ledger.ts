import type { VenueFacts } from './ports.ts';

/** Runs of contiguous ids kept per instrument; holes older than these count as told. */
const RUNS_MAX = 64;
/** Ids kept per instrument where they are not contiguous: beyond what a venue repeats after a reconnect. */
const IDS_MAX = 1_024;

export type TradeVerdict =
  | 'new'
  | 'duplicate'
  /** Older than one that was taken before, and not taken yet. */
  | 'late'
  /** Newer, but ids in between are missing: see `hole`. */
  | 'hole';

/** Ids that are missing, both ends included. */
export interface IdHole {
  readonly fromId: number;
  readonly toId: number;
}

interface Seen {
  verdict(id: string): TradeVerdict;
  take(id: string): void;
}

/**
 * Which trades were taken, by the venue's ids, over all connections of a feed. It keeps no trades.
 * Invariant: a trade with an id is `new` or `late` once, however often and over however many connections it comes.
 */
export class TradeLedger {
  readonly #kind: VenueFacts['tradeIds'];
  readonly #seen = new Map<string, Seen>();

  constructor(kind: VenueFacts['tradeIds']) {
    this.#kind = kind;
  }

  verdict(symbol: string, id: string): TradeVerdict {
    return id === '' || this.#kind === 'none' ? 'new' : this.#of(symbol).verdict(id);
  }

  /** Whether the next id of a symbol tells what is missing before it. */
  counts(symbol: string): boolean {
    const seen = this.#seen.get(symbol);
    return seen instanceof SeenRuns && seen.hasAny;
  }

  /** Whether this is the newest that was taken: nothing is missing before what comes now. */
  isNewest(symbol: string, id: string): boolean {
    const seen = this.#seen.get(symbol);
    return seen instanceof SeenRuns && seen.newest === Number(id);
  }

  take(symbol: string, id: string): void {
    if (id !== '' && this.#kind !== 'none') this.#of(symbol).take(id);
  }

  /** What is missing before a trade that was found to be behind a `hole`. */
  hole(symbol: string, id: string): IdHole | null {
    const seen = this.#of(symbol);
    return seen instanceof SeenRuns ? seen.hole(Number(id)) : null;
  }

  #of(symbol: string): Seen {
    let seen = this.#seen.get(symbol);
    if (seen === undefined) {
      seen = this.#kind === 'contiguous' ? new SeenRuns() : new SeenIds(this.#kind === 'increasing');
      this.#seen.set(symbol, seen);
    }
    return seen;
  }
}

/** Contiguous ids as runs from..to, oldest first: a day without loss is two numbers. */
class SeenRuns implements Seen {
  readonly #runs: number[] = [];
  /** Ids that are no whole numbers of 53 bits have no next one; told apart all the same. */
  readonly #others = new SeenIds(false);
  /** Ids below were given up: whatever comes of them is taken for a repetition. */
  #floor = -Infinity;

  get hasAny(): boolean {
    return this.#runs.length > 0;
  }

  get newest(): number | undefined {
    return this.#runs.at(-1);
  }

  verdict(text: string): TradeVerdict {
    const id = Number(text);
    if (!Number.isSafeInteger(id)) return this.#others.verdict(text);
    const last = this.#runs.at(-1);
    if (last === undefined || id === last + 1) return 'new';
    if (id > last) return 'hole';
    return id < this.#floor || this.#find(id) >= 0 ? 'duplicate' : 'late';
  }

  take(text: string): void {
    const id = Number(text);
    if (!Number.isSafeInteger(id)) return this.#others.take(text);
    const runs = this.#runs;
    if (runs.length > 0 && id === runs.at(-1)! + 1) {
      runs[runs.length - 1] = id;
      return;
    }
    let at = runs.length;
    while (at > 0 && runs[at - 2]! > id) at -= 2;
    const touchesBefore = at > 0 && runs[at - 1]! >= id - 1;
    const touchesAfter = at < runs.length && runs[at] === id + 1;
    if (touchesBefore && touchesAfter) runs.splice(at - 1, 2);
    else if (touchesBefore) runs[at - 1] = Math.max(runs[at - 1]!, id);
    else if (touchesAfter) runs[at] = id;
    else runs.splice(at, 0, id, id);
    if (runs.length > 2 * RUNS_MAX) {
      runs.splice(0, 2);
      this.#floor = runs[0]!;
    }
  }

  hole(id: number): IdHole | null {
    const last = this.#runs.at(-1);
    return last === undefined || id <= last + 1 ? null : { fromId: last + 1, toId: id - 1 };
  }

  #find(id: number): number {
    for (let at = this.#runs.length - 2; at >= 0; at -= 2) {
      if (id >= this.#runs[at]! && id <= this.#runs[at + 1]!) return at;
    }
    return -1;
  }
}

/** The newest ids, in the order in which they came. */
class SeenIds implements Seen {
  readonly #ids = new Set<string>();
  readonly #increase: boolean;
  #largest = '';
  /** Larger than every id that was let go of. */
  #floor = '';

  constructor(increase: boolean) {
    this.#increase = increase;
  }

  verdict(id: string): TradeVerdict {
    if (this.#ids.has(id)) return 'duplicate';
    if (!this.#increase || this.#largest === '' || isLess(this.#largest, id)) return 'new';
    return this.#floor !== '' && isLess(id, this.#floor) ? 'duplicate' : 'late';
  }

  take(id: string): void {
    this.#ids.add(id);
    if (this.#largest === '' || isLess(this.#largest, id)) this.#largest = id;
    if (this.#ids.size <= IDS_MAX) return;
    const oldest = this.#ids.values().next().value!;
    this.#ids.delete(oldest);
    if (this.#floor === '' || isLess(this.#floor, oldest)) this.#floor = oldest;
  }
}

/** Compares ids as the numbers that they are, of any length. */
function isLess(a: string, b: string): boolean {
  return a.length === b.length ? a < b : a.length < b.length;
}
