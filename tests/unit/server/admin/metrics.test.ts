import { register } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { AdminAccess } from '../../../../server/admin/admin-access.ts';
import { METRICS } from '../../../../server/admin/metric-definitions.ts';
import { Metrics } from '../../../../server/admin/metrics.ts';
import { takeReading } from '../../../../server/admin/reading.ts';
import type { AdminSource } from '../../../../server/admin/source.ts';
import { fakeSource, fanoutReport } from './fake-source.ts';

const access = new AdminAccess('127.0.0.1', null);

const metricsOf = (source: AdminSource): Metrics => new Metrics(() => takeReading(source, access));

/** Lines of our metrics, without their help. */
async function lines(metrics: Metrics): Promise<string[]> {
  const text = await metrics.text();
  return text.split('\n').filter((line) => /^(?:# TYPE )?tickwire_/.test(line));
}

describe('the exposition', () => {
  it('has a line for every value, in base units', async () => {
    expect(await lines(metricsOf(fakeSource()))).toEqual([
      '# TYPE tickwire_frames_sent_total counter',
      'tickwire_frames_sent_total 101',
      '# TYPE tickwire_bytes_sent_total counter',
      'tickwire_bytes_sent_total 102000',
      '# TYPE tickwire_updates_sent_total counter',
      'tickwire_updates_sent_total 103',
      '# TYPE tickwire_ticks_skipped_total counter',
      'tickwire_ticks_skipped_total 104',
      '# TYPE tickwire_updates_conflated_total counter',
      'tickwire_updates_conflated_total 105',
      '# TYPE tickwire_trades_lost_total counter',
      'tickwire_trades_lost_total 106',
      '# TYPE tickwire_changes_total counter',
      'tickwire_changes_total 4400',
      '# TYPE tickwire_entries_encoded_total counter',
      'tickwire_entries_encoded_total 1100',
      '# TYPE tickwire_conflation_ratio gauge',
      'tickwire_conflation_ratio 4',
      '# TYPE tickwire_snapshot_encodes_total counter',
      'tickwire_snapshot_encodes_total 108',
      '# TYPE tickwire_snapshot_cache_hits_total counter',
      'tickwire_snapshot_cache_hits_total 109',
      '# TYPE tickwire_grid_ticks_skipped_total counter',
      'tickwire_grid_ticks_skipped_total 110',
      '# TYPE tickwire_tick_lateness_seconds summary',
      'tickwire_tick_lateness_seconds{quantile="0.5"} 0.00025',
      'tickwire_tick_lateness_seconds{quantile="0.99"} 0.0035',
      '# TYPE tickwire_staleness_seconds summary',
      'tickwire_staleness_seconds{quantile="0.5"} 0.052',
      'tickwire_staleness_seconds{quantile="0.99"} 0.107',
      '# TYPE tickwire_rate_ceiling_hertz gauge',
      'tickwire_rate_ceiling_hertz 30',
      '# TYPE tickwire_subscriptions gauge',
      'tickwire_subscriptions{rate="0.5"} 2',
      'tickwire_subscriptions{rate="10"} 7',
      '# TYPE tickwire_joins_waiting gauge',
      'tickwire_joins_waiting 111',
      '# TYPE tickwire_arena_bytes gauge',
      'tickwire_arena_bytes 112000',
      '# TYPE tickwire_held_bytes gauge',
      'tickwire_held_bytes 5000',
      '# TYPE tickwire_connections gauge',
      'tickwire_connections 3',
      '# TYPE tickwire_connections_throttled gauge',
      'tickwire_connections_throttled{reason="queue-full"} 1',
      'tickwire_connections_throttled{reason="client-lag"} 1',
      'tickwire_connections_throttled{reason="server-busy"} 0',
      '# TYPE tickwire_events_taken_total counter',
      'tickwire_events_taken_total 9000',
      '# TYPE tickwire_events_refused_total counter',
      'tickwire_events_refused_total{reason="unknown_instrument"} 6',
      '# TYPE tickwire_feed_up gauge',
      'tickwire_feed_up{feed="kraken",venue="kraken"} 1',
      'tickwire_feed_up{feed="the \\"second\\" one",venue="ftx"} 0',
      '# TYPE tickwire_feed_events_per_second gauge',
      'tickwire_feed_events_per_second{feed="kraken",venue="kraken"} 250',
      'tickwire_feed_events_per_second{feed="the \\"second\\" one",venue="ftx"} 0',
      '# TYPE tickwire_feed_latency_seconds gauge',
      'tickwire_feed_latency_seconds{feed="kraken",venue="kraken"} 0.042',
      '# TYPE tickwire_instruments gauge',
      'tickwire_instruments 40',
      '# TYPE tickwire_connections_unknown gauge',
      'tickwire_connections_unknown 115',
      '# TYPE tickwire_viewers_refused_total counter',
      'tickwire_viewers_refused_total{reason="missing"} 116',
      'tickwire_viewers_refused_total{reason="wrong"} 117',
      'tickwire_viewers_refused_total{reason="expired"} 118',
      'tickwire_viewers_refused_total{reason="late"} 119',
      'tickwire_viewers_refused_total{reason="failed"} 120',
      'tickwire_viewers_refused_total{reason="busy"} 121',
      '# TYPE tickwire_admin_refused_total counter',
      'tickwire_admin_refused_total{reason="origin"} 0',
      'tickwire_admin_refused_total{reason="host"} 0',
      'tickwire_admin_refused_total{reason="token"} 0',
      'tickwire_admin_refused_total{reason="throttled"} 0',
      '# TYPE tickwire_build_info gauge',
      'tickwire_build_info{version="1.2.3",mode="live"} 1',
    ]);
  });

  it('has no line for what has no value yet, rather than a zero that looks good', async () => {
    const none = { p50Ms: null, p99Ms: null };
    const empty = fanoutReport({ changes: 0, entriesEncoded: 0, staleness: none, lateness: none });
    const found = await lines(metricsOf(fakeSource({ fanout: () => empty, feeds: () => [] })));
    for (const name of ['tickwire_conflation_ratio', 'tickwire_staleness_seconds', 'tickwire_feed_up']) {
      expect(found.filter((line) => line.startsWith(name))).toEqual([]);
    }
  });

  it('shows the totals as they are, however often it is asked, and forgets labels that are gone', async () => {
    let [frames, rates] = [5, new Map([[10, 1]])];
    const metrics = metricsOf(fakeSource({ fanout: () => fanoutReport({ frames, rates }) }));
    await metrics.text();
    expect(await lines(metrics)).toContain('tickwire_frames_sent_total 5');
    [frames, rates] = [8, new Map([[60, 4]])];
    const found = await lines(metrics);
    expect(found).toContain('tickwire_frames_sent_total 8');
    expect(found.filter((line) => line.startsWith('tickwire_subscriptions'))).toEqual([
      'tickwire_subscriptions{rate="60"} 4',
    ]);
  });

  it('asks the server once a scrape and never between', async () => {
    let asked = 0;
    const metrics = metricsOf(
      fakeSource({
        fanout: () => {
          asked += 1;
          return fanoutReport();
        },
      }),
    );
    expect(asked).toBe(0);
    await Promise.all([metrics.text(), metrics.text()]);
    expect(asked).toBe(2);
  });

  it('has the metrics of the process, without those that list every socket', async () => {
    const text = await metricsOf(fakeSource()).text();
    for (const name of [
      'process_cpu_seconds_total',
      'process_resident_memory_bytes',
      'nodejs_eventloop_lag_p99_seconds',
      'nodejs_gc_duration_seconds',
      'nodejs_heap_size_used_bytes',
    ]) {
      expect(text).toContain(`# TYPE ${name} `);
    }
    expect(text).not.toMatch(/nodejs_active_|process_open_fds/);
  });

  it('can be there twice in a process and leaves the library’s global registry alone', async () => {
    const [first, second] = [metricsOf(fakeSource()), metricsOf(fakeSource({ connections: 77 }))];
    expect(await lines(first)).toContain('tickwire_connections 3');
    expect(await lines(second)).toContain('tickwire_connections 77');
    expect(register.getMetricsAsArray()).toEqual([]);
  });

  it('is the text form of Prometheus, where each metric has its help', async () => {
    const metrics = metricsOf(fakeSource());
    expect(metrics.contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
    const text = await metrics.text();
    for (const { name, help } of METRICS) expect(text).toContain(`# HELP ${name} ${help}\n`);
    expect(text.endsWith('\n')).toBe(true);
  });
});
