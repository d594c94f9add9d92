import { expect, it } from 'vitest';
import { RecentIds } from '../../../../server/feeds/recent-ids.ts';

it('the last ids are remembered, and no more than twice as many', () => {
  const ids = new RecentIds(100);
  for (let at = 0; at < 1_000; at += 1) {
    ids.add(String(at));
    for (const near of [at, at - 50, at - 99]) if (near >= 0) expect(ids.has(String(near))).toBe(true);
    if (at >= 200) expect(ids.has(String(at - 200))).toBe(false);
  }
});
