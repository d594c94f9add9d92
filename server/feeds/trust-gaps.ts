import { unixUs, type GapReason, type InstrumentId } from '#protocol';
import type { FeedGap } from '../engine/ports.ts';

interface Dark {
  readonly fromUs: number;
  readonly reason: GapReason;
}

/**
 * Makes gaps of the times in which what is wanted of one feed could not be trusted: of the whole feed while nothing of it was live, and of
 * each instrument where the feed does not tell its own. What nobody wants is no gap, nor is the time before anything came.
 */
export class TrustGaps {
  readonly #tell: (gap: FeedGap) => void;
  readonly #tellsInstruments: boolean;
  readonly #wanted = new Set<InstrumentId>();
  readonly #live = new Set<InstrumentId>();
  readonly #dark = new Map<InstrumentId, Dark>();
  #away: Dark | null = null;

  constructor(tell: (gap: FeedGap) => void, tellsInstruments: boolean) {
    this.#tell = tell;
    this.#tellsInstruments = tellsInstruments;
  }

  /** @param isLive whether it can be trusted from the start, for feeds that never say so */
  want(instrument: InstrumentId, isLive: boolean): void {
    this.#wanted.add(instrument);
    if (isLive) this.#live.add(instrument);
  }

  /** Called before the feed hears of it. */
  leave(instruments: readonly InstrumentId[]): void {
    for (const id of instruments) {
      this.#wanted.delete(id);
      this.#live.delete(id);
      this.#dark.delete(id);
    }
    // Nothing that could be missed is left.
    if (this.#wanted.size === 0) this.#away = null;
  }

  /** @param lifeUs when the feed last showed that it lives; 0 = never */
  set(
    instrument: InstrumentId,
    isTrusted: boolean,
    cause: GapReason | 'late',
    lifeUs: number,
    nowUs: number,
  ): void {
    if (!this.#wanted.has(instrument)) return;
    if (isTrusted) return this.#lit(instrument, nowUs);
    // Nothing is missing yet; when it is, that is told with its own cause.
    if (cause === 'late') return;
    if (!this.#live.delete(instrument) || lifeUs === 0) return;
    const dark: Dark = { fromUs: Math.min(lifeUs, nowUs), reason: cause };
    if (this.#tellsInstruments) this.#dark.set(instrument, dark);
    if (this.#live.size === 0) this.#away ??= dark;
  }

  #lit(instrument: InstrumentId, nowUs: number): void {
    this.#live.add(instrument);
    const away = this.#away;
    this.#away = null;
    if (away !== null) this.#tell(gapOf(away, nowUs));
    const dark = this.#dark.get(instrument);
    if (dark === undefined) return;
    this.#dark.delete(instrument);
    this.#tell({ instrument, ...gapOf(dark, nowUs) });
  }
}

function gapOf({ fromUs, reason }: Dark, toUs: number): FeedGap {
  return { fromTimeUs: unixUs(fromUs), toTimeUs: unixUs(toUs), reason };
}
