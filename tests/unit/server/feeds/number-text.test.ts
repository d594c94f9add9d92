import { describe, expect, it } from 'vitest';
import { NumberText } from '../../../../server/feeds/number-text.ts';
import { EXAMPLES } from '../../../../server/feeds/kraken/wire.ts';
import { SeededRandom } from '../../../support/seeded-random.ts';

const parse = (text: string): unknown => new NumberText().parse(text);

/** The same by the parser of the language, which is slow where it has to keep the text of numbers. */
function parseSlowly(text: string): unknown {
  const keep = (_key: string, value: unknown, context: { source?: string }) =>
    typeof value === 'number' ? context.source : value;
  try {
    return JSON.parse(text, keep as (key: string, value: unknown) => unknown);
  } catch {
    return undefined;
  }
}

describe('numbers of a frame', () => {
  it('stay the text that they were: zeros at the end, ids above 2^53, exponents', () => {
    expect(
      parse('{"qty":1794.68812000,"connection_id":6437862339878838704,"step":1e-08,"low":-0.5}'),
    ).toEqual({
      qty: '1794.68812000',
      connection_id: '6437862339878838704',
      step: '1e-08',
      low: '-0.5',
    });
  });

  it('stand beside text, words, lists and spaces', () => {
    expect(parse(' { "a" : [ 1, "x\\"y", true , null ], "b" : {} } ')).toEqual({
      a: ['1', 'x"y', true, null],
      b: {},
    });
    expect(parse('{"a":[],"b":false}')).toEqual({ a: [], b: false });
  });

  it.each(Object.entries(EXAMPLES))('of a frame %s are read as the slow way reads them', (_, text) => {
    expect(parse(text)).toEqual(parseSlowly(text));
  });

  it.each([
    '',
    '{',
    '{"a":}',
    '{"a":1,}',
    '{"a":01}',
    '{"a":1.}',
    '{"a":.5}',
    '{"a":--1}',
    '{"a":1}x',
    '[1,2',
    '"text',
    'nul',
    '{"a" 1}',
    '{1:2}',
    `${'['.repeat(100_000)}`,
  ])('make no JSON of %j', (text) => {
    expect(parse(text)).toBeUndefined();
  });

  it('do not reach the prototype of what is read', () => {
    const value = parse('{"__proto__":{"channel":"book"}}') as { channel?: unknown };
    expect(value.channel).toBeUndefined();
  });

  it('of damaged frames are read as the slow way reads them, or not at all', () => {
    const random = new SeededRandom(20_261_121);
    const texts = Object.values(EXAMPLES);
    for (let round = 0; round < 3_000; round += 1) {
      const text = texts[random.below(texts.length)]!;
      const at = random.below(text.length);
      const piece = ['', '"', '}', ']', ',', '-', '0', 'e', ' ', '\\'][random.below(10)]!;
      const damaged = text.slice(0, at) + piece + text.slice(at + random.below(3));
      expect(parse(damaged), `seed ${random.seed}: ${damaged}`).toEqual(parseSlowly(damaged));
    }
  });
});
