import { describe, expect, it } from 'vitest';
import {
  Sfc32,
  hash32,
  normalOf,
  normalQuantile,
  unitOf,
} from '../../../../../server/feeds/simulated/random.ts';

const DRAWS = 200_000;

describe('the random numbers of the simulation', () => {
  it('repeats a sequence for the same seed and stream', () => {
    const first = new Sfc32(7, 1);
    const second = new Sfc32(7, 1);
    expect(Array.from({ length: 50 }, () => first.next())).toEqual(
      Array.from({ length: 50 }, () => second.next()),
    );
  });

  it('gives streams of one seed and seeds of one stream different sequences', () => {
    const draws = [new Sfc32(7, 1), new Sfc32(7, 2), new Sfc32(8, 1)].map((random) => random.next());
    expect(new Set(draws).size).toBe(3);
  });

  it('draws units strictly between 0 and 1, with mean one half', () => {
    const random = new Sfc32(3, 3);
    let sum = 0;
    for (let draw = 0; draw < DRAWS; draw += 1) {
      const value = random.unit();
      if (value <= 0 || value >= 1) expect.unreachable(`${value} is outside (0, 1)`);
      sum += value;
    }
    expect(sum / DRAWS).toBeCloseTo(0.5, 2);
    expect(unitOf(0)).toBeGreaterThan(0);
    expect(unitOf(0xffff_ffff)).toBeLessThan(1);
  });

  it('draws normals with mean 0, variance 1 and the right share beyond two deviations', () => {
    const random = new Sfc32(5, 3);
    let sum = 0;
    let squares = 0;
    let beyond = 0;
    for (let draw = 0; draw < DRAWS; draw += 1) {
      const value = random.normal();
      sum += value;
      squares += value * value;
      if (Math.abs(value) > 2) beyond += 1;
    }
    expect(Math.abs(sum / DRAWS)).toBeLessThan(0.01);
    expect(squares / DRAWS).toBeCloseTo(1, 1);
    expect(beyond / DRAWS).toBeCloseTo(0.0455, 2);
  });

  it('knows the quantiles of the normal distribution', () => {
    expect(normalQuantile(0.5)).toBeCloseTo(0, 9);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959_964, 5);
    expect(normalQuantile(0.001)).toBeCloseTo(-3.090_232, 5);
    expect(normalOf(0x8000_0000)).toBeCloseTo(0, 6);
    expect(Number.isFinite(normalOf(0)) && Number.isFinite(normalOf(0xffff_ffff))).toBe(true);
  });

  it('draws exponentials with mean 1', () => {
    const random = new Sfc32(11, 3);
    let sum = 0;
    for (let draw = 0; draw < DRAWS; draw += 1) sum += random.exponential();
    expect(sum / DRAWS).toBeCloseTo(1, 1);
  });

  it('hashes neighbouring places to unrelated numbers', () => {
    const seen = new Set<number>();
    let ones = 0;
    for (let place = 0; place < 10_000; place += 1) {
      const hash = hash32(1, place, 0);
      seen.add(hash);
      ones += hash & 1;
    }
    expect(seen.size).toBeGreaterThan(9_990);
    expect(ones / 10_000).toBeCloseTo(0.5, 1);
    expect(hash32(1, 2, 3)).not.toBe(hash32(3, 2, 1));
  });
});
