import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unixUs } from '#protocol';
import { VersionClock } from '../../../../server/engine/version-clock.ts';

const START_US = 1_700_000_000_000_000;
const at = (ms: number) => unixUs(START_US + ms * 1_000);
const clock = (): VersionClock => new VersionClock(unixUs(START_US));

describe('VersionClock', () => {
  it('[VE2] counts milliseconds of the epoch, and one more where two flushes share one', () => {
    const versions = clock();
    expect([
      versions.seal(at(5)),
      versions.seal(at(5)),
      versions.seal(at(5.9)),
      versions.seal(at(100)),
    ]).toEqual([5, 6, 7, 100]);
  });

  it('never falls, even where the clock does', () => {
    const versions = clock();
    versions.seal(at(100));
    expect(versions.seal(at(50))).toBe(101);
    expect(versions.peek(at(50))).toBe(101);
    expect(versions.reach(at(50))).toBe(101);
  });

  it('does not run ahead of time however many newcomers are brought up to now within a millisecond', () => {
    const versions = clock();
    versions.seal(at(10));
    for (let newcomer = 0; newcomer < 10_000; newcomer += 1) versions.reach(at(11));
    expect(versions.current).toBe(11);
  });

  it('tells the version of now without sealing it', () => {
    const versions = clock();
    expect(versions.peek(at(7))).toBe(7);
    expect(versions.current).toBe(0);
    expect(versions.next).toBe(1);
  });

  it('begins anew at 0', () => {
    const versions = clock();
    versions.seal(at(5_000));
    versions.restart(at(6_000));
    expect([versions.current, versions.seal(at(6_001))]).toEqual([0, 1]);
  });

  it('is exhausted a day before the 32 bits are, which is time enough to begin a new epoch', () => {
    const versions = clock();
    const days = 86_400_000;
    versions.seal(at(48 * days));
    expect(versions.exhausted).toBe(false);
    versions.seal(at(49 * days));
    expect(versions.exhausted).toBe(true);
    expect(versions.seal(at(60 * days))).toBe(0xff_ff_ff_ff);
  });

  it('stamps every change above the version of each frame before it, and a flush covers what was stamped', () => {
    const step = fc.record({ ms: fc.nat(3), what: fc.constantFrom('change', 'seal', 'reach') });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const versions = clock();
        let ms = 0;
        let newestFrame = 0;
        let newestStamp = 0;
        for (const { ms: later, what } of steps) {
          ms += later;
          if (what === 'change') {
            newestStamp = versions.next;
            expect(newestStamp).toBeGreaterThan(newestFrame);
            continue;
          }
          const version = what === 'seal' ? versions.seal(at(ms)) : versions.reach(at(ms));
          expect(version).toBeGreaterThanOrEqual(newestFrame);
          if (what === 'seal') expect(version).toBeGreaterThanOrEqual(newestStamp);
          newestFrame = version;
        }
      }),
      { seed: 1 },
    );
  });
});
