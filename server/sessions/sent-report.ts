import type { PeerReport } from '../engine/reports.ts';
import type { Timeline } from '../timelines/timeline.ts';
import type { Outlet } from './outlet.ts';

const NOTHING_SENT = {
  frames: 0,
  updates: 0,
  ticksSkipped: 0,
  updatesConflated: 0,
  tradesLost: 0,
  staleness: { p50Ms: null, p99Ms: null },
} as const;

/** What a connection was sent, also before it watches anything. */
export function sentReport(timeline: Timeline, outlet: Outlet): PeerReport {
  return timeline.viewerReport(outlet) ?? { ...NOTHING_SENT, bytes: outlet.controlBytes };
}
