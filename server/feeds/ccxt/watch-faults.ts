import type { WatchKind } from './symbol-watch.ts';

/** What a kind lacks, and since when. */
interface Fault {
  readonly sentence: string;
  /** Its place in the order of all that was told. */
  readonly at: number;
  /** It was asked for again and has not failed since. */
  isAsked: boolean;
}

/**
 * Which of an instrument's streams through ccxt give something, and whether that is enough to show it as live. It tells nobody.
 *
 * A stream that failed is well again with its own data. Trades may not come for hours, though, and a ticker neither: once they are asked
 * for again, another stream that failed with them and is back proves that the connection is. A book is not vouched for by others: until
 * its own data come, its levels are those from before.
 */
export class WatchFaults {
  readonly #kinds: ReadonlySet<WatchKind>;
  readonly #faults = new Map<WatchKind, Fault>();
  /** Kinds that have given something. */
  readonly #heard = new Set<WatchKind>();
  /** Kinds that the exchange will not give, and why: the instrument is served without them. */
  readonly #over = new Map<WatchKind, string>();
  /** When a stream last came back after it had failed. */
  #provenAt = 0;
  #at = 0;

  constructor(kinds: Iterable<WatchKind>) {
    this.#kinds = new Set(kinds);
  }

  /** Whether the exchange has this kind and gives it. */
  gives(kind: WatchKind): boolean {
    return this.#kinds.has(kind) && !this.#over.has(kind);
  }

  onData(kind: WatchKind): void {
    this.#at += 1;
    this.#heard.add(kind);
    if (this.#faults.delete(kind)) this.#provenAt = this.#at;
    this.#clearProven();
  }

  onFault(kind: WatchKind, sentence: string): void {
    this.#at += 1;
    this.#heard.delete(kind);
    this.#faults.set(kind, { sentence, at: this.#at, isAsked: false });
  }

  /** The exchange will never give this kind. */
  onOver(kind: WatchKind, sentence: string): void {
    this.#heard.delete(kind);
    this.#faults.delete(kind);
    this.#over.set(kind, sentence);
  }

  /** A kind that failed is asked for again. */
  onAsked(kind: WatchKind): void {
    const fault = this.#faults.get(kind);
    if (fault !== undefined) fault.isAsked = true;
    this.#clearProven();
  }

  /** Why the instrument is not live: empty = it is, null = nothing of it has come yet and nothing is known to be wrong. */
  get reason(): string | null {
    if (this.#over.size === this.#kinds.size)
      return [...this.#over.values()][0] ?? 'ccxt can watch nothing of this exchange.';
    const [fault] = this.#faults.values();
    if (fault !== undefined) return fault.sentence;
    // A quiet market may be without trades for hours: prices of any kind show that it is served.
    return this.#heard.size > 0 ? '' : null;
  }

  #clearProven(): void {
    for (const [kind, { at, isAsked }] of this.#faults)
      if (kind !== 'book' && isAsked && this.#provenAt > at) this.#faults.delete(kind);
  }
}
