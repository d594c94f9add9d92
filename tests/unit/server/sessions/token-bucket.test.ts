import { describe, expect, it } from 'vitest';
import { TokenBucket } from '../../../../server/sessions/token-bucket.ts';

const S = 1_000_000;

/** How many tokens it gives at an instant. */
function drain(bucket: TokenBucket, nowUs: number): number {
  let taken = 0;
  while (bucket.take(nowUs)) taken += 1;
  return taken;
}

describe('TokenBucket', () => {
  it('gives its burst at once and then so many a second', () => {
    const bucket = new TokenBucket(20, 120, 0);
    expect(drain(bucket, 0)).toBe(120);
    expect(drain(bucket, S)).toBe(20);
    expect(drain(bucket, 1.5 * S)).toBe(10);
    expect(drain(bucket, 1.51 * S)).toBe(0);
  });

  it('saves up no more than its burst', () => {
    const bucket = new TokenBucket(20, 120, 0);
    drain(bucket, 0);
    expect(drain(bucket, 3_600 * S)).toBe(120);
  });

  it('gives the same whether it is asked often or seldom', () => {
    const bucket = new TokenBucket(20, 120, 0);
    drain(bucket, 0);
    let taken = 0;
    for (let us = 0; us <= 10 * S; us += 1_000) taken += drain(bucket, us);
    expect(Math.abs(taken - 200)).toBeLessThanOrEqual(1);
  });
});
