import { describe, expect, it } from 'vitest';
import { ZoneTime } from '../../../../server/formats/zone-time.ts';

const HOUR_MS = 3_600_000;

/** ISO text of a wall time. */
function utc(zone: string, date: string, timeMs: number, clock = new ZoneTime(zone)): string {
  const dayMs = Date.parse(`${date}T00:00:00Z`);
  return new Date(dayMs + timeMs - clock.offsetMs(dayMs, timeMs)).toISOString();
}

describe('wall-clock time of a zone', () => {
  it.each([
    ['summer in New York', 'America/New_York', '2013-10-08', 9.5, '2013-10-08T13:30:00.000Z'],
    ['winter in New York', 'America/New_York', '2013-12-10', 9.5, '2013-12-10T14:30:00.000Z'],
    ['a zone without summer time', 'Etc/GMT+5', '2014-05-08', 7.5, '2014-05-08T12:30:00.000Z'],
    ['half an hour of offset', 'Asia/Kolkata', '2020-01-02', 9.25, '2020-01-02T03:45:00.000Z'],
    ['a time on the next day of UTC', 'America/New_York', '2013-10-08', 20, '2013-10-09T00:00:00.000Z'],
    ['UTC', 'UTC', '2013-10-08', 9.5, '2013-10-08T09:30:00.000Z'],
    ['before clocks go forward', 'America/New_York', '2014-03-09', 1.5, '2014-03-09T06:30:00.000Z'],
    ['after clocks went forward', 'America/New_York', '2014-03-09', 3, '2014-03-09T07:00:00.000Z'],
    ['before clocks go back', 'America/New_York', '2014-11-02', 0.5, '2014-11-02T04:30:00.000Z'],
    ['the first of two equal hours', 'America/New_York', '2014-11-02', 1.5, '2014-11-02T05:30:00.000Z'],
    ['after clocks went back', 'America/New_York', '2014-11-02', 2, '2014-11-02T07:00:00.000Z'],
    ['after clocks went back in the east', 'Europe/Berlin', '2014-10-26', 3, '2014-10-26T02:00:00.000Z'],
    ['an hour that is skipped', 'America/New_York', '2014-03-09', 2.5, '2014-03-09T07:30:00.000Z'],
    ['a time beyond midnight', 'America/New_York', '2013-10-08', 25, '2013-10-09T05:00:00.000Z'],
  ])('%s', (_, zone, date, hours, expected) => {
    expect(utc(zone, date, hours * HOUR_MS)).toBe(expected);
  });

  it('is found anew for each day that is asked of one clock', () => {
    const clock = new ZoneTime('America/New_York');
    expect(utc('', '2014-03-08', 10 * HOUR_MS, clock)).toBe('2014-03-08T15:00:00.000Z');
    expect(utc('', '2014-03-10', 10 * HOUR_MS, clock)).toBe('2014-03-10T14:00:00.000Z');
    expect(utc('', '2014-03-08', 10 * HOUR_MS, clock)).toBe('2014-03-08T15:00:00.000Z');
  });
});
