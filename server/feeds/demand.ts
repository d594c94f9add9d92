import type { InstrumentId } from '#protocol';
import type { Cancel, Clock } from '../engine/ports.ts';

/** An instrument is let go this long after the last who wanted it: pages are reloaded, and lists are changed. */
export const LET_GO_MS = 30_000;

/**
 * Which instruments somebody wants: viewers, a recording, an alert. Not who.
 * Invariant: `onWanted` and `onUnwanted` alternate for each instrument, the first hold begins, and the last one's end is told 30 s later.
 */
export class Demand {
  readonly #clock: Clock;
  readonly #onWanted: (instruments: readonly InstrumentId[]) => void;
  readonly #onUnwanted: (instruments: readonly InstrumentId[]) => void;
  readonly #holds = new Map<InstrumentId, number>();
  /** When those are let go that nobody holds any more, oldest first. */
  readonly #leaving = new Map<InstrumentId, number>();
  #timer: Cancel | null = null;
  #isClosed = false;

  constructor(options: {
    clock: Clock;
    onWanted: (instruments: readonly InstrumentId[]) => void;
    onUnwanted: (instruments: readonly InstrumentId[]) => void;
  }) {
    this.#clock = options.clock;
    this.#onWanted = options.onWanted;
    this.#onUnwanted = options.onUnwanted;
  }

  isWanted(instrument: InstrumentId): boolean {
    return this.#holds.has(instrument) || this.#leaving.has(instrument);
  }

  /** Wants these until it is cancelled. */
  hold(instruments: readonly InstrumentId[]): Cancel {
    const held = [...instruments];
    const first: InstrumentId[] = [];
    for (const id of held) {
      const holds = this.#holds.get(id) ?? 0;
      this.#holds.set(id, holds + 1);
      if (holds === 0 && !this.#leaving.delete(id)) first.push(id);
    }
    if (first.length > 0) this.#onWanted(first);
    return () => this.#release(held.splice(0));
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.();
    this.#timer = null;
  }

  #release(instruments: readonly InstrumentId[]): void {
    if (this.#isClosed) return;
    const atUs = this.#clock.nowUs() + LET_GO_MS * 1000;
    for (const id of instruments) {
      const holds = this.#holds.get(id)! - 1;
      if (holds > 0) {
        this.#holds.set(id, holds);
        continue;
      }
      this.#holds.delete(id);
      this.#leaving.set(id, atUs);
    }
    this.#timer ??= this.#clock.after(LET_GO_MS, () => this.#letGo());
  }

  #letGo(): void {
    this.#timer = null;
    const nowUs = this.#clock.nowUs();
    const gone: InstrumentId[] = [];
    let nextUs = Infinity;
    for (const [id, atUs] of this.#leaving) {
      if (atUs <= nowUs) gone.push(id);
      else nextUs = Math.min(nextUs, atUs);
    }
    for (const id of gone) this.#leaving.delete(id);
    if (nextUs < Infinity) this.#timer = this.#clock.after((nextUs - nowUs) / 1000, () => this.#letGo());
    if (gone.length > 0) this.#onUnwanted(gone);
  }
}
