import { describe, expect, it } from 'vitest';
import { AdminAccess } from '../../../../server/admin/admin-access.ts';

const TOKEN = '0123456789abcdef';
const S = 1_000_000;

interface Asked {
  readonly host?: string;
  readonly origin?: string;
  readonly authorization?: string;
  readonly address?: string;
  readonly nowUs?: number;
}

/** Status of the refusal, or 200. */
function statusOf(access: AdminAccess, { address = '127.0.0.1', nowUs = 0, ...headers }: Asked): number {
  return access.refuse({ headers, address, nowUs })?.status ?? 200;
}

describe('[SEC20] on loopback without a token', () => {
  it.each(['localhost:9464', '127.0.0.1:9464', '[::1]:9464', 'LOCALHOST:9464', 'localhost'])(
    'a program that asks %s reads',
    (host) => {
      expect(statusOf(new AdminAccess('127.0.0.1', null), { host })).toBe(200);
    },
  );

  it.each([
    'evil.example:9464',
    'localhost.evil.example:9464',
    '127.0.0.1.evil.example',
    '127.0.0.1:9464:1',
    'localhost.',
    '10.0.0.1:9464',
    '',
  ])('a foreign name %j pointed at this machine reads nothing', (host) => {
    const access = new AdminAccess('127.0.0.1', null);
    expect(access.refuse({ headers: { host }, address: '127.0.0.1', nowUs: 0 })).toMatchObject({
      status: 403,
      reason: 'host',
    });
  });

  it('a request without a Host header reads nothing', () => {
    expect(statusOf(new AdminAccess('127.0.0.1', null), {})).toBe(403);
  });

  it('the address that it listens on is one of its names', () => {
    expect(statusOf(new AdminAccess('127.0.0.9', null), { host: '127.0.0.9:1' })).toBe(200);
    expect(statusOf(new AdminAccess('127.0.0.1', null), { host: '127.0.0.9:1' })).toBe(403);
    expect(statusOf(new AdminAccess('::ffff:127.0.0.1', null), { host: '[::ffff:127.0.0.1]:1' })).toBe(200);
  });

  it.each([
    'http://127.0.0.1:8080',
    'https://evil.example',
    'http://evil.example:9464',
    'null',
    '',
    'http://localhost:9464',
  ])('a page of the origin %j reads nothing', (origin) => {
    const access = new AdminAccess('127.0.0.1', null);
    expect(
      access.refuse({ headers: { host: '127.0.0.1:9464', origin }, address: '127.0.0.1', nowUs: 0 }),
    ).toMatchObject({ status: 403, reason: 'origin' });
  });

  it('a page that the listener served itself reads', () => {
    const access = new AdminAccess('127.0.0.1', null);
    expect(statusOf(access, { host: 'localhost:9464', origin: 'http://localhost:9464' })).toBe(200);
  });
});

describe('[SEC20] with a token', () => {
  const headers = { host: '10.0.0.7:9464' };
  const right = { ...headers, authorization: `Bearer ${TOKEN}` };

  it.each([`Bearer ${TOKEN}`, `bearer ${TOKEN}`, `BEARER  ${TOKEN}`])('%j reads', (authorization) => {
    expect(statusOf(new AdminAccess('0.0.0.0', TOKEN), { ...headers, authorization })).toBe(200);
  });

  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    TOKEN,
    `Basic ${TOKEN}`,
    `Bearer ${TOKEN.slice(0, -1)}`,
    `Bearer ${TOKEN}x`,
    `Bearer ${TOKEN.toUpperCase()}`,
    `Bearer ${TOKEN} ${TOKEN}`,
    `xBearer ${TOKEN}`,
  ])('%j does not', (authorization) => {
    const access = new AdminAccess('0.0.0.0', TOKEN);
    const asked = authorization === undefined ? headers : { ...headers, authorization };
    expect(access.refuse({ headers: asked, address: '10.0.0.9', nowUs: 0 })).toMatchObject({
      status: 401,
      reason: 'token',
    });
  });

  it('loopback needs it too', () => {
    const access = new AdminAccess('127.0.0.1', TOKEN);
    expect(statusOf(access, { host: 'localhost:1' })).toBe(401);
    expect(statusOf(access, { host: 'localhost:1', authorization: `Bearer ${TOKEN}` })).toBe(200);
  });

  it('a page of another origin reads nothing, even with it', () => {
    const access = new AdminAccess('0.0.0.0', TOKEN);
    expect(statusOf(access, { ...right, origin: 'https://evil.example' })).toBe(403);
  });

  it('who guesses has to wait, even when the next guess is right; others do not', () => {
    const access = new AdminAccess('0.0.0.0', TOKEN);
    const wrong = { ...headers, authorization: 'Bearer wrong' };
    const statuses = Array.from({ length: 7 }, () => statusOf(access, { ...wrong, address: 'a' }));
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
    expect(access.refuse({ headers: right, address: 'a', nowUs: 0 })).toMatchObject({
      reason: 'throttled',
      retryAfterS: 10,
    });
    expect(statusOf(access, { ...right, address: 'b' })).toBe(200);
    expect(statusOf(access, { ...right, address: 'a', nowUs: 10 * S })).toBe(200);
  });

  it('who knows it may ask as often as it likes', () => {
    const access = new AdminAccess('0.0.0.0', TOKEN);
    const statuses = new Set(Array.from({ length: 100 }, () => statusOf(access, right)));
    expect([...statuses]).toEqual([200]);
  });

  it('what is refused is counted by reason', () => {
    const access = new AdminAccess('127.0.0.1', TOKEN);
    statusOf(access, { host: 'evil.example' });
    statusOf(access, { host: 'localhost', origin: 'null' });
    for (let index = 0; index < 7; index += 1) statusOf(access, { host: 'localhost' });
    statusOf(access, { host: 'localhost', authorization: `Bearer ${TOKEN}`, address: 'b' });
    expect(access.refused).toEqual({ host: 1, origin: 1, token: 5, throttled: 2 });
  });
});
