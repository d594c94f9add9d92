import { Bzip2Damage, Bzip2Ended } from './bzip2-bits.ts';
import { Bzip2Stream } from './bzip2-stream.ts';
import { cutData, damagedData, type ReadPlace } from './packed-faults.ts';

/** Drives a bzip2 stream and makes sentences of its faults. What comes before a fault has been handed on when the fault is told. */
export class Bzip2Inflater {
  readonly #label: string;
  readonly #place: ReadPlace;
  readonly #stream = new Bzip2Stream();

  constructor(label: string, place: ReadPlace) {
    this.#label = label;
    this.#place = place;
  }

  *take(chunk: Uint8Array): Generator<Uint8Array> {
    try {
      yield* this.#stream.take(chunk);
    } catch (error) {
      throw this.#told(error);
    }
  }

  *finish(): Generator<Uint8Array> {
    try {
      yield* this.#stream.finish();
    } catch (error) {
      throw this.#told(error);
    }
  }

  #told(error: unknown): unknown {
    if (error instanceof Bzip2Ended) return cutData(this.#label, 'bzip2', this.#place);
    if (error instanceof Bzip2Damage) return damagedData(this.#label, 'bzip2', this.#place, error.message);
    return error;
  }
}
