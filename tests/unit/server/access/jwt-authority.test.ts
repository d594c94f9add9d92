import { SignJWT, UnsecuredJWT, exportJWK, exportSPKI, generateKeyPair, type CryptoKey } from 'jose';
import { describe, expect, it } from 'vitest';
import { JwtAuthority, publicKeys, secretKeys } from '../../../../server/access/jwt-authority.ts';

const SECRET = 'a secret of thirty-two letters..';
const NOW_S = 1_790_856_000;
const TERMS = { issuer: null, audience: null, symbolsClaim: 'symbols' };

interface Made {
  readonly alg?: string;
  readonly key?: CryptoKey | Uint8Array;
  readonly claims?: Record<string, unknown>;
  readonly kid?: string;
}

function made({ alg = 'HS256', key, claims = {}, kid }: Made = {}): Promise<string> {
  return new SignJWT({ sub: 'ada', exp: NOW_S + 60, ...claims })
    .setProtectedHeader({ alg, ...(kid === undefined ? {} : { kid }) })
    .sign(key ?? Buffer.from(SECRET));
}

const bySecret = new JwtAuthority(secretKeys(SECRET), TERMS);
const reasonOf = async (authority: JwtAuthority, token: string): Promise<string> => {
  const verdict = await authority.verify(token, NOW_S * 1e6);
  return verdict.ok ? 'ok' : verdict.reason;
};

describe('JwtAuthority', () => {
  it('says who the bearer is, until when, and what it may see', async () => {
    const token = await made({ claims: { symbols: ['BTC-*'] } });
    expect(await bySecret.verify(token, NOW_S * 1e6)).toEqual({
      ok: true,
      grant: { user: 'ada', expiresUs: (NOW_S + 60) * 1e6, symbols: ['BTC-*'] },
    });
    const spaced = await bySecret.verify(
      await made({ claims: { symbols: 'BTC-* venue:kraken' } }),
      NOW_S * 1e6,
    );
    expect(spaced).toMatchObject({ grant: { symbols: ['BTC-*', 'venue:kraken'] } });
  });

  it.each([
    ['is no token at all', () => Promise.resolve('nonsense'), 'wrong'],
    ['has expired', () => made({ claims: { exp: NOW_S } }), 'expired'],
    ['is of later', () => made({ claims: { nbf: NOW_S + 10 } }), 'wrong'],
    ['names nobody', () => made({ claims: { sub: undefined } }), 'wrong'],
    ['has no end', () => made({ claims: { exp: undefined } }), 'wrong'],
    [
      'is signed with another secret',
      () => made({ key: Buffer.from('another secret, as long as it is!') }),
      'wrong',
    ],
    [
      'is not signed',
      () => Promise.resolve(new UnsecuredJWT({ sub: 'ada', exp: NOW_S + 60 }).encode()),
      'wrong',
    ],
    [
      'is signed with an algorithm that was not chosen',
      () => made({ alg: 'HS384', key: Buffer.from(SECRET.repeat(2)) }),
      'wrong',
    ],
    ['names somebody by a number', () => made({ claims: { sub: 5 } }), 'wrong'],
    ['names somebody by nothing', () => made({ claims: { sub: '' } }), 'wrong'],
    ['names somebody at great length', () => made({ claims: { sub: 'a'.repeat(129) } }), 'wrong'],
    ['only takes out symbols', () => made({ claims: { symbols: ['!BTC-*'] } }), 'wrong'],
    ['has a symbol without a letter', () => made({ claims: { symbols: ['BTC-*', ''] } }), 'wrong'],
    ['limits symbols in a way that nobody knows', () => made({ claims: { symbols: 5 } }), 'wrong'],
  ])('refuses a token that %s', async (_, token, reason) => {
    expect(await reasonOf(bySecret, await token())).toBe(reason);
  });

  it('asks for issuer and audience where the operator does, and for another claim', async () => {
    const terms = { issuer: 'https://id.example.com', audience: 'tickwire', symbolsClaim: 'md:symbols' };
    const strict = new JwtAuthority(secretKeys(SECRET), terms);
    const right = { iss: terms.issuer, aud: ['other', 'tickwire'], 'md:symbols': ['A'], symbols: 5 };
    expect(await reasonOf(strict, await made({ claims: right }))).toBe('ok');
    expect(
      await reasonOf(strict, await made({ claims: { ...right, iss: 'https://id.example.com.evil.io' } })),
    ).toBe('wrong');
    expect(await reasonOf(strict, await made({ claims: { ...right, aud: 'other' } }))).toBe('wrong');
    expect(await reasonOf(strict, await made())).toBe('wrong');
  });

  it.each(['RS256', 'ES256', 'EdDSA'])('takes %s with the public key as a PEM', async (alg) => {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    const pem = await exportSPKI(publicKey);
    const authority = new JwtAuthority(publicKeys(pem), TERMS);
    expect(await reasonOf(authority, await made({ alg, key: privateKey }))).toBe('ok');
    const other = await generateKeyPair(alg, { extractable: true });
    expect(await reasonOf(authority, await made({ alg, key: other.privateKey }))).toBe('wrong');
    // A public key is known to all: taken for a secret it would let anybody sign.
    expect(await reasonOf(authority, await made({ key: Buffer.from(pem) }))).toBe('wrong');
  });

  it('takes any key of a set, named by the token or not', async () => {
    const pairs = await Promise.all([1, 2, 3].map(() => generateKeyPair('ES256', { extractable: true })));
    const jwks = await Promise.all(
      pairs.map(async ({ publicKey }, index) => ({ ...(await exportJWK(publicKey)), kid: `k${index}` })),
    );
    const authority = new JwtAuthority(publicKeys(JSON.stringify({ keys: jwks })), TERMS);
    for (const [index, { privateKey }] of pairs.entries()) {
      expect(await reasonOf(authority, await made({ alg: 'ES256', key: privateKey, kid: `k${index}` }))).toBe(
        'ok',
      );
      expect(await reasonOf(authority, await made({ alg: 'ES256', key: privateKey }))).toBe('ok');
    }
    const stranger = await generateKeyPair('ES256');
    expect(await reasonOf(authority, await made({ alg: 'ES256', key: stranger.privateKey }))).toBe('wrong');
    expect(
      await reasonOf(authority, await made({ alg: 'ES256', key: pairs[0]!.privateKey, kid: 'k9' })),
    ).toBe('wrong');
  });

  it.each([
    ['a private key', '-----BEGIN PRIVATE KEY-----\n', /private key/],
    ['a set with a secret', '{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}', /public ones only/],
    ['an empty set', '{"keys":[]}', /"keys"/],
    ['no key', 'hello', /./],
  ])('does not open with %s', (_, text, sentence) => {
    expect(() => publicKeys(text)).toThrow(sentence);
  });
});
