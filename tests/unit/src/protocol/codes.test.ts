import { describe, expect, it } from 'vitest';
import { CLOSE_CODES, ERROR_CODES, mayReconnect } from '#protocol';

const errors = Object.values(ERROR_CODES);
const closes = Object.values(CLOSE_CODES);

describe('codes', () => {
  it('[ER1] of errors lie in 100 to 199', () => {
    for (const { code } of errors) expect(code >= 100 && code <= 199).toBe(true);
  });

  it('[CL2] of closes lie in the ranges that carry the policy', () => {
    for (const { code } of closes) expect(code >= 4000 && code <= 4499).toBe(true);
  });

  it('are never used twice', () => {
    const all = [...errors, ...closes].map(({ code }) => code);
    expect(new Set(all).size).toBe(all.length);
  });

  it('have one sentence each, which fits a close frame', () => {
    for (const { sentence } of [...errors, ...closes]) {
      expect(sentence).toMatch(/\S[^.]*\.$/);
      // RFC 6455 5.5: a control frame carries 125 bytes, 2 of them the code.
      expect(Buffer.byteLength(sentence)).toBeLessThanOrEqual(123);
    }
  });
});

describe('mayReconnect', () => {
  it.each([
    ['shutdown', 4000, true],
    ['slowConsumer', 4001, true],
    ['silence', 4002, true],
    ['overloaded', 4003, true],
    ['badFrame', 4400, false],
    ['unauthorized', 4401, false],
    ['unsupportedVersion', 4402, false],
    ['helloDeadline', 4408, false],
    ['tooManyRefusals', 4429, false],
  ] as const)('[CL2] after %s (%d) is %s', (name, code, expected) => {
    expect(CLOSE_CODES[name].code).toBe(code);
    expect(mayReconnect(code)).toBe(expected);
  });

  it.each([
    ['the last "come back"', 4399, true],
    ['the first "stop"', 4400, false],
    ['the last "stop"', 4499, false],
    ['an unknown code above', 4500, true],
    ['normal', 1000, true],
    ['going away', 1001, true],
    ['no close frame at all', 1006, true],
    ['policy', 1008, false],
    ['too big', 1009, true],
    ['an error of the server', 1011, true],
  ])('[CL2] after %s is right', (_what, code, expected) => {
    expect(mayReconnect(code)).toBe(expected);
  });

  it('names every close code above', () => {
    expect(closes.map(({ code }) => code).sort((a, b) => a - b)).toEqual([
      4000, 4001, 4002, 4003, 4004, 4400, 4401, 4402, 4408, 4429,
    ]);
  });
});
