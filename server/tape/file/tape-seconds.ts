import { BLOCK_EVENTS } from './block-head.ts';
import type { Second } from './second-runs.ts';
import type { TapeMap } from './tape-scan.ts';

const SECOND_US = 1_000_000;

/** Events by second, without a look at any: to the second where an index tells, to the block behind the last one. */
export function tapeSeconds({ indexes, blocks }: Readonly<TapeMap>): Second[] {
  const counts = new Map<number, number>();
  const count = (second: number, events: number): void => {
    counts.set(second, (counts.get(second) ?? 0) + events);
  };
  const covered = new Set<number>();
  for (const index of indexes) {
    for (const { offset } of index.blocks) covered.add(offset);
    for (const [second, events] of index.seconds) count(second, events);
  }
  for (const { offset, head } of blocks)
    if (head.kind === BLOCK_EVENTS && !covered.has(offset))
      count(Math.floor(head.toTimeUs / SECOND_US), head.events);
  return [...counts].sort((one, other) => one[0] - other[0]);
}
