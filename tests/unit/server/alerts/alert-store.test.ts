import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { AlertStore, type NewFiring } from '../../../../server/alerts/alert-store.ts';
import { crossing, draft, freshFolder } from './watched-market.ts';

const open: AlertStore[] = [];
afterEach(() => {
  for (const store of open.splice(0)) store.close();
});

function store(path = join(freshFolder(), 'alerts.db')): AlertStore {
  const made = new AlertStore(path);
  open.push(made);
  return made;
}

function reopened(held: AlertStore, path: string): AlertStore {
  held.close();
  open.splice(open.indexOf(held), 1);
  return store(path);
}

const firing = (rule: number, more: Partial<NewFiring> = {}): NewFiring => ({
  rule,
  instrument: 'test:AAA',
  timeUs: 1_790_000_000_000_000,
  value: '1',
  message: 'AAA',
  note: '',
  muted: false,
  webhook: '',
  ...more,
});
const state = (rule: number) =>
  ({ rule, instrument: 'test:AAA', phase: 'rearming', firedUs: 5, side: -1 }) as const;

describe('the store of alerts', () => {
  it('has everything again after it was closed, under the same name', () => {
    const path = join(freshFolder(), 'deep', 'alerts.db');
    const first = store(path);
    const id = first.addRule(draft(crossing('100'), { note: 'Überblick' }), 7);
    expect(first.write([firing(id, { webhook: 'ops' })], [state(id)])).toEqual([1]);
    first.mutedUntilUs = 9;
    const { name } = first;
    const again = reopened(first, path);
    expect(again.name).toBe(name);
    expect(again.rules()).toMatchObject([
      { id, note: 'Überblick', createdUs: 7, firings: 1, lastFiredUs: 1_790_000_000_000_000 },
    ]);
    expect(again.watch(id, 'test:AAA')).toEqual(state(id));
    expect([again.mutedUntilUs, again.lastSeq]).toEqual([9, 1]);
    expect(again.firingsAfter(0, 10)).toMatchObject([
      { seq: 1, delivery: { webhook: 'ops', state: 'waiting' } },
    ]);
  });

  it('never gives a number again, also when the newest firings are gone', () => {
    const path = join(freshFolder(), 'alerts.db');
    const first = store(path);
    const id = first.addRule(draft(crossing('100')), 1);
    first.write([firing(id), firing(id)], []);
    first.prune(1_800_000_000_000_000);
    expect(first.firingsAfter(0, 10)).toEqual([]);
    const again = reopened(first, path);
    expect([again.lastSeq, again.write([firing(id)], [])]).toEqual([2, [3]]);
  });

  it('keeps 10,000 firings', () => {
    const held = store();
    const id = held.addRule(draft(crossing('100')), 1);
    for (let batch = 0; batch < 6; batch += 1)
      held.write(
        Array.from({ length: 2_000 }, () => firing(id)),
        [],
      );
    expect(held.firingsAfter(0, 1).map(({ seq }) => seq)).toEqual([2_001]);
    expect(held.firingsBefore(Number.MAX_SAFE_INTEGER, 1, id).map(({ seq }) => seq)).toEqual([12_000]);
  });

  it('is one server’s: a second one is told so', () => {
    const path = join(freshFolder(), 'alerts.db');
    store(path);
    expect(() => new AlertStore(path)).toThrow('The database of alerts is in use by another server.');
  });

  it('says in one sentence that a file is no database', () => {
    const path = join(freshFolder(), 'alerts.db');
    writeFileSync(path, 'This is a letter, and no database.'.repeat(100));
    expect(() => new AlertStore(path)).toThrow(/^The database of alerts cannot be used: .*not a database\.$/);
  });

  it('writes all of it or nothing, and goes on after a write that failed', () => {
    const held = store();
    const id = held.addRule(draft(crossing('100')), 1);
    const broken = { ...state(id), phase: null as unknown as 'fired' };
    expect(() => held.write([firing(id)], [broken])).toThrow(
      /^The database of alerts cannot be used: NOT NULL/,
    );
    expect([held.firingsAfter(0, 10), held.rule(id)?.firings]).toEqual([[], 0]);
    expect(held.write([firing(id)], [state(id)])).toEqual([1]);
  });

  it('has a deleted rule back for ten minutes', () => {
    const held = store();
    const id = held.addRule(draft(crossing('100')), 1);
    held.write([], [state(id)]);
    held.deleteRule(id, 1_000_000);
    expect([held.rule(id), held.restoreRule(id, 600_999_999), held.rule(id)?.id]).toEqual([null, true, id]);
    expect(held.watch(id, 'test:AAA')?.phase).toBe('rearming');
    held.deleteRule(id, 1_000_000);
    held.prune(601_000_001);
    expect(held.restoreRule(id, 601_000_001)).toBe(false);
    expect(held.watch(id, 'test:AAA')).toBeUndefined();
  });
});
