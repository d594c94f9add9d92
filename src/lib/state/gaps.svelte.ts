import type { GapMark } from '#protocol';
import { isSameGap } from '../../protocol/gap.ts';
import type { GapsCommit } from '../client/worker-api.ts';
import type { GapsView } from './market.ts';

/** Marks that are kept; the oldest go first. */
const MARKS_MAX = 1_000;

/** Where something of the timeline that is watched is missing: what the server told, and what answers to requests brought. */
export class Gaps implements GapsView {
  marks = $state.raw<readonly GapMark[]>([]);

  onCommit({ whole, marks }: GapsCommit): void {
    if (whole) this.marks = [];
    this.add(marks);
  }

  /** Takes those that are new. */
  add(marks: readonly GapMark[]): void {
    const fresh = marks.filter((mark) => !this.marks.some((known) => isSameGap(known, mark)));
    if (fresh.length > 0) this.marks = [...this.marks, ...fresh].slice(-MARKS_MAX);
  }
}
