import type { DecodedEvents } from './decoded-events.ts';
import type { EventRun } from './placed-runs.ts';
import type { TapeMap } from './tape-scan.ts';

/** Blocks behind the last index that are read to know which instruments are busy. */
const COUNTED_BLOCKS_MAX = 512;

/**
 * Ids of a file's instruments, those with the most events first; of as many, as the file has them.
 * @param size instruments of the file
 * @param decode null when the block cannot be read
 */
export function busiestFirst(
  size: number,
  map: Readonly<TapeMap>,
  runs: readonly EventRun[],
  decode: (run: EventRun) => DecodedEvents | null,
): number[] {
  const counts = new Float64Array(size);
  const covered = new Set<number>();
  for (const { blocks, instruments } of map.indexes) {
    for (const { offset } of blocks) covered.add(offset);
    for (const [id, events] of instruments) if (id < size) counts[id]! += events;
  }
  const rest = runs.filter(({ offset }) => !covered.has(offset));
  for (const run of rest.slice(0, COUNTED_BLOCKS_MAX)) {
    for (const id of decode(run)?.instrument ?? []) counts[id]! += 1;
  }
  return [...counts.keys()].sort((left, right) => counts[right]! - counts[left]! || left - right);
}
