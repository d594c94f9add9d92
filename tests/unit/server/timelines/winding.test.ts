import { describe, expect, it } from 'vitest';
import { Winding } from '../../../../server/timelines/winding.ts';

describe('an answer about a recording', () => {
  it('waits until it was wound to its place', async () => {
    const winding = new Winding();
    winding.begin();
    let looks = 0;
    const answer = winding.steady(
      async () => (looks += 1),
      () => 0,
    );
    await Promise.resolve();
    expect(looks).toBe(0);
    winding.end();
    expect(await answer).toBe(1);
  });

  it('is made anew where the recording went elsewhere meanwhile, and at last given as it is', async () => {
    const winding = new Winding();
    let place = 0;
    let looks = 0;
    const moved = await winding.steady(
      async () => {
        looks += 1;
        if (looks < 3) place += 1;
        return looks;
      },
      () => place,
    );
    expect(moved).toBe(3);
    const restless = await winding.steady(
      async () => (place += 1),
      () => place,
    );
    expect(restless).toBeGreaterThan(0);
  });
});
