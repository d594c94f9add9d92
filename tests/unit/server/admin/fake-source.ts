import type { FanoutReport, SessionReport } from '../../../../server/engine/reports.ts';
import type { AdminSource } from '../../../../server/admin/source.ts';

/** A report in which every number is another, so that a mix-up shows. */
export function fanoutReport(more: Partial<FanoutReport> = {}): FanoutReport {
  return {
    frames: 101,
    bytes: 102_000,
    updates: 103,
    ticksSkipped: 104,
    updatesConflated: 105,
    tradesLost: 106,
    staleness: { p50Ms: 52, p99Ms: 107 },
    changes: 4_400,
    entriesEncoded: 1_100,
    snapshotEncodes: 108,
    snapshotHits: 109,
    gridTicksSkipped: 110,
    lateness: { p50Ms: 0.25, p99Ms: 3.5 },
    ceilingHz: 30,
    rates: new Map([
      [0.5, 2],
      [10, 7],
    ]),
    joinsWaiting: 111,
    arenaBytes: 112_000,
    ...more,
  };
}

export function sessionReport(session: string, more: Partial<SessionReport> = {}): SessionReport {
  return {
    session,
    client: 'test/1',
    user: null,
    address: '127.0.0.1',
    encoding: 'binary',
    connectedAtUs: 1_790_856_000_000_000,
    subscriptions: 3,
    maxRateHz: 60,
    maxBitsPerSecond: 0,
    throttled: null,
    heldBytes: 0,
    lagMs: null,
    frames: 10,
    bytes: 1_000,
    updates: 20,
    ticksSkipped: 0,
    updatesConflated: 0,
    tradesLost: 0,
    staleness: { p50Ms: null, p99Ms: null },
    ...more,
  };
}

/** A server of which everything is known. */
export function fakeSource(more: Partial<AdminSource> = {}): AdminSource {
  return {
    version: '1.2.3',
    mode: 'live',
    state: 'live',
    unknown: 115,
    viewersRefused: { missing: 116, wrong: 117, expired: 118, late: 119, failed: 120, busy: 121 },
    instruments: 40,
    connections: 3,
    eventsTaken: 9_000,
    fanout: () => fanoutReport(),
    sessions: () => [
      sessionReport('idle'),
      sessionReport('slow', { heldBytes: 5_000, ticksSkipped: 4, throttled: 'queue-full', lagMs: 900 }),
      sessionReport('late', { ticksSkipped: 9, throttled: 'client-lag' }),
    ],
    backlog: () => ({ heldBytes: 5_000, throttled: { 'queue-full': 1, 'client-lag': 1, 'server-busy': 0 } }),
    feeds: () => [
      {
        name: 'kraken',
        venue: 'kraken',
        state: 'live',
        simulated: false,
        message: '',
        eventsPerSecond: 250,
        latencyMs: 42,
      },
      {
        name: 'the "second" one',
        venue: 'ftx',
        state: 'down',
        simulated: false,
        message: 'It is gone.',
        eventsPerSecond: 0,
        latencyMs: null,
      },
    ],
    counters: () => ({ ticks_skipped: 1, trades_lost: 1, updates_conflated: 1, unknown_instrument: 6 }),
    ...more,
  };
}
