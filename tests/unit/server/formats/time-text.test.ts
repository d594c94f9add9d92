import { describe, expect, it } from 'vitest';
import { timeOfText } from '../../../../server/formats/time-text.ts';

const iso = (text: string) => {
  const time = timeOfText(text);
  if (time === null) return null;
  return `${new Date(Math.floor(time.timeUs / 1000)).toISOString().slice(0, -1)}${String(time.timeUs % 1000).padStart(3, '0')}`;
};

describe('a time in text', () => {
  it.each([
    ['with an offset', '2013-01-01 22:00:00.295000+00:00', '2013-01-01T22:00:00.295000'],
    ['with another offset', '2013-01-01T17:00:00.5-05:00', '2013-01-01T22:00:00.500000'],
    ['with an offset of hours and minutes', '2020-01-02 09:15:00+0530', '2020-01-02T03:45:00.000000'],
    ['with Z', '2024-01-01T23:01Z', '2024-01-01T23:01:00.000000'],
    ['without an offset', '2024-01-01 23:01:00', '2024-01-01T23:01:00.000000'],
    ['of nanoseconds, cut', '2024-01-01 23:01:00.123456999', '2024-01-01T23:01:00.123456'],
    ['of TrueFX', '20090501 00:00:00.161', '2009-05-01T00:00:00.161000'],
    ['of HistData', '20120201 000001295', '2012-02-01T00:00:01.295000'],
    ['of a date', '2013-01-02', '2013-01-02T00:00:00.000000'],
    ['of a date without hyphens', '20130102', '2013-01-02T00:00:00.000000'],
    ['of seconds since 1970', '1605499846', '2020-11-16T04:10:46.000000'],
    ['of milliseconds', '1605499846123', '2020-11-16T04:10:46.123000'],
    ['of microseconds', '1605499846123456', '2020-11-16T04:10:46.123456'],
    ['of seconds with a fraction', '1605499846.1234567', '2020-11-16T04:10:46.123456'],
    ['of milliseconds with a fraction', '1605499846123.45', '2020-11-16T04:10:46.123450'],
    ['of kdb', '2024-08-08D14:30:00.000001999', '2024-08-08T14:30:00.000001'],
    ['of nanoseconds since 1970', '1605499846123456789', '2020-11-16T04:10:46.123456'],
  ])('%s', (_, text, expected) => {
    expect(iso(text)).toBe(expected);
  });

  it('says whether its zone and its time of day are known', () => {
    expect(timeOfText('2013-01-02')).toMatchObject({ hasOffset: false, isDate: true });
    expect(timeOfText('2013-01-02 10:00')).toMatchObject({ hasOffset: false, isDate: false });
    expect(timeOfText('2013-01-02 10:00Z')).toMatchObject({ hasOffset: true });
  });

  it.each([
    '',
    'x',
    '2013-02-31',
    '2013-13-01',
    '2013-01-02 25:00',
    '2013-01-02 10:61',
    '12345',
    '17-01-2013',
  ])('is none: "%s"', (text) => {
    expect(timeOfText(text)).toBeNull();
  });
});
