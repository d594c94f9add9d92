import { describe, expect, it } from 'vitest';
import { parseViewerToken, parseViewerTokens } from '../../../../server/access/viewer-token.ts';
import { StaticTokens } from '../../../../server/access/static-tokens.ts';

const TOKEN = '0123456789abcdef';

describe('tokens that the operator wrote down', () => {
  it.each([
    ['a token', TOKEN, { user: 'viewer', token: TOKEN }],
    ['a user and a token', `ada=${TOKEN}`, { user: 'ada', token: TOKEN }],
    ['a token that ends in signs of equality', `${TOKEN}==`, { user: 'viewer', token: `${TOKEN}==` }],
    ['a user and such a token', `a.b@c=${TOKEN}==`, { user: 'a.b@c', token: `${TOKEN}==` }],
    ['one that is too short', 'short', null],
    ['one with a blank', `${TOKEN} ${TOKEN}`, null],
  ])('are read from the environment: %s', (_, text, token) => {
    expect(parseViewerToken(text)).toEqual(token);
  });

  it('are read from a file, with what each may see and until when', () => {
    const text = `# who\nada ${TOKEN}\n\n grace ${TOKEN}1  BTC-*,venue:kraken # desk\r\nguest ${TOKEN}2 * 2027-01-01T00:00:00Z\nlate ${TOKEN}3 2027-01-01\n`;
    const endUs = Date.parse('2027-01-01') * 1000;
    expect(parseViewerTokens(text)).toEqual([
      { user: 'ada', token: TOKEN },
      { user: 'grace', token: `${TOKEN}1`, symbols: ['BTC-*', 'venue:kraken'] },
      { user: 'guest', token: `${TOKEN}2`, symbols: ['*'], expiresUs: endUs },
      { user: 'late', token: `${TOKEN}3`, expiresUs: endUs },
    ]);
  });

  it.each([
    ['a user alone', 'ada'],
    ['a short token', 'ada short'],
    ['selectors that are none', `ada ${TOKEN} !BTC-*`],
    ['words too many', `ada ${TOKEN} BTC-* ETH-* 2027-01-01`],
    ['a day that does not exist', `ada ${TOKEN} * 2027-13-01`],
  ])('name the line of the file that cannot be read: %s', (_, line) => {
    expect(parseViewerTokens(`# first\n${line}\n`)).toBe(2);
  });

  it('are known by their whole text, and expire', () => {
    const tokens = new StaticTokens([{ user: 'ada', token: TOKEN, expiresUs: 100 }]);
    expect(tokens.verify(TOKEN, 99)).toEqual({ ok: true, grant: { user: 'ada', expiresUs: 100 } });
    expect(tokens.verify(TOKEN, 100)).toEqual({ ok: false, reason: 'expired' });
    for (const wrong of [TOKEN.slice(1), `${TOKEN}0`, TOKEN.toUpperCase(), ''])
      expect(tokens.verify(wrong, 0)).toEqual({ ok: false, reason: 'wrong' });
  });
});
