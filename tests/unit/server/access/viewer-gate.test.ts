import { describe, expect, it } from 'vitest';
import type { Admitted, Grant, Verdict } from '../../../../server/access/authority.ts';
import { HookAuthority } from '../../../../server/access/hook-authority.ts';
import { ViewerGate, VERIFY_MS_MAX } from '../../../../server/access/viewer-gate.ts';
import { TICKET_LIFE_MS } from '../../../../server/access/tickets.ts';
import { KnownTokens } from '../../../support/known-tokens.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

function gateOf(...authorities: ConstructorParameters<typeof ViewerGate>[0]['authorities'][number][]) {
  const clock = new ManualClock();
  const log: { event: string; detail: Record<string, unknown> }[] = [];
  const gate = new ViewerGate({
    authorities,
    clock,
    log: (event, detail) => log.push({ event, detail }),
  });
  return { clock, gate, log };
}

const ADA: Grant = { user: 'ada' };
const reasonOf = (admitted: Admitted): string => (admitted.ok ? 'ok' : admitted.reason);

describe('ViewerGate', () => {
  it('lets everybody in where there is no authority', () => {
    expect(gateOf().gate.isOpen).toBe(true);
    expect(gateOf(new KnownTokens()).gate.isOpen).toBe(false);
  });

  it('tells a missing token from a wrong one and an expired one, and counts each', async () => {
    const { gate, clock } = gateOf(
      new KnownTokens({ good: ADA, old: { user: 'ada', expiresUs: 1 } }),
      new KnownTokens(),
    );
    expect(await gate.admit('good', '::1')).toMatchObject({ ok: true, viewer: { user: 'ada' } });
    for (const token of [undefined, '', 'bad', 'old', 'x'.repeat(5_000)]) await gate.admit(token, '::1');
    expect(gate.refused).toMatchObject({ missing: 2, wrong: 2, expired: 1 });
    expect(clock.pendingTimers).toBe(0);
  });

  it('answers at once where the authority does', () => {
    expect(gateOf(new KnownTokens({ good: ADA })).gate.admit('good', '::1')).not.toBeInstanceOf(Promise);
  });

  it('asks the next authority when one does not know the token, also when one has to be waited for', async () => {
    const hook = new HookAuthority({ verify: () => Promise.resolve(null) });
    const { gate } = gateOf(new KnownTokens(), hook, new KnownTokens({ good: ADA }));
    expect(await gate.admit('good', '::1')).toMatchObject({ ok: true });
    expect(reasonOf(await gate.admit('bad', '::1'))).toBe('wrong');
  });

  it('refuses after its time when a hook hangs, and tells the hook that nobody waits any more', async () => {
    let signal: AbortSignal | undefined;
    const hook = new HookAuthority({
      verify: (_, about) => {
        signal = about.signal;
        return new Promise(() => undefined);
      },
    });
    const { gate, clock, log } = gateOf(hook);
    const answer = gate.admit('good', '192.0.2.1') as Promise<Admitted>;
    clock.advance(VERIFY_MS_MAX - 1);
    expect(signal?.aborted).toBe(false);
    clock.advance(1);
    expect(reasonOf(await answer)).toBe('late');
    expect(signal?.aborted).toBe(true);
    expect(gate.refused.late).toBe(1);
    expect(log.map(({ event }) => event)).toEqual(['authority is late', 'viewer refused']);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('no database');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no database'))],
    ['answers with something that is no grant', () => ({ name: 'ada' })],
    ['answers with a user that would break a log line', () => ({ user: 'a\nb' })],
    ['answers with selectors that are none', () => ({ user: 'ada', symbols: ['!'] })],
    ['answers with text for selectors', () => ({ user: 'ada', symbols: '*' })],
    ['answers with an expiry that is no number', () => ({ user: 'ada', expiresUs: Number.NaN })],
  ])('refuses, logs and counts when a hook %s', async (_, verify) => {
    const { gate, log, clock } = gateOf(new HookAuthority({ verify: verify as never }));
    expect(reasonOf(await gate.admit('good', '::1'))).toBe('failed');
    expect(gate.refused.failed).toBe(1);
    expect(log[0]).toMatchObject({ event: 'authority failed', detail: { authority: 'hook' } });
    expect(clock.pendingTimers).toBe(0);
  });

  it('[SEC4] names no token in its log, whatever happens to it', async () => {
    const secret = 'tok_8f2c0d9a1b3e4f5a';
    const known = new KnownTokens();
    const { gate, log } = gateOf(known);
    await gate.admit(secret, '::1');
    known.instead = () => Promise.reject(new Error('no answer'));
    await gate.admit(secret, '::1');
    expect(log.length).toBeGreaterThan(0);
    expect(JSON.stringify(log)).not.toContain(secret);
  });

  it('[SEC21] does not let whoever guesses fill the log', async () => {
    const { gate, log, clock } = gateOf(new KnownTokens());
    for (let count = 0; count < 1_000; count += 1) await gate.admit(`guess ${count}`, '::1');
    expect(log.length).toBeLessThan(30);
    expect(gate.refused.wrong).toBe(1_000);
    clock.advance(60_000);
    const before = log.length;
    await gate.admit('again', '::1');
    expect(log.length).toBe(before + 1);
  });

  it('waits for so many answers at once and refuses the rest for now', async () => {
    const known = new KnownTokens();
    const held: ((verdict: Verdict) => void)[] = [];
    known.instead = () => new Promise((resolve) => held.push(resolve));
    const { gate } = gateOf(known);
    const waiting = Array.from({ length: 1_000 }, () => gate.admit('token', '::1'));
    expect(reasonOf(await gate.admit('token', '::1'))).toBe('busy');
    for (const settle of held) settle({ ok: true, grant: ADA });
    await Promise.all(waiting);
    known.instead = undefined;
    expect(reasonOf(await gate.admit('token', '::1'))).toBe('wrong');
  });

  it('takes a ticket once, for as long as it holds, and knows the token behind it', async () => {
    const { gate, clock } = gateOf(new KnownTokens({ good: ADA }));
    const ticket = gate.tickets.issue('good', clock.nowUs());
    expect(ticket).toMatch(/^[\w-]{43}$/);
    expect(await gate.admit(ticket, '::1')).toMatchObject({ ok: true, token: 'good' });
    expect(reasonOf(await gate.admit(ticket, '::1'))).toBe('wrong');
    const late = gate.tickets.issue('good', clock.nowUs());
    clock.advance(TICKET_LIFE_MS);
    expect(reasonOf(await gate.admit(late, '::1'))).toBe('wrong');
  });

  it('gives all viewers of a class one entitlement, whatever the order of its selectors', async () => {
    const { gate } = gateOf(
      new KnownTokens({
        a: { user: 'a', symbols: ['ETH-*', 'BTC-*'] },
        b: { user: 'b', symbols: ['BTC-*', 'ETH-*', 'BTC-*'] },
        all: { user: 'c', symbols: ['*'] },
        none: { user: 'd', symbols: [] },
      }),
    );
    const entitlementOf = async (token: string) => {
      const admitted = await gate.admit(token, '::1');
      return admitted.ok ? admitted.viewer.entitlement : undefined;
    };
    const shared = await entitlementOf('a');
    expect(await entitlementOf('b')).toBe(shared);
    expect(shared?.sees({ venue: 'sim', symbol: 'BTC-USD' })).toBe(true);
    expect(shared?.sees({ venue: 'sim', symbol: 'XRP-USD' })).toBe(false);
    expect(await entitlementOf('all')).toBeNull();
    expect((await entitlementOf('none'))?.sees({ venue: 'sim', symbol: 'BTC-USD' })).toBe(false);
  });
});
