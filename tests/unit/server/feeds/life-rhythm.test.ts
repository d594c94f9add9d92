import { describe, expect, it } from 'vitest';
import { LifeRhythm } from '../../../../server/feeds/life-rhythm.ts';

const S = 1_000_000;

describe('the rhythm of a source', () => {
  it('gives one that is quiet for long while it is well more time, and forgets that in two minutes', () => {
    const rhythm = new LifeRhythm();
    for (let atUs = 1_000 * S; atUs <= 1_024 * S; atUs += 8 * S) rhythm.note(atUs, true, atUs);
    expect(rhythm.silenceUs(2.5 * S)).toBe(16 * S);
    for (let atUs = 1_025 * S; atUs <= 1_200 * S; atUs += S) rhythm.note(atUs, true, atUs);
    expect(rhythm.silenceUs(2.5 * S)).toBe(2.5 * S);
  });

  it('learns nothing from an outage', () => {
    const rhythm = new LifeRhythm();
    rhythm.note(1_000 * S, true, 1_000 * S);
    rhythm.note(1_050 * S, false, 1_050 * S);
    expect(rhythm.silenceUs(2.5 * S)).toBe(2.5 * S);
  });
});
