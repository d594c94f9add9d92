import { describe, expect, it } from 'vitest';
import { addAnomalies, AnomalyCounter } from '../../../../server/formats/anomaly-counter.ts';

describe('AnomalyCounter', () => {
  it('remembers repeated ids over long runs of rows, instrument by instrument', () => {
    const counter = new AnomalyCounter('trades');
    for (let id = 1; id <= 50_000; id += 1) {
      counter.numberId(0, id);
      counter.numberId(1, id);
    }
    for (let id = 1; id <= 50_000; id += 1) counter.numberId(0, id);
    expect(counter.result()).toMatchObject({ duplicate_ids: 50_000, id_gaps: 0, backward_ids: 0 });
  });

  it('tells the times of its rows', () => {
    const counter = new AnomalyCounter('trades');
    expect(counter.rows).toBe(0);
    for (const timeUs of [5, 9, 7]) counter.row(0, timeUs, timeUs);
    expect([counter.rows, counter.firstTimeUs, counter.lastTimeUs]).toEqual([3, 5, 9]);
  });

  it('says nothing of crossed books where single levels change', () => {
    expect(new AnomalyCounter('updates').result()).not.toHaveProperty('crossed');
  });
});

describe('addAnomalies', () => {
  it('adds counts and keeps extremes', () => {
    expect(
      addAnomalies([
        { holes: 1, max_gap_s: 70, latency_us_min: -5, latency_us_max: 9 },
        { holes: 2, max_gap_s: 65, latency_us_min: 3, latency_us_max: 20, crossed: 4 },
      ]),
    ).toEqual({ holes: 3, max_gap_s: 70, latency_us_min: -5, latency_us_max: 20, crossed: 4 });
  });
});
