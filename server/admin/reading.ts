import type { FeedStatus } from '#protocol';
import type { AccessRefusal } from '../access/authority.ts';
import type { Backlog, FanoutReport } from '../engine/reports.ts';
import type { AdminAccess, RefusalReason } from './admin-access.ts';
import type { AdminSource } from './source.ts';

/** What one scrape shows: read at once, so that its values belong together. */
export interface Reading extends Backlog {
  readonly fanout: FanoutReport;
  /** Changes of wanted instruments for each entry that was encoded; null before the first. */
  readonly conflationRatio: number | null;
  readonly version: string;
  readonly mode: string;
  readonly instruments: number;
  readonly connections: number;
  readonly unknown: number;
  readonly viewersRefused: Readonly<Record<AccessRefusal, number>>;
  readonly eventsTaken: number;
  readonly eventsRefused: ReadonlyMap<string, number>;
  readonly feeds: readonly FeedStatus[];
  readonly adminRefused: Readonly<Record<RefusalReason, number>>;
}

/** Counters of the engine's registry that are no source events; the fan-out's report has them. */
const NO_EVENTS: ReadonlySet<string> = new Set(['ticks_skipped', 'updates_conflated', 'trades_lost']);

export function takeReading(source: AdminSource, access: AdminAccess): Reading {
  const fanout = source.fanout();
  return {
    fanout,
    conflationRatio: conflationRatio(fanout),
    version: source.version,
    mode: source.mode,
    instruments: source.instruments,
    connections: source.connections,
    unknown: source.unknown,
    viewersRefused: source.viewersRefused,
    ...source.backlog(),
    eventsTaken: source.eventsTaken,
    eventsRefused: new Map(Object.entries(source.counters()).filter(([reason]) => !NO_EVENTS.has(reason))),
    feeds: source.feeds(),
    adminRefused: access.refused,
  };
}

export function conflationRatio({ changes, entriesEncoded }: FanoutReport): number | null {
  return entriesEncoded === 0 ? null : changes / entriesEncoded;
}
