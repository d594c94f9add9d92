import type { InstrumentId, StaleInstrument } from '#protocol';
import type { Cancel, Clock } from '../engine/ports.ts';

/** A lost connection makes all of its instruments stale at once: they are told together. */
const GATHER_MS = 50;

/** The instruments of a timeline that cannot be trusted now, and when viewers have to hear of a change. */
export class StaleInstruments {
  readonly #clock: Clock;
  readonly #reasons = new Map<InstrumentId, string>();
  #onChange: () => void = () => undefined;
  #timer: Cancel | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param onChange called soon after the list has changed */
  listen(onChange: () => void): void {
    this.#onChange = onChange;
  }

  /** @param reason one sentence; empty = it can be trusted */
  set(instrument: InstrumentId, reason: string): void {
    if ((this.#reasons.get(instrument) ?? '') === reason) return;
    if (reason === '') this.#reasons.delete(instrument);
    else this.#reasons.set(instrument, reason);
    this.#timer ??= this.#clock.after(GATHER_MS, () => {
      this.#timer = null;
      this.#onChange();
    });
  }

  list(): StaleInstrument[] {
    return [...this.#reasons].map(([instrument, reason]) => ({ instrument, reason }));
  }

  close(): void {
    this.#timer?.();
    this.#timer = null;
  }
}
