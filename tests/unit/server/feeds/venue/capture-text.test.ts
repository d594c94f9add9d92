import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CaptureLines, type CaptureLine } from '../../../../../server/feeds/venue/capture-lines.ts';
import { CaptureText } from '../../../../../server/feeds/venue/capture-text.ts';

const BASE_US = 1_700_000_000_000_000;

const frame = fc.oneof(
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc.constantFrom('{"a":1}', '[1,"hb"]', 'ping', '', '{"a":1', ' {"a":1}', '{"a":\n1}', '+5 {"a":1}', '"x"'),
  fc.uint8Array({ minLength: 1, maxLength: 9 }),
);
const at = { conn: fc.constantFrom('0', '1', 'a b', '2'), timeUs: fc.integer({ min: 0, max: 9_000_000 }) };
const line: fc.Arbitrary<CaptureLine> = fc
  .oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('in' as const), ...at, raw: frame }) },
    fc.record({ kind: fc.constantFrom('out' as const), ...at, raw: frame }),
    fc.record({
      ...{ kind: fc.constantFrom('open' as const, 'close' as const), ...at },
      url: fc.constantFrom('wss://venue.example', 'closed with 1006'),
    }),
    fc.record({
      ...{ kind: fc.constant('rest' as const), timeUs: at.timeUs },
      ...{ url: fc.constant('https://venue.example/'), body: fc.constant('[]') },
    }),
  )
  .map((one) => ({ ...one, timeUs: BASE_US + one.timeUs }));

describe('the lines of a packed capture', () => {
  it('are read as what they were, whatever came in whatever order', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const text = new CaptureText();
        const reader = new CaptureLines();
        expect(lines.map((one) => reader.read(text.of(one)))).toEqual(lines);
      }),
    );
  });

  it('of one connection are a time that passed and the frame, quotes and digits as they came', () => {
    const text = new CaptureText();
    const lines: CaptureLine[] = [
      { kind: 'open', conn: '0', timeUs: BASE_US, url: 'wss://venue.example' },
      { kind: 'in', conn: '0', timeUs: BASE_US + 12, raw: '{"p":1.50}' },
      { kind: 'in', conn: '1', timeUs: BASE_US + 12, raw: '[1]' },
      { kind: 'in', conn: '1', timeUs: BASE_US + 11, raw: '[2]' },
    ];
    const [opening, ...others] = lines.map((one) => text.of(one));
    expect(JSON.parse(opening!)).toMatchObject({ dir: 'open' });
    expect(others.slice(0, 2)).toEqual(['+12 {"p":1.50}', '+0 1 [1]']);
    // A clock that was put back: the time itself.
    expect(JSON.parse(others[2]!)).toMatchObject({ t: '1700000000.000011', raw: '[2]' });
  });

  it('keep their times behind a line that was damaged', () => {
    const reader = new CaptureLines();
    const times = [`${BASE_US} {"a":1}`, '\u0000garbage', '+7 {"a":2}'].map(
      (one) => reader.read(one)?.timeUs,
    );
    expect(times).toEqual([BASE_US, Number.NaN, BASE_US + 7]);
  });

  it('that stand alone have no time', () => {
    expect(new CaptureLines().read('+12 {"a":1}')).toMatchObject({ timeUs: Number.NaN, raw: '{"a":1}' });
  });
});
