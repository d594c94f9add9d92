import type { Arena } from './arena.ts';
import { beginFrame, FrameBuffer, type FrameHead } from './frame-buffer.ts';
import type { ReadyFrame } from './ready-frame.ts';
import type { Watchlist } from './watchlist.ts';

const CAPACITY_MIN = 64;

/**
 * The entries of one lane's tick, each encoded once: where it lies in the scratch memory and how many numbers it holds. Frames are
 * put together from them by copying, four bytes at a time: an entry is a dozen bytes, too few for a call, and the last word's surplus is
 * written over by the next entry or lies in the slack behind the frame.
 */
export class Fragments {
  readonly scratch = new FrameBuffer();
  /** Instruments with an entry, in the order of writing. */
  readonly ids: number[] = [];
  #starts = new Int32Array(CAPACITY_MIN);
  #ends = new Int32Array(CAPACITY_MIN);
  #numbers = new Int32Array(CAPACITY_MIN);
  /** One more than an instrument's place in the lists; 0 = no entry. */
  #placeOf = new Int32Array(CAPACITY_MIN);

  clear(): void {
    for (const id of this.ids) this.#placeOf[id] = 0;
    this.ids.length = 0;
    this.scratch.at = 0;
  }

  /** Notes the entry that was written from `start` up to the scratch memory's end. */
  add(id: number, start: number, numbers: number): void {
    const place = this.ids.length;
    if (place >= this.#starts.length) this.#grow();
    if (id >= this.#placeOf.length) this.#placeOf = longer(this.#placeOf, id + 1);
    this.ids.push(id);
    this.#starts[place] = start;
    this.#ends[place] = this.scratch.at;
    this.#numbers[place] = numbers;
    this.#placeOf[id] = place + 1;
  }

  /** The frame of what a watchlist has among these entries; null when it has nothing. */
  frame(arena: Arena, head: FrameHead, watchlist: Watchlist): ReadyFrame | null {
    return watchlist.ids.length <= this.ids.length
      ? this.#frameOfList(arena, head, watchlist.ids)
      : this.#frameOfEntries(arena, head, watchlist);
  }

  /** For lists that are short against what happened: looks up each of their instruments. */
  #frameOfList(arena: Arena, head: FrameHead, wanted: readonly number[]): ReadyFrame | null {
    const placeOf = this.#placeOf;
    const starts = this.#starts;
    const ends = this.#ends;
    const counts = this.#numbers;
    let entries = 0;
    let numbers = 0;
    let size = 0;
    for (let index = 0; index < wanted.length; index += 1) {
      const place = placeOf[wanted[index]!]! - 1;
      if (!(place >= 0)) continue;
      entries += 1;
      numbers += counts[place]!;
      size += ends[place]! - starts[place]!;
    }
    if (entries === 0) return null;
    const begun = beginFrame(arena, head, entries, numbers, size);
    const target = begun.area.view;
    const source = this.scratch.view;
    let at = begun.area.start + begun.at;
    for (let index = 0; index < wanted.length; index += 1) {
      const place = placeOf[wanted[index]!]! - 1;
      if (!(place >= 0)) continue;
      const start = starts[place]!;
      const length = ends[place]! - start;
      for (let done = 0; done < length; done += 4) target.setInt32(at + done, source.getInt32(start + done));
      at += length;
    }
    return begun.frame;
  }

  /** For long lists: looks at each entry. */
  #frameOfEntries(arena: Arena, head: FrameHead, watchlist: Watchlist): ReadyFrame | null {
    let entries = 0;
    let numbers = 0;
    let size = 0;
    for (let place = 0; place < this.ids.length; place += 1) {
      if (!watchlist.has(this.ids[place]!)) continue;
      entries += 1;
      numbers += this.#numbers[place]!;
      size += this.#ends[place]! - this.#starts[place]!;
    }
    if (entries === 0) return null;
    const begun = beginFrame(arena, head, entries, numbers, size);
    const target = begun.area.view;
    const source = this.scratch.view;
    let at = begun.area.start + begun.at;
    for (let place = 0; place < this.ids.length; place += 1) {
      if (!watchlist.has(this.ids[place]!)) continue;
      const start = this.#starts[place]!;
      const length = this.#ends[place]! - start;
      for (let done = 0; done < length; done += 4) target.setInt32(at + done, source.getInt32(start + done));
      at += length;
    }
    return begun.frame;
  }

  #grow(): void {
    const size = this.#starts.length * 2;
    this.#starts = longer(this.#starts, size);
    this.#ends = longer(this.#ends, size);
    this.#numbers = longer(this.#numbers, size);
  }
}

function longer(column: Int32Array<ArrayBuffer>, size: number): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(Math.max(size, column.length * 2));
  grown.set(column);
  return grown;
}
