import { describe, expect, it } from 'vitest';
import { AdminAccess } from '../../../../server/admin/admin-access.ts';
import { METRICS } from '../../../../server/admin/metric-definitions.ts';
import { takeReading, type Reading } from '../../../../server/admin/reading.ts';
import { readRepoFile } from '../../../support/repo-files.ts';
import { fakeSource, fanoutReport } from './fake-source.ts';

const PAGE = 'docs/operations/metrics.md';

const readingOf = (...args: Parameters<typeof fakeSource>): Reading =>
  takeReading(fakeSource(...args), new AdminAccess('127.0.0.1', null));

describe('the metrics', () => {
  it('show every field of the fan-out’s report', () => {
    const report = fanoutReport();
    const seen = new Set<string | symbol>();
    const watched = new Proxy(report, {
      get(target, key) {
        seen.add(key);
        return Reflect.get(target, key) as unknown;
      },
    });
    const reading = readingOf({ fanout: () => watched });
    for (const { read } of METRICS) read(reading);
    expect(Object.keys(report).filter((key) => !seen.has(key))).toEqual([]);
  });

  it('show every part of a reading', () => {
    const reading = readingOf();
    const seen = new Set<string | symbol>();
    const watched = new Proxy(reading, {
      get(target, key) {
        seen.add(key);
        return Reflect.get(target, key) as unknown;
      },
    });
    for (const { read } of METRICS) read(watched);
    expect(Object.keys(reading).filter((key) => !seen.has(key))).toEqual([]);
  });

  it('have names as Prometheus wants them, each once', () => {
    const names = METRICS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, type } of METRICS) {
      expect(name).toMatch(/^tickwire_[a-z]+(?:_[a-z]+)*$/);
      expect(name.endsWith('_total'), name).toBe(type === 'counter');
      if (type === 'summary') expect(name).toMatch(/_seconds$/);
    }
  });

  it('give samples with exactly their labels', () => {
    for (const { name, labels, read } of METRICS) {
      const value = read(readingOf());
      if (typeof value === 'number') expect(labels, name).toEqual([]);
      else for (const sample of value!) expect(Object.keys(sample.labels), name).toEqual(labels);
    }
  });

  it('stand in docs/operations/metrics.md with type, unit, labels and meaning, and nothing else does', () => {
    const rows = readRepoFile(PAGE)
      .split('\n')
      .filter((line) => line.startsWith('| `tickwire_'))
      .map((line) =>
        line
          .slice(1, -1)
          .split('|')
          .map((cell) => cell.trim().replaceAll('`', '')),
      );
    expect(rows).toEqual(
      METRICS.map(({ name, type, unit, labels, help }) => [
        name,
        type,
        unit,
        labels.join(', ') || 'none',
        help,
      ]),
    );
  });

  it('that the page names elsewhere exist', () => {
    const names = new Set(METRICS.map(({ name }) => name));
    const named = [...readRepoFile(PAGE).matchAll(/\btickwire_[a-z_]+/g)].map(([name]) => name);
    expect(named.filter((name) => !names.has(name))).toEqual([]);
  });
});

describe('a reading', () => {
  it('has no conflation ratio before anything was encoded', () => {
    expect(readingOf().conflationRatio).toBe(4);
    const nothing = fanoutReport({ changes: 0, entriesEncoded: 0 });
    expect(readingOf({ fanout: () => nothing }).conflationRatio).toBeNull();
  });

  it('adds up what connections hold, and how many are served slower than granted', () => {
    expect(readingOf()).toMatchObject({
      heldBytes: 5_000,
      throttled: { 'queue-full': 1, 'client-lag': 1, 'server-busy': 0 },
    });
  });

  it('takes only events for refused events', () => {
    expect([...readingOf().eventsRefused]).toEqual([['unknown_instrument', 6]]);
  });
});
