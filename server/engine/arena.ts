import { InvariantError } from '#protocol';
import { COPY_SLACK_BYTES } from './frame-buffer.ts';

const SLAB_BYTES = 256 * 1024;
/** Larger frames than this get memory of their own, so that one cannot crowd the others out of a slab. */
const SHARED_BYTES_MAX = SLAB_BYTES / 8;
/** Slabs kept at most: 64 MiB. When sockets hold all of them, frames get memory of their own until some are free again. */
const SLABS_MAX = 256;

/** A piece of an arena. Whoever may still read from it after the tick holds it, and lets it go exactly once. */
export interface Slab {
  hold(): void;
  release(): void;
}

/** Memory for one frame. */
export interface Area {
  readonly bytes: Buffer;
  readonly slab: Slab;
  /** The memory that the area lies in, from `start` on; there is some slack behind it. */
  readonly view: DataView;
  readonly start: number;
}

class ArenaSlab implements Slab {
  readonly bytes = Buffer.allocUnsafeSlow(SLAB_BYTES + COPY_SLACK_BYTES);
  readonly view = new DataView(this.bytes.buffer);
  readonly #onFree: (slab: ArenaSlab) => void;
  at = 0;
  holders = 0;

  constructor(onFree: (slab: ArenaSlab) => void) {
    this.#onFree = onFree;
  }

  hold(): void {
    this.holders += 1;
  }

  release(): void {
    if (this.holders === 0) throw new InvariantError('a slab is let go as often as it was held');
    this.holders -= 1;
    if (this.holders === 0) this.#onFree(this);
  }
}

/** Memory that belongs to its frame alone; the garbage collector takes it back. */
const OWN: Slab = { hold: () => undefined, release: () => undefined };

function ownArea(size: number): Area {
  const memory = Buffer.allocUnsafeSlow(size + COPY_SLACK_BYTES);
  return { bytes: memory.subarray(0, size), slab: OWN, view: new DataView(memory.buffer), start: 0 };
}

/**
 * Memory for frames, used again and again: a frame lives from its assembly to the write call, which mostly takes all of it at
 * once. A socket that does not take all holds the slab, and the slab rests until the last holder lets go. One thread, no locks.
 *
 * Invariant: bytes of an area do not change while its slab is held.
 */
export class Arena {
  readonly #free: ArenaSlab[] = [];
  #current: ArenaSlab;
  #slabs = 1;

  constructor() {
    this.#current = this.#newSlab();
  }

  /** Memory that is held by this arena, in use or not, bytes. */
  get bytes(): number {
    return this.#slabs * SLAB_BYTES;
  }

  /** Memory for `size` bytes, which is the caller's until it asks for more or lets the tick end. */
  take(size: number): Area {
    if (size > SHARED_BYTES_MAX) return ownArea(size);
    let slab = this.#current;
    if (slab.at + size > SLAB_BYTES) {
      if (slab.holders === 0) slab.at = 0;
      else {
        const next = this.#free.pop() ?? this.#another();
        if (next === null) return ownArea(size);
        slab = this.#current = next;
      }
    }
    const start = slab.at;
    slab.at = start + size;
    return { bytes: slab.bytes.subarray(start, slab.at), slab, view: slab.view, start };
  }

  #another(): ArenaSlab | null {
    if (this.#slabs === SLABS_MAX) return null;
    this.#slabs += 1;
    return this.#newSlab();
  }

  #newSlab(): ArenaSlab {
    return new ArenaSlab((slab) => {
      if (slab === this.#current) return;
      slab.at = 0;
      this.#free.push(slab);
    });
  }
}
