import { afterEach, describe, expect, it } from 'vitest';
import type { AlertDraft } from '#protocol';
import {
  conditionOf,
  draftOf,
  formOf,
  levelDraft,
  newForm,
  type AlertForm,
} from '#lib/components/alerts/alert-form.ts';
import { setFormatLocale } from '#lib/format/index.ts';
import { alertEntry } from './alert-entry.ts';

const entry = alertEntry();

afterEach(() => setFormatLocale('en-US'));

function drafted(form: AlertForm): Omit<AlertDraft, 'enabled'> {
  const read = draftOf(form);
  if (!read.ok) throw new Error(read.message);
  return read.draft;
}

describe('the form of an alert', () => {
  it('begins at the last price of the selected symbol', () => {
    expect(newForm(entry, 6_420_050)).toMatchObject({
      selectors: 'SIM:BTC-USD',
      kind: 'price',
      level: '64200.50',
    });
    expect(newForm(entry, Number.NaN).level).toBe('');
    expect(newForm(null, Number.NaN).selectors).toBe('');
  });

  it('gives back any rule as it was', () => {
    const rest = { repeat: true, rearmBy: '0.5', minIntervalS: 60, note: 'n', webhook: 'ops' };
    const conditions: AlertDraft['condition'][] = [
      { kind: 'price', field: 'bid', direction: 'below', level: '1.25' },
      { kind: 'change', direction: 'up', percent: '2.5', windowS: 77 },
      { kind: 'volume', times: '3', recentS: 7, baseS: 100 },
      { kind: 'spread', unit: 'ticks', atLeast: '4' },
      { kind: 'stale', seconds: 90 },
    ];
    for (const condition of conditions) {
      const draft = { selectors: ['SIM:BTC-USD', 'ETH-*'], condition, ...rest };
      expect(draftOf(formOf({ ...draft, enabled: true }))).toEqual({ ok: true, draft });
    }
  });

  it('says what is missing', () => {
    const form = newForm(entry, Number.NaN);
    expect(draftOf(form)).toEqual({ ok: false, message: 'A number is missing.' });
    expect(draftOf({ ...form, level: 'ten' })).toEqual({ ok: false, message: '“ten” is no number.' });
    expect(draftOf({ ...form, selectors: ' , ' })).toEqual({ ok: false, message: 'Choose a symbol.' });
  });

  it('reads and shows numbers as the page writes them: a comma before decimals is not left out', () => {
    setFormatLocale('de-DE');
    const form = newForm(entry, 6_420_050);
    expect(form.level).toBe('64200,50');
    const levelOf = (level: string) => conditionOf({ ...form, level });
    expect(levelOf(form.level)).toMatchObject({ level: '64200.50' });
    expect(levelOf('64.200,50')).toMatchObject({ level: '64200.50' });
    expect(conditionOf({ ...form, kind: 'change', percent: '0,5' })).toMatchObject({ percent: '0.5' });
    expect(formOf({ ...drafted(form), enabled: true })).toEqual(form);
    setFormatLocale('en-US');
    expect(draftOf({ ...form, level: '64200,50' })).toEqual({
      ok: false,
      message: '“64200,50” is no number.',
    });
  });

  it('waits for a level from the side where the price is', () => {
    const direction = (last: number) =>
      (levelDraft(entry, '100', last, 10_000).condition as { direction: string }).direction;
    expect([direction(9_000), direction(11_000), direction(10_000), direction(Number.NaN)]).toEqual([
      'above',
      'below',
      'either',
      'either',
    ]);
  });
});
