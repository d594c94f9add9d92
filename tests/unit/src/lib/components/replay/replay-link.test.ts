import { describe, expect, test } from 'vitest';
import {
  readLinkTime,
  readReplayPlace,
} from '../../../../../../src/lib/components/replay/read-replay-link.ts';
import {
  deskPath,
  isDeskPath,
  linkTime,
  placeHref,
  recordingOfPath,
  type ReplayPlace,
} from '../../../../../../src/lib/components/replay/replay-link.ts';

const T = Date.parse('2026-11-12T14:32:07.250Z') * 1_000;
const url = (path: string): URL => new URL(path, 'http://tick.example');
const tape: ReplayPlace = { recording: 'tape', timeUs: T, speed: 1, isPaused: true, loop: null, room: '' };

describe('the place that an address names', () => {
  test('a time alone is one of the tape, on any page', () => {
    expect(readReplayPlace(url('/desk/SIM%3AAAPL?tf=5m&t=2026-11-12T14:32:07.250Z'))).toEqual(tape);
    expect(readReplayPlace(url(`/board?t=${T}`))).toEqual(tape);
  });

  test('a recording is named by the path, with speed, loop and room', () => {
    const loop = '2026-11-12T14:32:07.250Z..2026-11-12T14:32:08Z';
    expect(readReplayPlace(url(`/replay/fomc%20nov?t=${T}&speed=4&loop=${loop}&room=desk-7`))).toEqual({
      recording: 'fomc nov',
      timeUs: T,
      speed: 4,
      isPaused: false,
      loop: { fromUs: T, toUs: T + 750_000 },
      room: 'desk-7',
    });
    expect(readReplayPlace(url('/replay/x?speed=max'))).toMatchObject({
      recording: 'x',
      timeUs: null,
      speed: 1_000_000,
    });
  });

  test('other pages name it in the query, and live is no place', () => {
    expect(readReplayPlace(url('/board?replay=x'))).toMatchObject({ recording: 'x' });
    expect(readReplayPlace(url('/board?room=y'))).toMatchObject({ recording: 'tape', room: 'y' });
    for (const path of ['/desk', '/replay', '/board?tf=1m', '/replay/'])
      expect(readReplayPlace(url(path))).toBeNull();
  });

  test('what cannot be read is said; a speed out of bounds is the usual one', () => {
    expect(readReplayPlace(url('/desk?t=noon'))).toEqual({
      problem: "The link's time “noon” cannot be read.",
    });
    expect(readReplayPlace(url('/replay/x?loop=5..1'))).toEqual({
      problem: "The link's loop “5..1” cannot be read.",
    });
    expect(readReplayPlace(url(`/replay/${'x'.repeat(2_049)}`))).toHaveProperty('problem');
    expect(readReplayPlace(url('/replay/x?speed=1e9'))).toMatchObject({ speed: 1 });
    expect(readReplayPlace(url('/replay/x?speed=fast'))).toMatchObject({ speed: 1 });
  });
});

describe('the address of a place', () => {
  test('the tape is told by its time, and the desk keeps symbol and timeframe', () => {
    expect(placeHref(url('/desk/SIM%3AAAPL?tf=5m'), tape, 'SIM:AAPL')).toBe(
      '/desk/SIM%3AAAPL?tf=5m&t=2026-11-12T14:32:07.250Z',
    );
    expect(placeHref(url('/board?tf=5m&t=1'), tape, '')).toBe('/board?tf=5m&t=2026-11-12T14:32:07.250Z');
  });

  test('a recording on the desk has a path of its own, and the symbol in the query', () => {
    const place = {
      ...tape,
      recording: 'fomc nov',
      speed: 300,
      isPaused: false,
      loop: { fromUs: T, toUs: T + 1 },
      room: 'r',
    };
    const href = placeHref(url('/desk/SIM%3AAAPL?tf=5m'), place, 'binance:BTCUSDT');
    expect(href).toBe(
      '/replay/fomc%20nov?symbol=binance:BTCUSDT&tf=5m&t=2026-11-12T14:32:07.250Z&speed=300' +
        '&loop=2026-11-12T14:32:07.250Z..2026-11-12T14:32:07.250001Z&room=r',
    );
    expect(readReplayPlace(url(href))).toEqual(place);
    expect(placeHref(url('/grid'), { ...tape, recording: 'x' }, 'a:b')).toBe(
      '/grid?replay=x&t=2026-11-12T14:32:07.250Z',
    );
  });

  test('an instant stands still; what played says its speed', () => {
    expect(placeHref(url('/desk'), { ...tape, isPaused: false }, '')).toBe(
      '/desk?t=2026-11-12T14:32:07.250Z&speed=1',
    );
    expect(placeHref(url('/desk'), { ...tape, speed: 4 }, '')).toBe('/desk?t=2026-11-12T14:32:07.250Z');
    expect(placeHref(url('/desk'), { ...tape, timeUs: null, isPaused: false, room: 'r' }, '')).toBe(
      '/desk?room=r',
    );
    expect(readReplayPlace(url(`/desk?t=${T}&speed=1`))).toEqual({ ...tape, isPaused: false });
    expect(readReplayPlace(url(`/desk?t=${T}&room=r`))).toMatchObject({ isPaused: false });
    expect(readReplayPlace(url('/replay/x'))).toMatchObject({ isPaused: false });
  });

  test('live takes everything of a replay away, and leaves the path of a recording for the desk', () => {
    expect(placeHref(url('/desk/SIM%3AAAPL?tf=5m&t=1&speed=4&loop=1..2&room=r'), null, '')).toBe(
      '/desk/SIM%3AAAPL?tf=5m',
    );
    expect(placeHref(url('/replay/x?symbol=b:c&tf=5m&t=1'), null, 'SIM:AAPL')).toBe('/desk/SIM%3AAAPL?tf=5m');
    expect(placeHref(url('/replay/x'), null, '')).toBe('/desk');
    expect(placeHref(url('/replay/x?symbol=b:c'), tape, 'SIM:AAPL')).toBe(
      '/desk/SIM%3AAAPL?t=2026-11-12T14:32:07.250Z',
    );
  });
});

test('times of links go there and back to the microsecond', () => {
  for (const timeUs of [T, T + 1, T + 123, T + 999_999, 0])
    expect(readLinkTime(linkTime(timeUs))).toBe(timeUs);
  expect(readLinkTime('2026-11-12T14:32:07')).toBe(T - 250_000);
  expect(readLinkTime('2026-11-12T16:32:07.25+02:00')).toBe(T);
  expect(readLinkTime('2026-11-12T16:32:07.25 02:00')).toBe(T);
  for (const text of ['', '14:32', '-1', '2026-13-40T00:00:00Z']) expect(readLinkTime(text)).toBeNaN();
});

test('which paths are the desk', () => {
  for (const path of ['/desk', '/desk/a', '/replay/x']) expect(isDeskPath(path)).toBe(true);
  for (const path of ['/replay', '/replay/', '/desks', '/replay/a/b', '/replay/%E0'])
    expect(isDeskPath(path)).toBe(false);
  expect(recordingOfPath('/replay/a%2Fb')).toBe('a/b');
  expect(deskPath('a:b/c')).toBe('/desk/a%3Ab%2Fc');
});
