import { FrameError, NUMBER_BYTES_MAX, writeNumber, type NumberSource } from './numbers.ts';
import {
  ALL_BITS,
  BIT_ASK,
  BIT_ASK_SIZE,
  BIT_BID,
  BIT_BID_SIZE,
  BIT_LAST,
  BIT_RANGE,
  BIT_TRADE,
  VALUES_OF_BITS,
  readInstrumentId,
  type ReferenceColumns,
} from './quote-entries.ts';

/** Values of a change in the order of the frame, with the bit that each belongs to. Prices in ticks, sizes in lots. */
export const CHANGE_FIELDS = [
  ['lastSize', BIT_TRADE],
  ['volume', BIT_TRADE],
  ['tradeTimeUs', BIT_TRADE],
  ['last', BIT_LAST],
  ['bid', BIT_BID],
  ['bidSize', BIT_BID_SIZE],
  ['ask', BIT_ASK],
  ['askSize', BIT_ASK_SIZE],
  ['high', BIT_RANGE],
  ['low', BIT_RANGE],
] as const;

type ChangeField = (typeof CHANGE_FIELDS)[number][0];

/** What one source event changed of an instrument. Only the fields of `bits` are there. */
export type WireChange = { timeUs: number; bits: number } & Partial<Record<ChangeField, number>>;

const PRICES: ReadonlySet<string> = new Set(['last', 'bid', 'ask', 'high', 'low']);

/** Numbers of a raw entry with these changes. */
export function rawEntryNumbers(changes: readonly WireChange[]): number {
  return changes.reduce((sum, { bits }) => sum + 2 + VALUES_OF_BITS[bits]!, 3);
}

/** Most bytes of a raw entry with n changes. */
export const rawEntryBytesMax = (changes: number): number =>
  (3 + changes * (2 + VALUES_OF_BITS[ALL_BITS]!)) * NUMBER_BYTES_MAX;

/**
 * Writes `id, number of the first change, count, (age or step, bits, value...)...` and returns the position after it. The first change's
 * time is its age at `timeUs`, each later one the step from the change before: microseconds, exact. A trade's time is written as the
 * age that it had at its change.
 */
export function writeRaw(
  out: Uint8Array,
  at: number,
  id: number,
  firstSeq: number,
  changes: readonly WireChange[],
  reference: ReferenceColumns,
  timeUs: number,
): number {
  at = writeNumber(out, at, id);
  at = writeNumber(out, at, firstSeq);
  at = writeNumber(out, at, changes.length);
  const price = reference.price[id]!;
  const volume = reference.volume[id]!;
  let before = Number.NaN;
  for (const change of changes) {
    at = writeNumber(out, at, before === before ? change.timeUs - before : timeUs - change.timeUs);
    before = change.timeUs;
    out[at] = change.bits;
    at += 1;
    for (const [field, bit] of CHANGE_FIELDS) {
      if ((change.bits & bit) === 0) continue;
      const value = change[field]!;
      const told =
        field === 'tradeTimeUs'
          ? change.timeUs - value
          : value - (PRICES.has(field) ? price : field === 'volume' ? volume : 0);
      at = writeNumber(out, at, told);
    }
  }
  return at;
}

export type OnChange = (id: number, seq: number, change: WireChange) => void;

/** Takes the entries of a raw frame. @throws FrameError */
export function readRaw(
  source: NumberSource,
  reference: ReferenceColumns,
  frameTimeUs: number,
  capacity: number,
  onChange: OnChange,
): void {
  while (source.left > 0) {
    const id = readInstrumentId(source, capacity);
    const firstSeq = source.next();
    const count = source.next();
    if (count >>> 0 !== count) throw new FrameError(`${count} is no count`);
    const price = reference.price[id]!;
    const volume = reference.volume[id]!;
    let timeUs = 0;
    for (let index = 0; index < count; index += 1) {
      const time = source.next();
      timeUs = index === 0 ? frameTimeUs - time : timeUs + time;
      const bits = source.next();
      if ((bits & ALL_BITS) !== bits) throw new FrameError(`field bits ${bits} are outside 0..${ALL_BITS}`);
      const change: WireChange = { timeUs, bits };
      for (const [field, bit] of CHANGE_FIELDS) {
        if ((bits & bit) === 0) continue;
        const value = source.next();
        if (field === 'tradeTimeUs') change.tradeTimeUs = timeUs - value;
        else change[field] = value + (PRICES.has(field) ? price : field === 'volume' ? volume : 0);
      }
      onChange(id, firstSeq + index, change);
    }
  }
}
