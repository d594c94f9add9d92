import type { PlacedBlock } from './index-content.ts';

/** A block of events, and the number of its first one among those that can be read. */
export interface EventRun extends PlacedBlock {
  from: number;
}

/** A keyframe, and how many events that can be read come before it. */
export interface KeyframePlace extends PlacedBlock {
  event: number;
}
