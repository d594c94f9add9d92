import type { FeedState, GapReason, InstrumentId } from '#protocol';

type TellTrust = (instrument: InstrumentId, reason: string, cause: GapReason | 'late') => void;

/**
 * Which instruments of one feed cannot be trusted, and why: because the feed says so of one, or because the whole of it is down.
 * Invariant: every change of an instrument's reason is told once; empty = it can be trusted.
 */
export class FeedTrust {
  readonly #tell: TellTrust;
  readonly #own = new Map<InstrumentId, string>();
  #whole = '';

  constructor(tell: TellTrust) {
    this.#tell = tell;
  }

  /** Instruments that the feed made known. */
  get instruments(): InstrumentId[] {
    return [...this.#own.keys()];
  }

  add(instrument: InstrumentId): void {
    if (this.#own.has(instrument)) return;
    this.#own.set(instrument, '');
    if (this.#whole !== '') this.#tell(instrument, this.#whole, 'cut');
  }

  set(instrument: InstrumentId, reason: string, cause: GapReason | 'late' = 'cut'): void {
    const before = this.reason(instrument);
    this.#own.set(instrument, reason);
    const now = this.reason(instrument);
    if (now !== before) this.#tell(instrument, now, cause);
  }

  /** What the feed says of itself: one that is down or stale brings nothing that can be trusted. */
  state(state: FeedState, message: string): void {
    const isGood = state === 'live' || state === 'connecting';
    const whole = isGood ? '' : message || `The feed is ${state}.`;
    if (whole === this.#whole) return;
    const before = this.#whole;
    this.#whole = whole;
    for (const [instrument, own] of this.#own)
      if ((own || before) !== (own || whole)) this.#tell(instrument, own || whole, 'cut');
  }

  reason(instrument: InstrumentId): string {
    return this.#own.get(instrument) || this.#whole;
  }
}
