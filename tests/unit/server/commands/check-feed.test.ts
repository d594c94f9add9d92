import { describe, expect, it } from 'vitest';
import { checksText } from '../../../../server/commands/check-feed.ts';
import { ADAPTER_CHECKS } from '../../../../server/feeds/kit/adapter-checks.ts';
import { FEED_CHECKS } from '../../../../server/feeds/kit/feed-checks.ts';

describe('the table of check-feed', () => {
  it('is a line a check, with what was found and what to do below a failure', () => {
    const text = checksText([
      { id: 'facts', title: 'says what it is', outcome: 'pass', reason: 'Acme', hint: '' },
      { id: 'live', title: 'goes live', outcome: 'fail', reason: 'It is not live.', hint: 'Call port.live.' },
      { id: 'rest', title: 'fills holes', outcome: 'skip', reason: 'no REST', hint: '' },
    ]);
    expect(text.split('\n')).toEqual([
      'ok    says what it is  Acme',
      'FAIL  goes live',
      '      found: It is not live.',
      '      hint:  Call port.live.',
      '-     fills holes      no REST',
      '',
      '1 passed, 1 failed, 1 not applicable',
    ]);
  });

  it('has a hint for each failure that there can be', () => {
    const checks = [...ADAPTER_CHECKS, ...FEED_CHECKS];
    expect(checks.length).toBeGreaterThan(20);
    for (const { id, hint } of checks) expect(hint, id).toMatch(/\w.*[.;]?$/);
    expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
  });
});
