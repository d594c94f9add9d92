import { expect, it } from 'vitest';
import {
  formatAge,
  formatClock,
  formatCountdown,
  formatDateTime,
  formatDay,
  formatHourMinute,
  formatSpan,
  formatTimeMs,
  zoneLabel,
  zoneOffsetS,
} from '../../../../../src/lib/format/index.ts';

const timeUs = Date.UTC(2026, 10, 12, 14, 32, 7, 250) * 1000 + 999;

it('a clock has 24 hours and cuts, never rounds up', () => {
  expect(formatClock(timeUs, 'utc')).toBe('14:32:07');
  expect(formatTimeMs(timeUs, 'utc')).toBe('14:32:07.250');
  expect(formatHourMinute(timeUs, 'utc')).toBe('14:32');
  expect(formatDateTime(timeUs, 'utc')).toBe('2026-11-12 14:32:07.250');
});

it('a time that is not known is an en dash, not 1970', () => {
  expect(formatClock(0, 'utc')).toBe('–');
  expect(formatTimeMs(Number.NaN, 'local')).toBe('–');
});

it('local time agrees with the offset that the zone names', () => {
  const offsetS = zoneOffsetS(timeUs / 1e6, 'local');
  expect(formatTimeMs(timeUs, 'local')).toBe(formatTimeMs(timeUs + offsetS * 1e6, 'utc'));
  expect(zoneOffsetS(timeUs / 1e6, 'utc')).toBe(0);
  expect(zoneLabel('utc')).toBe('UTC');
});

it('days are in words', () => {
  expect(formatDay(timeUs, 'utc')).toBe('Nov 12');
});

it('an age has one unit and at most two digits that matter', () => {
  const ages = [0, 240, 3200, 48_000, 300_000, 10_800_000, 172_800_000];
  expect(ages.map(formatAge)).toEqual(['0 ms', '240 ms', '3.2 s', '48 s', '5 min', '3 h', '2 d']);
});

it('a countdown stops at zero', () => {
  expect([52.9, 3723, -4].map(formatCountdown)).toEqual(['00:52', '1:02:03', '00:00']);
});

it('a span is told in its largest whole unit', () => {
  expect([90, 600, 14_400, 259_200].map(formatSpan)).toEqual(['90 s', '10 min', '4 h', '3 d']);
});
