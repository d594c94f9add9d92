import { FRAME_SNAPSHOT, writeFrameHead } from '#protocol';
import type { Area, Arena } from './arena.ts';
import { headerBytes, writeHeader, type ReadyFrame } from './ready-frame.ts';

/** Entries are copied in words of four bytes, the last of which may reach this far beyond their end. */
export const COPY_SLACK_BYTES = 3;

/** Scratch memory in which entries are written, before they are copied into frames. */
export class FrameBuffer {
  bytes: Uint8Array;
  /** The same memory. */
  view: DataView;
  at = 0;

  constructor(bytes = 4_096) {
    this.bytes = new Uint8Array(bytes);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Guarantees room for `count` more bytes. */
  ensure(count: number): void {
    const size = this.at + count + COPY_SLACK_BYTES;
    if (size <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(size, this.bytes.length * 2));
    larger.set(this.bytes.subarray(0, this.at));
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }
}

/** What stands between a frame's head and its first entry: nothing, or the interval of bars. */
export interface FrameForm {
  readonly kind: number;
  readonly lead: readonly number[];
}

/** What a frame says before its entries. */
export interface FrameHead {
  readonly form: FrameForm;
  readonly asOf: number;
  readonly generation: number;
}

export const SNAPSHOT_FORM: FrameForm = { kind: FRAME_SNAPSHOT, lead: [] };

/** A frame whose entries are still to be written. */
export interface BegunFrame {
  readonly frame: ReadyFrame;
  readonly area: Area;
  /** Where in the frame's bytes the entries begin. */
  readonly at: number;
}

const head = new Uint8Array(64);

/**
 * Begins a frame in the arena's memory: WebSocket header and head, with room for the entries behind them.
 * @param numbers of the entries, all together
 * @param size of the entries, bytes
 */
export function beginFrame(
  arena: Arena,
  { form, asOf, generation }: FrameHead,
  entries: number,
  numbers: number,
  size: number,
): BegunFrame {
  const headEnd = writeFrameHead(head, 0, form.kind, asOf, generation, numbers + form.lead.length, form.lead);
  const payload = headEnd + size;
  const area = arena.take(headerBytes(payload) + payload);
  const { bytes, slab } = area;
  const payloadAt = writeHeader(bytes, 0, payload);
  for (let index = 0; index < headEnd; index += 1) bytes[payloadAt + index] = head[index]!;
  return { frame: { bytes, payloadAt, slab, entries }, area, at: payloadAt + headEnd };
}

/** A frame of entries that lie one after the other in scratch memory. */
export function frameOf(
  arena: Arena,
  frameHead: FrameHead,
  entries: number,
  numbers: number,
  bytes: Uint8Array,
): ReadyFrame {
  const { frame, at } = beginFrame(arena, frameHead, entries, numbers, bytes.length);
  frame.bytes.set(bytes, at);
  return frame;
}
