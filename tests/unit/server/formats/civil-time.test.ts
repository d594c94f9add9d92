import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { CivilTime } from '../../../../server/formats/civil-time.ts';
import { timeOfText } from '../../../../server/formats/time-text.ts';

const time = new CivilTime();

function read(text: string): { timeUs: number; hasOffset: boolean } | null {
  // Not at the start of the bytes, as in a row.
  const bytes = Buffer.from(`1,${text},9`, 'latin1');
  const isRead = time.read(bytes, 2, bytes.length - 2);
  return isRead ? { timeUs: time.timeUs, hasOffset: time.hasOffset } : null;
}

it('the quick reader of times gives what the reader of all forms gives', () => {
  const two = (max: number) => fc.nat(max).map((value) => String(value).padStart(2, '0'));
  const form = fc.tuple(
    fc.constantFrom('1999', '2000', '2024', '2023', '2100', '0000'),
    ...([two(13), two(32), fc.constantFrom(' ', 'T', '_'), two(24), two(60)] as const),
    fc.oneof(
      fc.constant(''),
      two(60).map((second) => `:${second}`),
    ),
    fc.oneof(fc.constant(''), fc.stringMatching(/^\.[\d]{0,10}$/)),
    fc.constantFrom('', 'Z', '+00:00', ' '),
  );
  fc.assert(
    fc.property(form, ([year, month, day, parting, hour, minute, second, fraction, zone]) => {
      const text = `${year}-${month}-${day}${parting}${hour}:${minute}${second}${fraction}${zone}`;
      const found = read(text);
      const whole = timeOfText(text);
      if (found !== null)
        expect([text, found]).toEqual([text, { timeUs: whole?.timeUs, hasOffset: whole?.hasOffset }]);
    }),
    { numRuns: 5_000 },
  );
});

it('knows the commonest forms', () => {
  const us = Date.parse('2024-02-29T23:01:05Z') * 1000;
  expect(read('2024-02-29 23:01:05')).toEqual({ timeUs: us, hasOffset: false });
  expect(read('2024-02-29T23:01:05Z')).toEqual({ timeUs: us, hasOffset: true });
  expect(read('2024-02-29T23:01Z')).toEqual({ timeUs: us - 5_000_000, hasOffset: true });
  expect(read('2024-02-29 23:01:05.1234567')).toEqual({ timeUs: us + 123_456, hasOffset: false });
});

it.each([
  '2023-02-29 00:00:00',
  '2024-01-01 24:00:00',
  '2024-01-01 00:60:00',
  '2024-01-01',
  '2024-01-01 0x:00:00',
  '',
])('leaves "%s" to the reader of all forms', (text) => {
  expect(read(text)).toBeNull();
});
