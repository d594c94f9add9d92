import { describe, expect, it } from 'vitest';
import { OriginPolicy } from '../../../../server/access/origins.ts';

describe('[SEC1] on loopback', () => {
  const policy = new OriginPolicy('127.0.0.1', ['https://app.example.com', 'https://desk.example.com:8443']);

  it.each([
    ['our own page', 'http://127.0.0.1:8080', '127.0.0.1:8080'],
    ['our own page by name', 'http://localhost:8080', 'localhost:8080'],
    ['our own page over IPv6', 'http://[::1]:8080', '[::1]:8080'],
    ['our own page on the default port', 'http://localhost', 'localhost'],
    ['a page that the operator names', 'https://app.example.com', '127.0.0.1:8080'],
    ['a page with a port that the operator names', 'https://desk.example.com:8443', 'whatever'],
    ['a program, which sends no origin', undefined, '127.0.0.1:8080'],
  ])('%s may open the socket', (_, origin, host) => {
    expect(policy.allows(origin, host)).toBe(true);
  });

  it.each([
    ['a foreign page', 'https://evil.example', '127.0.0.1:8080'],
    ['a name that begins like an allowed one', 'https://app.example.com.evil.io', '127.0.0.1:8080'],
    ['a name that ends like an allowed one', 'https://evilapp.example.com', '127.0.0.1:8080'],
    ['a name within an allowed one', 'https://example.com', '127.0.0.1:8080'],
    ['an allowed name with user text', 'https://app.example.com@evil.io', '127.0.0.1:8080'],
    ['an allowed name with another scheme', 'http://app.example.com', '127.0.0.1:8080'],
    ['an allowed name with another port', 'https://app.example.com:444', '127.0.0.1:8080'],
    ['an allowed name without its port', 'https://desk.example.com', '127.0.0.1:8080'],
    ['an allowed name in mixed case', 'https://App.Example.com', '127.0.0.1:8080'],
    ['an allowed name with a trailing dot', 'https://app.example.com.', '127.0.0.1:8080'],
    ['an allowed name with a path', 'https://app.example.com/', '127.0.0.1:8080'],
    ['an opaque origin', 'null', '127.0.0.1:8080'],
    ['an empty origin', '', '127.0.0.1:8080'],
    ['a wildcard', '*', '127.0.0.1:8080'],
    ['a page of another port of this machine', 'http://127.0.0.1:3000', '127.0.0.1:8080'],
    ['a page without a Host header', 'http://127.0.0.1:8080', undefined],
    ['a foreign name pointed at this machine', 'http://evil.example:8080', 'evil.example:8080'],
    ['a foreign name that begins like ours', 'http://localhost.evil.io:8080', 'localhost.evil.io:8080'],
    ['our name with a trailing dot', 'http://localhost.:8080', 'localhost.:8080'],
    ['a foreign name with our address in its port', 'http://evil:8080', 'evil:8080'],
  ])('%s may not', (_, origin, host) => {
    expect(policy.allows(origin, host)).toBe(false);
  });
});

describe('[SEC1] on an address that others reach', () => {
  const policy = new OriginPolicy('0.0.0.0', []);

  it('the page that we serve under that name may open the socket, over http or a proxy with https', () => {
    expect(policy.allows('http://desk.lan:8080', 'desk.lan:8080')).toBe(true);
    expect(policy.allows('https://desk.example.com', 'desk.example.com')).toBe(true);
  });

  it.each([
    'http://evil.example',
    'null',
    'http://desk.lan:8080.evil.io',
    'http://desk.lan:80800',
    'ftp://desk.lan:8080',
  ])('%s may not', (origin) => {
    expect(policy.allows(origin, 'desk.lan:8080')).toBe(false);
  });
});
