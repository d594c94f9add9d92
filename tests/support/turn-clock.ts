import type { Cancel } from '../../server/engine/ports.ts';
import { ManualClock } from './manual-clock.ts';

/** A manual clock whose `soon` waits for `turn`: what lies between two turns of the event loop can be looked at. */
export class TurnClock extends ManualClock {
  #soon: { run: () => void }[] = [];

  /** Pieces of work that wait for the next turn. */
  get waiting(): number {
    return this.#soon.length;
  }

  override soon(run: () => void): Cancel {
    const piece = { run };
    this.#soon.push(piece);
    return () => {
      this.#soon = this.#soon.filter((waiting) => waiting !== piece);
    };
  }

  /** One turn: what waits now is run, what comes of it waits for the next. */
  turn(): void {
    const now = this.#soon;
    this.#soon = [];
    for (const { run } of now) run();
  }

  /** Turns until nothing waits; returns how many it took. */
  settle(): number {
    let turns = 0;
    for (; this.#soon.length > 0; turns += 1) this.turn();
    return turns;
  }
}
