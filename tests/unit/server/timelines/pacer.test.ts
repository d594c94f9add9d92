import { describe, expect, it } from 'vitest';
import { Pacer } from '../../../../server/timelines/pacer.ts';

const SECOND = 1_000_000;
const span = { firstTimeUs: 1000 * SECOND, lastTimeUs: 2000 * SECOND };

describe('Pacer', () => {
  it('stands at the start until it runs', () => {
    const pacer = new Pacer(span, 1, 60 * SECOND);
    expect(pacer.positionAt(0)).toBe(1000 * SECOND);
    expect(pacer.positionAt(9 * SECOND)).toBe(1000 * SECOND);
    pacer.run(9 * SECOND);
    expect(pacer.positionAt(12 * SECOND)).toBe(1003 * SECOND);
  });

  it('stops exactly, and goes on from there', () => {
    const pacer = new Pacer(span, 2, 60 * SECOND);
    pacer.run(0);
    pacer.stop(1_500_001);
    expect(pacer.positionAt(99 * SECOND)).toBe(1000 * SECOND + 3_000_002);
    pacer.run(100 * SECOND);
    expect(pacer.positionAt(101 * SECOND)).toBe(1000 * SECOND + 5_000_002);
  });

  it('keeps its position when the speed changes', () => {
    const pacer = new Pacer(span, 1, 60 * SECOND);
    pacer.run(0);
    pacer.setSpeed(10 * SECOND, 10);
    expect(pacer.positionAt(10 * SECOND)).toBe(1010 * SECOND);
    expect(pacer.positionAt(11 * SECOND)).toBe(1020 * SECOND);
    pacer.setSpeed(11 * SECOND, 0.5);
    expect(pacer.positionAt(13 * SECOND)).toBe(1021 * SECOND);
  });

  it('stays within the span', () => {
    const pacer = new Pacer(span, 1000, 60 * SECOND);
    pacer.run(0);
    expect(pacer.positionAt(60 * SECOND)).toBe(2000 * SECOND);
    pacer.moveTo(60 * SECOND, 5);
    expect(pacer.positionAt(60 * SECOND)).toBe(1000 * SECOND);
  });

  it('moves in whole microseconds', () => {
    const pacer = new Pacer(span, 0.1, 60 * SECOND);
    pacer.run(0);
    expect(pacer.positionAt(19)).toBe(1000 * SECOND + 1);
  });

  it.each([
    [0, 0.1],
    [-3, 0.1],
    [5_000_000, 1_000_000],
    [Number.NaN, 1],
    [2.5, 2.5],
  ])('takes a speed of %s as %s', (asked, speed) => {
    expect(new Pacer(span, asked, 60 * SECOND).speed).toBe(speed);
  });

  it('calls a silence idle when it is longer than the bound', () => {
    const pacer = new Pacer(span, 1, 60 * SECOND);
    expect(pacer.isIdle(0, 60 * SECOND)).toBe(false);
    expect(pacer.isIdle(0, 60 * SECOND + 1)).toBe(true);
  });
});
