import { describe, expect, it } from 'vitest';
import { FailureThrottle } from '../../../../server/admin/failure-throttle.ts';

const S = 1_000_000;

/** Fails until it has to wait, and returns how often that was. */
function failOften(throttle: FailureThrottle, address: string, nowUs: number): number {
  let failures = 0;
  for (; throttle.waitS(address, nowUs) === 0; failures += 1) throttle.add(address, nowUs);
  return failures;
}

describe('[SEC20] FailureThrottle', () => {
  it('lets an address fail five times at once and then once in ten seconds', () => {
    const throttle = new FailureThrottle();
    expect(failOften(throttle, 'a', 0)).toBe(5);
    expect(throttle.waitS('a', 0)).toBe(10);
    expect(throttle.waitS('a', 9.5 * S)).toBe(1);
    expect(failOften(throttle, 'a', 10 * S)).toBe(1);
    expect(throttle.waitS('a', 10 * S)).toBe(10);
  });

  it('forgets everything after a quiet minute', () => {
    const throttle = new FailureThrottle();
    failOften(throttle, 'a', 0);
    expect(failOften(throttle, 'a', 60 * S)).toBe(5);
  });

  it('does not make one address wait for another', () => {
    const throttle = new FailureThrottle();
    failOften(throttle, 'a', 0);
    expect(throttle.waitS('b', 0)).toBe(0);
    expect(failOften(throttle, 'b', 0)).toBe(5);
  });

  it('remembers a thousand addresses, those that failed last', () => {
    const throttle = new FailureThrottle();
    failOften(throttle, 'first', 0);
    failOften(throttle, 'second', 0);
    for (let index = 0; index < 998; index += 1) throttle.add(`other ${index}`, 0);
    expect([throttle.waitS('first', 0), throttle.waitS('second', 0)]).toEqual([10, 10]);
    throttle.add('one more', 0);
    expect([throttle.waitS('first', 0), throttle.waitS('second', 0)]).toEqual([0, 10]);
  });
});
