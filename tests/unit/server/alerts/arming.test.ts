import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Arming, type Look } from '../../../../server/alerts/arming.ts';

const terms = { repeat: true, minIntervalUs: 0, needsBack: true };

describe('the arming of a rule', () => {
  it('begins armed by what is not met, and fires by what is', () => {
    const arming = new Arming(terms);
    expect([arming.phase, arming.step('unknown', 1), arming.phase]).toEqual(['new', false, 'new']);
    expect([arming.step('back', 2), arming.phase]).toEqual([false, 'armed']);
    expect([arming.step('met', 3), arming.phase, arming.firedUs]).toEqual([true, 'rearming', 3]);
  });

  it('fires for what is met from the start only where nothing has to be crossed', () => {
    expect(new Arming(terms).step('met', 1)).toBe(false);
    expect(new Arming({ ...terms, needsBack: false }).step('met', 1)).toBe(true);
  });

  it('is done after one firing when it does not repeat', () => {
    const arming = new Arming({ ...terms, repeat: false }, { phase: 'armed', firedUs: 0 });
    expect([arming.step('met', 1), arming.phase]).toEqual([true, 'fired']);
    expect([arming.step('back', 2), arming.step('met', 3), arming.phase]).toEqual([false, false, 'fired']);
  });

  it('is not armed again between the two thresholds, nor before the shortest interval is over', () => {
    const arming = new Arming({ ...terms, minIntervalUs: 10 }, { phase: 'rearming', firedUs: 100 });
    arming.step('between', 200);
    expect(arming.phase).toBe('rearming');
    arming.step('back', 109);
    expect(arming.phase).toBe('rearming');
    arming.step('back', 110);
    expect(arming.phase).toBe('armed');
  });

  it('lies between any two firings of any run: a look that was back, and the shortest interval', () => {
    const looks = fc.array(fc.constantFrom<Look>('met', 'back', 'between', 'unknown'), { maxLength: 60 });
    fc.assert(
      fc.property(looks, fc.boolean(), fc.integer({ min: 0, max: 5 }), (run, needsBack, minIntervalUs) => {
        const arming = new Arming({ repeat: true, needsBack, minIntervalUs });
        let firedAt = -Infinity;
        let wasBack = !needsBack;
        for (const [at, look] of run.entries()) {
          if (look === 'back') wasBack = true;
          if (!arming.step(look, at)) continue;
          expect(look).toBe('met');
          expect(wasBack).toBe(true);
          expect(at - firedAt).toBeGreaterThanOrEqual(minIntervalUs);
          firedAt = at;
          wasBack = false;
        }
      }),
    );
  });
});
