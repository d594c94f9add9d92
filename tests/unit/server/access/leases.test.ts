import { describe, expect, it } from 'vitest';
import type { Verdict, Viewer } from '../../../../server/access/authority.ts';
import type { LeaseOwner } from '../../../../server/access/leases.ts';
import { answered, KnownTokens } from '../../../support/known-tokens.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { openGate } from '../../../support/open-gate.ts';

class Owner implements LeaseOwner {
  readonly said: string[] = [];
  onViewer({ user }: Viewer): void {
    this.said.push(user);
  }
  onRefused(reason: string): void {
    this.said.push(`refused: ${reason}`);
  }
}

const MINUTE_MS = 60_000;

function leased(count = 1, lastsMs: number | null = null) {
  const clock = new ManualClock();
  const known = new KnownTokens();
  const grant = { user: 'ada', expiresUs: lastsMs === null ? null : clock.nowUs() + lastsMs * 1000 };
  known.grants.set('token', grant);
  const gate = openGate(clock, [known]);
  const owners = Array.from({ length: count }, () => {
    const owner = new Owner();
    const admitted = gate.admit('token', '::1');
    if (admitted instanceof Promise || !admitted.ok) throw new Error('not let in');
    gate.leases.take(admitted.token, admitted.viewer, owner);
    return owner;
  });
  known.asked.length = 0;
  return { clock, known, gate, owners, owner: owners[0]! };
}

describe('Leases', () => {
  it.each([100, 999, 1_000, 1_001, 5_500, 59_999])(
    '[SEC6] [AC3] ends a lease within a second of its expiry after %i ms, and never before',
    (lastsMs) => {
      const { clock, owner, gate } = leased(1, lastsMs);
      clock.advance(lastsMs - 1);
      expect(owner.said).toEqual([]);
      clock.advance(1_001);
      expect(owner.said).toEqual(['refused: expired']);
      expect(gate.leases.size).toBe(0);
    },
  );

  it('[SEC6] verifies everybody again at least every half hour', () => {
    const { clock, known, owner } = leased();
    clock.advance(29 * MINUTE_MS);
    expect(known.asked.length).toBeGreaterThan(0);
    expect(owner.said).not.toContain('refused: wrong');
    known.grants.clear();
    clock.advance(30 * MINUTE_MS);
    expect(owner.said.at(-1)).toBe('refused: wrong');
  });

  it('lets viewers stay while nobody can say whether they may, for half an hour and no longer', async () => {
    const { clock, known, owner } = leased();
    known.instead = () => Promise.reject(new Error('no database'));
    for (let minute = 0; minute < 29; minute += 1) {
      clock.advance(MINUTE_MS);
      await answered();
    }
    expect(owner.said).toEqual([]);
    for (let minute = 0; minute < 3; minute += 1) {
      clock.advance(MINUTE_MS);
      await answered();
    }
    expect(owner.said).toEqual(['refused: failed']);
  });

  it('[SEC6] verifies everybody at once when the authority says that something changed, in portions', () => {
    const { clock, known, owners } = leased(1_000);
    known.grants.clear();
    known.recheck();
    expect(known.asked.length).toBeLessThan(1_000);
    clock.advance(1);
    expect(owners.every(({ said }) => said[0] === 'refused: wrong')).toBe(true);
  });

  it('asks for few answers at once', async () => {
    const { clock, known } = leased(1_000);
    const waiting: ((verdict: Verdict) => void)[] = [];
    known.instead = () => new Promise((resolve) => waiting.push(resolve));
    known.recheck();
    clock.advance(100);
    const most = waiting.length;
    expect(most).toBeLessThan(1_000);
    for (let round = 0; round < 20; round += 1) {
      for (const settle of waiting.splice(0)) settle({ ok: true, grant: { user: 'ada' } });
      await answered();
      expect(waiting.length).toBeLessThanOrEqual(most);
    }
    expect(known.asked).toHaveLength(1_000);
  });

  it('takes no notice of an answer about a token that was replaced meanwhile', async () => {
    const clock = new ManualClock();
    const known = new KnownTokens({ first: { user: 'ada' }, second: { user: 'ada' } });
    const gate = openGate(clock, [known]);
    const owner = new Owner();
    const viewer: Viewer = { user: 'ada', expiresUs: Number.POSITIVE_INFINITY, entitlement: null };
    const lease = gate.leases.take('first', viewer, owner);
    let settle: (verdict: Verdict) => void = () => undefined;
    known.instead = () => new Promise((resolve) => (settle = resolve));
    gate.leases.recheck();
    gate.leases.renew(lease, 'second', viewer);
    settle({ ok: false, reason: 'wrong' });
    await answered();
    expect(owner.said).toEqual(['ada']);
  });

  it('runs one timer for all, and none when nobody is there', () => {
    const { clock, gate, owners } = leased(50);
    expect(clock.pendingTimers).toBe(1);
    expect(owners).toHaveLength(50);
    gate.close();
    expect(clock.pendingTimers).toBe(0);
  });
});
