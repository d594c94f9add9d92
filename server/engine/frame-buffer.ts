import { FRAME_HEAD_BYTES_MAX, writeFrameHead } from '#protocol';

/**
 * Scratch memory in which fragments and frames are put together. One per hub: everything is synchronous, and what leaves
 * is a copy of its own, because a socket may hold it long after the next tick has begun.
 */
export class FrameBuffer {
  bytes = new Uint8Array(65_536);
  at = 0;

  /** Guarantees room for `count` more bytes. */
  ensure(count: number): void {
    if (this.at + count <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.at + count, this.bytes.length * 2));
    larger.set(this.bytes.subarray(0, this.at));
    this.bytes = larger;
  }
}

/** A run of entries of one tick: where each lies in the scratch memory and how many numbers it holds. */
export interface Fragments {
  readonly buffer: FrameBuffer;
  readonly ids: number[];
  readonly starts: number[];
  readonly ends: number[];
  readonly numbers: number[];
}

export function emptyFragments(buffer: FrameBuffer): Fragments {
  return { buffer, ids: [], starts: [], ends: [], numbers: [] };
}

/** What stands between a frame's head and its first entry: nothing, or the interval of bars. */
export interface FrameForm {
  readonly kind: number;
  readonly lead: readonly number[];
}

/**
 * Copies the fragments of the wanted instruments into one frame. Null when none is wanted.
 * @param wants a place per instrument id; missing or 0 = not wanted
 */
export function assembleFrame(
  form: FrameForm,
  asOf: number,
  generation: number,
  fragments: Fragments,
  wants: Uint8Array,
): Uint8Array | null {
  let numbers = 0;
  let size = 0;
  for (let index = 0; index < fragments.ids.length; index += 1) {
    if (!wants[fragments.ids[index]!]) continue;
    numbers += fragments.numbers[index]!;
    size += fragments.ends[index]! - fragments.starts[index]!;
  }
  if (numbers === 0) return null;
  const frame = new Uint8Array(FRAME_HEAD_BYTES_MAX + form.lead.length * 5 + size);
  let at = writeFrameHead(frame, 0, form.kind, asOf, generation, numbers + form.lead.length, form.lead);
  const source = fragments.buffer.bytes;
  for (let index = 0; index < fragments.ids.length; index += 1) {
    if (!wants[fragments.ids[index]!]) continue;
    const start = fragments.starts[index]!;
    const end = fragments.ends[index]!;
    frame.set(source.subarray(start, end), at);
    at += end - start;
  }
  return frame.subarray(0, at);
}

/** A frame without entries, which says only how far the client now is. */
export function emptyFrame(form: FrameForm, asOf: number, generation: number): Uint8Array {
  const frame = new Uint8Array(FRAME_HEAD_BYTES_MAX + form.lead.length * 5);
  return frame.subarray(
    0,
    writeFrameHead(frame, 0, form.kind, asOf, generation, form.lead.length, form.lead),
  );
}
