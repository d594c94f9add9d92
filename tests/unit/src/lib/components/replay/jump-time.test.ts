import { describe, expect, test } from 'vitest';
import { parseJump, type JumpContext } from '../../../../../../src/lib/components/replay/jump-time.ts';

const at = (iso: string): number => Date.parse(iso) * 1_000;
const context: JumpContext = {
  nowUs: at('2026-11-12T14:00:00.000Z'),
  fromUs: at('2026-11-12T09:30:00.500Z'),
  toUs: at('2026-11-12T16:00:00.000Z'),
  zone: 'utc',
  openUs: at('2026-11-12T09:30:00.500Z'),
  endsNow: false,
};

const goal = (text: string, more: Partial<JumpContext> = {}): string => {
  const found = parseJump(text, { ...context, ...more });
  if (!found.ok) return found.message;
  if (found.timeUs === 'live') return 'live';
  const us = String(found.timeUs % 1_000).padStart(3, '0');
  return new Date(Math.floor(found.timeUs / 1_000)).toISOString().replace('Z', us === '000' ? 'Z' : `${us}Z`);
};

describe('where a text jumps to', () => {
  test.each([
    ['14:32', '2026-11-12T14:32:00.000Z'],
    [' 14:32:07 ', '2026-11-12T14:32:07.000Z'],
    ['14:32:07.250', '2026-11-12T14:32:07.250Z'],
    ['14:32:07,250125', '2026-11-12T14:32:07.250125Z'],
    ['9:45', '2026-11-12T09:45:00.000Z'],
    ['+5m', '2026-11-12T14:05:00.000Z'],
    ['-30s', '2026-11-12T13:59:30.000Z'],
    ['\u221230s', '2026-11-12T13:59:30.000Z'],
    ['+1h30m', '2026-11-12T15:30:00.000Z'],
    ['-1.5s', '2026-11-12T13:59:58.500Z'],
    ['-250ms', '2026-11-12T13:59:59.750Z'],
    ['- 2 min', '2026-11-12T13:58:00.000Z'],
    ['open', '2026-11-12T09:30:00.500Z'],
    ['Start', '2026-11-12T09:30:00.500Z'],
    ['end', '2026-11-12T16:00:00.000Z'],
    ['now', 'live'],
    ['2026-11-12 14:32:07.250', '2026-11-12T14:32:07.250Z'],
    ['2026-11-12T14:32:07.250Z', '2026-11-12T14:32:07.250Z'],
    ['2026-11-12T16:32:07+02:00', '2026-11-12T14:32:07.000Z'],
    ['2026-11-12T09:02-0530', '2026-11-12T14:32:00.000Z'],
    ['1794493927250000', '2026-11-12T14:32:07.250Z'],
    ['1794493927250', '2026-11-12T14:32:07.250Z'],
  ])('%s', (text, expected) => {
    expect(goal(text)).toBe(expected);
  });

  test('what is meant by the minute, or by the day, may begin before the recording does', () => {
    expect(goal('09:30')).toBe('2026-11-12T09:30:00.500Z');
    expect(goal('2026-11-12')).toBe('2026-11-12T09:30:00.500Z');
    expect(goal('09:30:00')).toBe('2026-11-12T09:30:00.500Z');
    expect(goal('09:30:00.000')).toBe('09:30:00 is before the start at 09:30:00.');
  });

  test('a time of day is the one next to the playhead that the recording has, over midnight too', () => {
    const night = { fromUs: at('2026-11-12T22:00:00Z'), toUs: at('2026-11-13T04:00:00Z') };
    expect(goal('01:00', { ...night, nowUs: at('2026-11-12T23:00:00Z') })).toBe('2026-11-13T01:00:00.000Z');
    expect(goal('23:00', { ...night, nowUs: at('2026-11-13T01:00:00Z') })).toBe('2026-11-12T23:00:00.000Z');
  });

  test('a time without a zone is in the zone that was chosen, one with a zone is not', () => {
    const local = (hours: number) => new Date(2026, 10, 12, hours, 32).getTime() * 1_000;
    const around = { zone: 'local' as const, fromUs: local(0), toUs: local(23), nowUs: local(10) };
    expect(parseJump('14:32', { ...context, ...around })).toEqual({ ok: true, timeUs: local(14) });
    expect(parseJump('2026-11-12 14:32', { ...context, ...around })).toEqual({ ok: true, timeUs: local(14) });
    expect(goal('2026-11-12T14:32Z', { zone: 'local' })).toBe('2026-11-12T14:32:00.000Z');
  });

  test('a time of the exchange is one on its clock, and of its day', () => {
    const zone = 'America/New_York' as const;
    const night = { zone, nowUs: at('2026-11-13T01:00:00Z'), toUs: at('2026-11-13T03:00:00Z') };
    expect(goal('09:32', { zone })).toBe('2026-11-12T14:32:00.000Z');
    expect(goal('20:15', night)).toBe('2026-11-13T01:15:00.000Z');
    expect(goal('2026-11-12 09:32:07.250', night)).toBe('2026-11-12T14:32:07.250Z');
    expect(goal('2026-11-12T14:32Z', { zone })).toBe('2026-11-12T14:32:00.000Z');
    expect(goal('04:00', { zone })).toBe('04:00:00 is before the start at 04:30:00.');
  });

  test('where clocks change, an hour that is left out is counted on, and one that comes twice is the first', () => {
    const zone = 'America/New_York' as const;
    const year = { zone, fromUs: at('2026-01-01T00:00:00Z'), toUs: at('2026-12-31T00:00:00Z') };
    expect(goal('2026-03-08 01:30', year)).toBe('2026-03-08T06:30:00.000Z');
    expect(goal('2026-03-08 02:30', year)).toBe('2026-03-08T07:30:00.000Z');
    expect(goal('2026-03-08 03:30', year)).toBe('2026-03-08T07:30:00.000Z');
    expect(goal('2026-11-01 01:30', year)).toBe('2026-11-01T05:30:00.000Z');
    expect(goal('2026-11-01 02:30', year)).toBe('2026-11-01T07:30:00.000Z');
  });

  test('the end of what goes on is live, and what is later has not come yet', () => {
    expect(goal('end', { endsNow: true })).toBe('live');
    expect(goal('+3h', { endsNow: true })).toBe('17:00:00 has not come yet.');
  });
});

describe('what cannot be gone to is said in a sentence', () => {
  test.each([
    ['', 'Write 14:32, 14:32:07.250, +5m, -30s, open, or 2026-11-12 14:32:07.250.'],
    ['noon', '“noon” is no time. Write 14:32, 14:32:07.250, +5m, -30s, open, or 2026-11-12 14:32:07.250.'],
    ['25:00', '“25:00” is no time of day. Write 14:32 or 14:32:07.250.'],
    ['14:60', '“14:60” is no time of day. Write 14:32 or 14:32:07.250.'],
    ['+5', '+5 of what? Write +5s, +5m or +5h.'],
    ['+5 apples', '“+5 apples” is no span of time. Write +5m, -30s, +1h30m or -250ms.'],
    ['2026-02-30', 'There is no day 2026-02-30.'],
    ['2026-11-12 25:00', '“25:00” is no time of day. Write 14:32 or 14:32:07.250.'],
    ['08:00', '08:00:00 is before the start at 09:30:00.'],
    ['+3h', '17:00:00 is after the end at 16:00:00.'],
    ['2026-11-13 10:00', '2026-11-13 10:00:00 is after the end at 2026-11-12 16:00:00.'],
  ])('%s', (text, sentence) => {
    expect(goal(text)).toBe(sentence);
  });
});
