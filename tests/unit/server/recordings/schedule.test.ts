import { describe, expect, it } from 'vitest';
import {
  nextWindow,
  scheduleSchema,
  type ScheduledRecording,
} from '../../../../server/recordings/schedule.ts';

const iso = (text: string): number => Date.parse(text) * 1_000;

function windowAt(entry: Omit<ScheduledRecording, 'name'>, now: string): string[] {
  const { fromUs, toUs, name } = nextWindow({ name: 'x', ...entry }, iso(now));
  return [new Date(fromUs / 1_000).toISOString(), new Date(toUs / 1_000).toISOString(), name];
}

describe('nextWindow', () => {
  it('is the one that lasts, or the next one', () => {
    const entry = { at: '14:25', zone: 'UTC', for: 3_600_000 };
    const today = ['2026-03-04T14:25:00.000Z', '2026-03-04T15:25:00.000Z', 'x 2026-03-04 14.25'];
    expect(windowAt(entry, '2026-03-04T10:00:00Z')).toEqual(today);
    expect(windowAt(entry, '2026-03-04T15:24:59Z')).toEqual(today);
    expect(windowAt(entry, '2026-03-04T15:25:00Z')[0]).toBe('2026-03-05T14:25:00.000Z');
  });

  it('keeps to the wall clock of its zone when clocks are changed', () => {
    const entry = { at: '09:30', zone: 'America/New_York', for: 60_000 };
    expect(windowAt(entry, '2026-03-06T18:00:00Z')[0]).toBe('2026-03-07T14:30:00.000Z');
    expect(windowAt(entry, '2026-03-07T18:00:00Z')[0]).toBe('2026-03-08T13:30:00.000Z');
  });

  it('lasts over midnight, and leaves out days that are not named', () => {
    const entry = { at: '23:30', zone: 'Asia/Tokyo', for: 3_600_000, days: ['fri' as const] };
    expect(windowAt(entry, '2026-03-06T15:00:00Z')).toEqual([
      '2026-03-06T14:30:00.000Z',
      '2026-03-06T15:30:00.000Z',
      'x 2026-03-06 23.30',
    ]);
    expect(windowAt(entry, '2026-03-06T16:00:00Z')[0]).toBe('2026-03-13T14:30:00.000Z');
  });
});

describe('the schedule of the configuration', () => {
  const good = { name: 'open', at: '09:30', for: '1h' };

  it('is taken as it is documented', () => {
    const all = { ...good, zone: 'America/New_York', days: ['mon'], selectors: ['AAPL'] };
    expect(scheduleSchema.parse([good, all])).toEqual([
      { ...good, for: 3_600_000 },
      { ...all, for: 3_600_000 },
    ]);
  });

  it.each([
    { ...good, at: '9:30' },
    { ...good, at: '24:00' },
    { ...good, for: '25h' },
    { ...good, for: 'long' },
    { ...good, zone: 'Mars/Olympus' },
    { ...good, days: [] },
    { ...good, days: ['monday'] },
    { ...good, name: '../x' },
    { ...good, more: 1 },
  ])('is refused: %j', (entry) => {
    expect(scheduleSchema.safeParse([entry]).success).toBe(false);
  });
});

describe('selectors of a scheduled recording', () => {
  const parsed = (selectors: readonly string[]): boolean =>
    scheduleSchema.safeParse([{ name: 'open', at: '09:25', for: '1h', selectors }]).success;

  it('are taken as a subscription takes them', () => {
    expect(parsed(['AAPL', 'BTC-*', 'venue:kraken', '!ETH-*'])).toBe(true);
  });

  it.each<[string, string[]]>([
    ['nothing but what is left out', ['!ETH-*']],
    ['an empty one', ['AAPL', '']],
    ['a line break', ['AA\nPL']],
    ['none', []],
  ])('are refused at the start, and not at the time of day, for %s', (_, selectors) => {
    expect(parsed(selectors)).toBe(false);
  });
});
