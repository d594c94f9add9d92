import { invariant } from '#protocol';
import type { Sfc32 } from './random.ts';

/**
 * Draws an index in proportion to fixed weights in constant time (A. J. Walker's alias method, Vose's construction).
 * Invariant: the weights never change after construction.
 */
export class AliasSampler {
  readonly #values: Int32Array;
  readonly #keep: Float64Array;
  readonly #alias: Int32Array;

  /** `values[k]` is drawn with probability `weights[k]` / sum of the weights. */
  constructor(values: readonly number[], weights: readonly number[]) {
    const count = values.length;
    invariant(count > 0 && weights.length === count, 'every value to draw from has one weight');
    const mean = weights.reduce((sum, weight) => sum + weight, 0) / count;
    this.#values = Int32Array.from(values);
    this.#keep = Float64Array.from(weights, (weight) => weight / mean);
    this.#alias = Int32Array.from({ length: count }, (_, slot) => slot);
    const poor: number[] = [];
    const rich: number[] = [];
    this.#keep.forEach((share, slot) => (share < 1 ? poor : rich).push(slot));
    while (poor.length > 0 && rich.length > 0) {
      const taker = poor.pop()!;
      const giver = rich.pop()!;
      this.#alias[taker] = giver;
      const left = this.#keep[giver]! + this.#keep[taker]! - 1;
      this.#keep[giver] = left;
      (left < 1 ? poor : rich).push(giver);
    }
    for (const slot of [...poor, ...rich]) this.#keep[slot] = 1;
  }

  draw(random: Sfc32): number {
    const place = random.unit() * this.#values.length;
    const slot = Math.floor(place);
    return this.#values[place - slot < this.#keep[slot]! ? slot : this.#alias[slot]!]!;
  }
}
