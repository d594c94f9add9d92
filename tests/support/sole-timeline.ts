import type { Clock } from '../../server/engine/ports.ts';
import type { Timeline } from '../../server/timelines/timeline.ts';
import { Timelines, type TimelinesOptions } from '../../server/timelines/timelines.ts';

/** A process with this timeline and, unless a test gives it a shelf, no recordings to open. */
export function soleTimeline(main: Timeline, clock: Clock, more: Partial<TimelinesOptions> = {}): Timelines {
  return new Timelines({
    main,
    clock,
    shelf: { open: () => Promise.resolve(null) },
    replaysMax: 4,
    idleMs: 60_000,
    log: () => {},
    ...more,
  });
}
