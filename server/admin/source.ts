import type { FeedStatus, TimelineState } from '#protocol';
import type { AccessRefusal } from '../access/authority.ts';
import type { ViewerGate } from '../access/viewer-gate.ts';
import type { Backlog, FanoutReport, SessionReport } from '../engine/reports.ts';
import type { SessionRegistry } from '../sessions/session-registry.ts';
import type { Timeline } from '../timelines/timeline.ts';
import { VERSION } from '../version.ts';

/** All that the admin listener reads. Each call makes its answer anew; nothing is kept between calls. */
export interface AdminSource {
  readonly version: string;
  readonly mode: 'live' | 'replay';
  /** What the timeline does now, as viewers are told it. */
  readonly state: TimelineState;
  readonly instruments: number;
  readonly connections: number;
  /** Of those, the ones that have not said who they are. */
  readonly unknown: number;
  /** Viewers that were refused since the start. */
  readonly viewersRefused: Readonly<Record<AccessRefusal, number>>;
  /** Source events that the engine took in. */
  readonly eventsTaken: number;
  fanout(): FanoutReport;
  sessions(): readonly SessionReport[];
  backlog(): Backlog;
  feeds(): readonly FeedStatus[];
  /** Events that were refused or lost since the start, by reason. */
  counters(): Readonly<Record<string, number>>;
}

/** The running server as a source. */
export function adminSource(timeline: Timeline, sessions: SessionRegistry, gate: ViewerGate): AdminSource {
  return {
    version: VERSION,
    get mode() {
      return timeline.source.mode;
    },
    get state() {
      return timeline.source.state;
    },
    get instruments() {
      return timeline.engine.dictionary.size;
    },
    get connections() {
      return sessions.size;
    },
    get unknown() {
      return sessions.unknown;
    },
    viewersRefused: gate.refused,
    get eventsTaken() {
      return timeline.engine.eventsTaken;
    },
    fanout: () => ({ ...timeline.report(), joinsWaiting: sessions.joinsWaiting }),
    sessions: () => sessions.reports(),
    backlog: () => sessions.backlog(),
    feeds: () => timeline.source.feeds(),
    counters: () => timeline.engine.counters.toRecord(),
  };
}
