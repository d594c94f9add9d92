import { describe, expect, it } from 'vitest';
import type { AlertCondition } from '#protocol';
import { previewText, type PreviewValues } from '#lib/components/alerts/alert-preview.ts';
import {
  conditionText,
  mutedWords,
  stateSentence,
  stateWord,
  tomorrowUs,
} from '#lib/components/alerts/alert-text.ts';
import { alertEntry } from './alert-entry.ts';

const entry = alertEntry();
const values: PreviewValues = {
  last: 10_000,
  bid: 9_999,
  ask: 10_001,
  closes: [9_800, 9_900, 10_000],
  ageMs: 300,
};
const price = (level: string, direction: 'above' | 'below' | 'either' = 'either'): AlertCondition => ({
  kind: 'price',
  field: 'last',
  direction,
  level,
});

describe('the preview of an alert', () => {
  it.each([
    [price('101'), 'Last is 100.00, 1.00 (+1.00%) away.'],
    [
      price('99', 'above'),
      'Last is 100.00, 1.00 (−1.00%) away. It is above already: fires when it has come back and crosses again.',
    ],
    [price('100'), 'Last is 100.00, at the level: fires when it has left and comes back.'],
    [
      price('100.005'),
      'Last is 100.00, 0.01 (+0.01%) away. Between two ticks: reached at 100.01 from below and at 100.00 from above.',
    ],
    [price('x'), ''],
    [
      { kind: 'change', direction: 'up', percent: '1', windowS: 120 },
      'Now +2.04% from the low and 0.00% from the high of the last 2 min.',
    ],
    [{ kind: 'change', direction: 'up', percent: '1', windowS: 3600 }, 'Counts from when the alert is made.'],
    [
      { kind: 'volume', times: '2', recentS: 60, baseS: 600 },
      'Says nothing before it has watched for 11 min.',
    ],
    [{ kind: 'spread', unit: 'bp', atLeast: '5' }, 'The spread is 2 ticks, 2.00 bp.'],
    [{ kind: 'stale', seconds: 5 }, 'The last update came 300 ms ago.'],
  ] satisfies [AlertCondition, string][])('of %j', (condition, text) => {
    expect(previewText(condition, entry, values)).toBe(text);
  });

  it('says that a price is not known yet', () => {
    expect(previewText(price('1'), entry, { ...values, last: Number.NaN })).toBe('There is no last yet.');
  });
});

describe('a rule in words', () => {
  it('writes its level as the prices of its instrument', () => {
    expect(conditionText(price('64200', 'above'), entry)).toBe('Last rises to 64,200.00');
    expect(conditionText(price('64200', 'above'), null)).toBe('Last rises to 64200');
    expect(conditionText(price('1.005'), entry)).toBe('Last crosses 1.005');
    expect(conditionText({ kind: 'spread', unit: 'ticks', atLeast: '1' }, entry)).toBe(
      'Spread is 1 tick or more',
    );
  });

  it('has one word for its state, and a sentence', () => {
    const none = { new: 0, armed: 0, rearming: 0, fired: 0 };
    const rule = {
      selectors: ['A'],
      condition: price('1'),
      repeat: false,
      rearmBy: '0',
      minIntervalS: 1,
      note: '',
      webhook: '',
      enabled: true,
      id: 1,
      createdUs: 1,
      mutedUntilUs: 0,
      leftOut: 0,
      firings: 0,
      lastFiredUs: 0,
    };
    const words = [
      none,
      { ...none, armed: 2, fired: 1 },
      { ...none, rearming: 1 },
      { ...none, fired: 1 },
    ].map((phases) => [stateWord({ ...rule, phases }), stateSentence({ ...rule, phases })]);
    expect(words).toEqual([
      ['Waiting', 'No symbol of this name is known yet.'],
      ['Armed', '2 of 3 symbols are armed.'],
      ['Re-arming', 'Fired, and waits for the value to come back.'],
      ['Fired', 'Fired once, and is done.'],
    ]);
    expect(stateWord({ enabled: false, phases: none })).toBe('Off');
  });

  it('says how long it is muted', () => {
    expect([mutedWords(0, 1), mutedWords(3_600_000_001, 1)]).toEqual(['', 'muted 60 min']);
    expect(tomorrowUs(new Date(2026, 0, 31, 23, 59))).toBe(new Date(2026, 1, 1).getTime() * 1000);
  });
});
