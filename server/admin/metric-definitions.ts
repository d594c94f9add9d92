import { ACCESS_REFUSALS } from '../access/authority.ts';
import type { Staleness } from '../engine/reports.ts';
import { REFUSAL_REASONS } from './admin-access.ts';
import type { Reading } from './reading.ts';

export interface Sample {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

export interface MetricDefinition {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'summary';
  readonly unit: string;
  readonly labels: readonly string[];
  readonly help: string;
  /** A number is the value of a metric without labels; null = it has no value yet, and no line. */
  readonly read: (reading: Reading) => number | null | readonly Sample[];
}

type Read = MetricDefinition['read'];

const counter = (
  name: string,
  unit: string,
  help: string,
  read: Read,
  labels: readonly string[] = [],
): MetricDefinition => ({ name, type: 'counter', unit, labels, help, read });
const gauge = (
  name: string,
  unit: string,
  help: string,
  read: Read,
  labels: readonly string[] = [],
): MetricDefinition => ({ name, type: 'gauge', unit, labels, help, read });
const summary = (name: string, help: string, read: (reading: Reading) => Staleness): MetricDefinition => ({
  name,
  type: 'summary',
  unit: 's',
  labels: ['quantile'],
  help,
  read: (reading) => quantiles(read(reading)),
});

/** Every metric of ours. Totals count since the start and never per client: `/clients` has that. */
export const METRICS: readonly MetricDefinition[] = [
  counter('tickwire_frames_sent_total', 'frames', 'Data frames sent.', ({ fanout }) => fanout.frames),
  counter(
    'tickwire_bytes_sent_total',
    'bytes',
    'Bytes sent, control messages and WebSocket headers included.',
    ({ fanout }) => fanout.bytes,
  ),
  counter(
    'tickwire_updates_sent_total',
    'entries',
    'Entries of instruments in the data frames sent.',
    ({ fanout }) => fanout.updates,
  ),
  counter(
    'tickwire_ticks_skipped_total',
    'ticks',
    'Ticks at which a client had something to get and could not take it.',
    ({ fanout }) => fanout.ticksSkipped,
  ),
  counter(
    'tickwire_updates_conflated_total',
    'entries',
    'Entries that a later one of the same instrument replaced before a client was ready.',
    ({ fanout }) => fanout.updatesConflated,
  ),
  counter(
    'tickwire_trades_lost_total',
    'trades',
    'Trades that could not be kept until a client was ready; the client was told.',
    ({ fanout }) => fanout.tradesLost,
  ),
  counter(
    'tickwire_changes_total',
    'changes',
    'Changes of instruments that somebody wanted.',
    ({ fanout }) => fanout.changes,
  ),
  counter(
    'tickwire_entries_encoded_total',
    'entries',
    'Entries encoded for those changes, each once for everybody.',
    ({ fanout }) => fanout.entriesEncoded,
  ),
  gauge(
    'tickwire_conflation_ratio',
    'ratio',
    'Changes for each entry encoded, since the start.',
    ({ conflationRatio }) => conflationRatio,
  ),
  counter(
    'tickwire_snapshot_encodes_total',
    'entries',
    'Entries of snapshots that were encoded.',
    ({ fanout }) => fanout.snapshotEncodes,
  ),
  counter(
    'tickwire_snapshot_cache_hits_total',
    'entries',
    'Entries of snapshots that were answered from the cache.',
    ({ fanout }) => fanout.snapshotHits,
  ),
  counter(
    'tickwire_grid_ticks_skipped_total',
    'ticks',
    'Grid points that passed while the process was busy.',
    ({ fanout }) => fanout.gridTicksSkipped,
  ),
  summary('tickwire_tick_lateness_seconds', 'How late ticks began.', ({ fanout }) => fanout.lateness),
  summary(
    'tickwire_staleness_seconds',
    'How old the oldest change in a frame was when it was sent.',
    ({ fanout }) => fanout.staleness,
  ),
  gauge(
    'tickwire_rate_ceiling_hertz',
    'Hz',
    'Highest rate that is served now; below 60 the process protects itself.',
    ({ fanout }) => fanout.ceilingHz,
  ),
  gauge(
    'tickwire_subscriptions',
    'subscriptions',
    'Open subscriptions by granted rate, Hz.',
    ({ fanout }) => [...fanout.rates].map(([rate, value]) => ({ labels: { rate }, value })),
    ['rate'],
  ),
  gauge(
    'tickwire_joins_waiting',
    'connections',
    'Newcomers whose snapshots wait for their turn.',
    ({ fanout }) => fanout.joinsWaiting,
  ),
  gauge(
    'tickwire_arena_bytes',
    'bytes',
    'Memory of frames that sockets have not taken yet.',
    ({ fanout }) => fanout.arenaBytes,
  ),
  gauge(
    'tickwire_held_bytes',
    'bytes',
    'Bytes handed to sockets that the network has not taken.',
    ({ heldBytes }) => heldBytes,
  ),
  gauge('tickwire_connections', 'connections', 'Open connections.', ({ connections }) => connections),
  gauge(
    'tickwire_connections_throttled',
    'connections',
    'Connections that are served slower than granted now, by reason.',
    ({ throttled }) => byReason(Object.entries(throttled)),
    ['reason'],
  ),
  counter(
    'tickwire_events_taken_total',
    'events',
    'Source events that the engine took in.',
    ({ eventsTaken }) => eventsTaken,
  ),
  counter(
    'tickwire_events_refused_total',
    'events',
    'Source events or parts of them that were refused or dropped, by reason.',
    ({ eventsRefused }) => byReason([...eventsRefused]),
    ['reason'],
  ),
  gauge(
    'tickwire_feed_up',
    '0 or 1',
    'Whether a feed is live; 0 while it connects, is stale, down or closed.',
    ({ feeds }) =>
      feeds.map(({ name, venue, state }) => ({
        labels: { feed: name, venue },
        value: state === 'live' ? 1 : 0,
      })),
    ['feed', 'venue'],
  ),
  gauge(
    'tickwire_feed_events_per_second',
    'events/s',
    'Events of a feed during the last second.',
    ({ feeds }) =>
      feeds.map(({ name, venue, eventsPerSecond }) => ({
        labels: { feed: name, venue },
        value: eventsPerSecond,
      })),
    ['feed', 'venue'],
  ),
  gauge(
    'tickwire_feed_latency_seconds',
    's',
    'Median of arrival time minus venue time over the last second; below 0 when the clocks differ.',
    ({ feeds }) =>
      feeds.flatMap(({ name, venue, latencyMs }) =>
        latencyMs === null ? [] : [{ labels: { feed: name, venue }, value: latencyMs / 1_000 }],
      ),
    ['feed', 'venue'],
  ),
  gauge('tickwire_instruments', 'instruments', 'Known instruments.', ({ instruments }) => instruments),
  gauge(
    'tickwire_connections_unknown',
    'connections',
    'Connections whose hello was not accepted yet.',
    ({ unknown }) => unknown,
  ),
  counter(
    'tickwire_viewers_refused_total',
    'viewers',
    'Sockets and requests that were refused because of their token, by reason.',
    ({ viewersRefused }) => byReason(ACCESS_REFUSALS.map((reason) => [reason, viewersRefused[reason]])),
    ['reason'],
  ),
  counter(
    'tickwire_admin_refused_total',
    'requests',
    'Requests to this listener that were refused, by reason.',
    ({ adminRefused }) => byReason(REFUSAL_REASONS.map((reason) => [reason, adminRefused[reason]])),
    ['reason'],
  ),
  gauge(
    'tickwire_build_info',
    '1',
    'Version of the server and what it plays; always 1.',
    ({ version, mode }) => [{ labels: { version, mode }, value: 1 }],
    ['version', 'mode'],
  ),
];

/** Null before the first observation: then there is no line, rather than a 0 that would look like a good value. */
function quantiles({ p50Ms, p99Ms }: Staleness): Sample[] {
  return [
    { labels: { quantile: '0.5' }, ms: p50Ms },
    { labels: { quantile: '0.99' }, ms: p99Ms },
  ].flatMap(({ labels, ms }) => (ms === null ? [] : [{ labels, value: ms / 1_000 }]));
}

const byReason = (counts: readonly (readonly [string, number])[]): Sample[] =>
  counts.map(([reason, value]) => ({ labels: { reason }, value }));
