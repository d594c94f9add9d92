import { LIMITS, isGapOf, isSameGap, type GapMark, type InstrumentId } from '#protocol';

/**
 * The gaps of one timeline that are kept: the newest of all, and the newest of each instrument. Not the tape's, which has them all.
 * Invariant: bounded; a gap that is told twice is one.
 */
export class GapLog {
  readonly #newest: GapMark[] = [];
  readonly #byInstrument = new Map<InstrumentId, GapMark[]>();
  #count = 0;
  #onAdded: (mark: GapMark) => void = () => undefined;

  /** Gaps since the start. */
  get count(): number {
    return this.#count;
  }

  /** Newest last. */
  get newest(): readonly GapMark[] {
    return this.#newest;
  }

  listen(onAdded: (mark: GapMark) => void): void {
    this.#onAdded = onAdded;
  }

  /** False for one that is known. */
  add(mark: GapMark): boolean {
    const { instrument } = mark;
    const own = instrument === undefined ? undefined : this.#byInstrument.get(instrument);
    if ((own ?? this.#newest).some((known) => isSameGap(known, mark))) return false;
    this.#count += 1;
    keep(this.#newest, mark, LIMITS.gapMarksMax);
    if (own !== undefined) keep(own, mark, LIMITS.gapMarksPerInstrument);
    else if (instrument !== undefined) this.#byInstrument.set(instrument, [mark]);
    this.#onAdded(mark);
    return true;
  }

  /** Those of an instrument that touch the span. */
  between(instrument: InstrumentId, fromUs: number, toUs: number): GapMark[] {
    const ofAll = this.#newest.filter((mark) => mark.instrument === undefined && isGapOf(mark, instrument));
    return [...ofAll, ...(this.#byInstrument.get(instrument) ?? [])].filter(
      ({ fromTimeUs, toTimeUs }) => fromTimeUs <= toUs && toTimeUs >= fromUs,
    );
  }

  clear(): void {
    this.#newest.length = 0;
    this.#byInstrument.clear();
  }
}

function keep(marks: GapMark[], mark: GapMark, most: number): void {
  marks.push(mark);
  if (marks.length > most) marks.shift();
}
