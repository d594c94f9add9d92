export interface SequenceVerdict {
  /** False for a trade that was already seen. */
  fresh: boolean;
  /** Trades missing between the last one and this one. */
  lost: number;
}

const SEEN: SequenceVerdict = { fresh: false, lost: 0 };
const NEXT: SequenceVerdict = { fresh: true, lost: 0 };

/** The last trade number of each followed instrument. Finds repeats (after a resume) and holes; keeps no trades. */
export class TradeSequences {
  readonly #last = new Map<number, number>();

  /** Judges one trade and remembers it. The first trade of an instrument is taken as it comes. */
  take(instrument: number, seq: number): SequenceVerdict {
    const last = this.#last.get(instrument);
    if (last !== undefined && seq <= last) return SEEN;
    this.#last.set(instrument, seq);
    return last === undefined || seq === last + 1 ? NEXT : { fresh: true, lost: seq - last - 1 };
  }

  /** The server says that these trades are gone. Returns how many of them were not yet known as lost or seen. */
  lose(instrument: number, fromSeq: number, toSeq: number): number {
    const last = this.#last.get(instrument) ?? fromSeq - 1;
    const lost = toSeq - Math.max(last, fromSeq - 1);
    if (lost <= 0) return 0;
    this.#last.set(instrument, toSeq);
    return lost;
  }

  /** Nobody follows these any more: what happens from here on is no hole. */
  forget(matches: (instrument: number) => boolean): void {
    for (const instrument of this.#last.keys()) if (matches(instrument)) this.#last.delete(instrument);
  }

  clear(): void {
    this.#last.clear();
  }
}
