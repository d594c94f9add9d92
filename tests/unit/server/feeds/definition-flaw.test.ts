import { describe, expect, it } from 'vitest';
import { definitionFlaw } from '../../../../server/feeds/definition-flaw.ts';
import { instrument } from '../../../support/test-timeline.ts';

const SOUND = instrument('ACME', { venue: 'desk', name: '', currency: '' });

describe('what an adapter that nobody type-checked makes known', () => {
  it('is taken when it has the form that is promised, with name and currency unknown', () => {
    expect(definitionFlaw(SOUND)).toBeNull();
  });

  const STEP = '{ units, decimals }, whole numbers from 1 and from 0 to 18';
  it.each<[string, object, string]>([
    ['a step that is a number', { tick: 0.01 }, `tick 0.01: expected ${STEP}.`],
    ['a step that is not there', { tick: null }, `tick null: expected ${STEP}.`],
    [
      'a step of nothing',
      { lot: { units: 0, decimals: 0 } },
      `lot {"units":0,"decimals":0}: expected ${STEP}.`,
    ],
    [
      'a step of a fraction',
      { tick: { units: 1.5, decimals: 0 } },
      `tick {"units":1.5,"decimals":0}: expected ${STEP}.`,
    ],
    [
      'digits below none',
      { tick: { units: 1, decimals: -1 } },
      `tick {"units":1,"decimals":-1}: expected ${STEP}.`,
    ],
    [
      'more digits than readers are promised',
      { lot: { units: 1, decimals: 19 } },
      `lot {"units":1,"decimals":19}: expected ${STEP}.`,
    ],
    ['no name', { name: undefined }, 'name missing: expected text.'],
    ['a currency that is a number', { currency: 840 }, 'currency 840: expected text.'],
    ['an empty symbol', { symbol: '' }, 'symbol "": expected a name.'],
    [
      'a class that is none',
      { assetClass: 'stock' },
      'assetClass "stock": expected one of crypto, equity, fx, future, index, other.',
    ],
  ])('is refused with %s', (_, change, says) => {
    const flaw = definitionFlaw({ ...SOUND, ...change });
    expect(flaw).toContain(' is defined with the ');
    expect(flaw!.endsWith(says)).toBe(true);
  });
});
