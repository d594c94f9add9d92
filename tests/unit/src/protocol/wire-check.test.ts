import { pack } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { checkJson, checkMessagePack, type WireCheckLimits } from '#protocol';

const LIMITS: WireCheckLimits = { depthMax: 4, elementsMax: 20 };

const check = (bytes: string | Uint8Array): string | null =>
  checkMessagePack(typeof bytes === 'string' ? Buffer.from(bytes, 'hex') : bytes, LIMITS);
const text = (value: string): string => Buffer.from(value, 'utf8').toString('hex');
/** Map of one key, given as its bytes, with the value nil. */
const oneKey = (key: string): string => `81${key}c0`;

describe('checkMessagePack', () => {
  it.each([
    ['nil', 'c0'],
    ['true and false', '92c3c2'],
    ['every integer form', '987fffccffcdffffceffffffffd080d18000d280000000'],
    ['both float forms', '92ca3f800000cb3ff0000000000000'],
    ['a uint64 within 2^53', 'cf001fffffffffffff'],
    ['an int64 within 2^53', 'd3ffe0000000000001'],
    ['every text form', `94a161d90161da000161db0000000161`],
    ['text beyond ASCII', `a3${text('€')}`],
    ['every array form', '9390dc0000dd00000000'],
    ['every map form', '9380de0000df00000000'],
    ['a key of 64 bytes', oneKey(`d940${'61'.repeat(64)}`)],
    ['nesting up to the limit', '9191919190'],
    ['a message of ours', Buffer.from(pack({ type: 'ping', nonce: 1 })).toString('hex')],
  ])('takes %s', (_what, bytes) => {
    expect(check(bytes)).toBeNull();
  });

  it.each([
    ['nothing', '', 'ends early'],
    ['an array that ends early', '9201', 'ends early'],
    ['text that ends early', 'a361', 'ends early'],
    ['a number that ends early', 'ce0000', 'ends early'],
    ['a float32 that ends early', 'ca0000', 'ends early'],
    ['a float64 that ends early', 'cb0000', 'ends early'],
    ['a 64-bit integer that ends early', 'cf0000', 'ends early'],
    ['a header that ends early', 'dc00', 'ends early'],
    ['a length that the bytes cannot hold', '9f0101', 'ends early'],
    ['a map of a length that the bytes cannot hold', '8aa161c0', 'ends early'],
    ['bytes after the end', 'c0c0', 'bytes after the end of the message'],
    ['the byte that MessagePack never uses', 'c1', 'extension types are not used'],
    ['a fixed extension', 'd40000', 'extension types are not used'],
    ['a record of msgpackr', 'd472409301', 'extension types are not used'],
    ['a timestamp', 'd6ff00000000', 'extension types are not used'],
    ['an extension with a length', 'c70100ff', 'extension types are not used'],
    ['binary of 8 bits', 'c40100', 'binary values are not used'],
    ['binary of 16 bits', 'c5000100', 'binary values are not used'],
    ['binary of 32 bits', 'c60000000100', 'binary values are not used'],
    ['NaN as float64', 'cb7ff8000000000000', 'a number is NaN or infinite'],
    ['infinity as float64', 'cb7ff0000000000000', 'a number is NaN or infinite'],
    ['NaN as float32', 'ca7fc00000', 'a number is NaN or infinite'],
    ['infinity as float32', 'caff800000', 'a number is NaN or infinite'],
    ['a uint64 beyond 2^53', 'cf0020000000000000', 'an integer is beyond 2^53'],
    ['an int64 beyond 2^53', 'd3ffe0000000000000', 'an integer is beyond 2^53'],
    ['text that is no UTF-8', 'a2c328', 'text is not UTF-8'],
    ['text that is no UTF-8 behind ASCII', 'a361c328', 'text is not UTF-8'],
    ['nesting beyond the limit', '919191919190', 'nested deeper than 4'],
    ['too many elements', `dc0015${'c0'.repeat(21)}`, 'more than 20 elements'],
    [
      'too many elements of all arrays together',
      `92${`9a${'c0'.repeat(10)}`.repeat(2)}`,
      'more than 20 elements',
    ],
    ['an array that claims four billion elements', 'ddffffffff', 'more than 20 elements'],
    ['a map that claims four billion pairs', 'dfffffffff', 'more than 20 elements'],
    ['a number as key', oneKey('01'), 'a map key is not short text'],
    ['nil as key', oneKey('c0'), 'a map key is not short text'],
    ['a key of 16-bit length', oneKey('da000161'), 'a map key is not short text'],
    ['a key of 65 bytes', oneKey(`d941${'61'.repeat(65)}`), 'a map key is not short text'],
    ['a key that is no UTF-8', oneKey('a2c328'), 'text is not UTF-8'],
    ['the key __proto__', oneKey(`a9${text('__proto__')}`), 'the key __proto__ is not allowed'],
    ['the key constructor', oneKey(`ab${text('constructor')}`), 'the key constructor is not allowed'],
    ['the key prototype', oneKey(`a9${text('prototype')}`), 'the key prototype is not allowed'],
    [
      'a forbidden key further down',
      `91${oneKey(`a9${text('__proto__')}`)}`,
      'the key __proto__ is not allowed',
    ],
    ['a key that stands twice', '82a161c0a161c0', 'the key a stands twice'],
    ['a key that stands twice in two forms', '82a161c0d90161c0', 'the key a stands twice'],
  ])('[CN5] refuses %s', (_what, bytes, reason) => {
    expect(check(bytes)).toBe(reason);
  });

  it('looks at the given part of a larger buffer only', () => {
    expect(check(Buffer.from('c1c1a161c1', 'hex').subarray(2, 4))).toBeNull();
  });

  it('[LI5] stays cheap on the largest frame of nothing but nesting', () => {
    expect(check(new Uint8Array(65_536).fill(0x91))).toBe('nested deeper than 4');
  });
});

describe('checkJson', () => {
  it.each([
    ['null', null],
    ['text', 'a'],
    ['a message', { type: 'ping', nonce: 1 }],
    ['nesting up to the limit', [[[[1]]]]],
  ])('takes %s', (_what, value) => {
    expect(checkJson(value, LIMITS)).toBeNull();
  });

  it.each([
    ['infinity', '[1e999]', 'a number is NaN or infinite'],
    ['nesting beyond the limit', '[[[[[1]]]]]', 'nested deeper than 4'],
    ['too many elements', JSON.stringify(Array.from({ length: 21 }, () => 0)), 'more than 20 elements'],
    [
      'too many keys and values',
      JSON.stringify(Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`k${index}`, 0]))),
      'more than 20 elements',
    ],
    ['the key __proto__', '{"__proto__": {"polluted": true}}', 'the key __proto__ is not allowed'],
    ['the key constructor', '{"a": {"constructor": 1}}', 'the key constructor is not allowed'],
    ['the key prototype', '[{"prototype": 1}]', 'the key prototype is not allowed'],
    ['a key of 65 characters', JSON.stringify({ ['k'.repeat(65)]: 1 }), 'a map key is not short text'],
  ])('[JS3] refuses %s', (_what, json, reason) => {
    expect(checkJson(JSON.parse(json), LIMITS)).toBe(reason);
  });
});
