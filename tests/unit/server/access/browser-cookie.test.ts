import { describe, expect, it } from 'vitest';
import { noViewerCookie, readViewerCookie, viewerCookie } from '../../../../server/access/browser-cookie.ts';

describe('the cookie of a browser', () => {
  it('[SEC3] is out of reach for scripts and other sites, and needs TLS but on loopback', () => {
    const cookie = viewerCookie('secret', { host: 'desk.example.com', keepS: null })!;
    expect(cookie).toBe('__Host-tickwire-viewer=secret; Path=/; HttpOnly; SameSite=Strict; Secure');
    for (const host of ['127.0.0.1:8080', 'localhost:8080', '[::1]:8080']) {
      const local = viewerCookie('secret', { host, keepS: 60.5 })!;
      expect(local).toBe('tickwire-viewer-8080=secret; Path=/; HttpOnly; SameSite=Strict; Max-Age=60');
    }
    // A name that only looks like this machine's.
    expect(viewerCookie('secret', { host: 'localhost.evil.io', keepS: null })).toContain('Secure');
  });

  it('[SEC3] needs TLS behind a proxy on this machine, whatever that calls the server', () => {
    const host = '127.0.0.1:8080';
    for (const origin of ['https://desk.example.com', 'http://desk.example.com', 'https://localhost:8443']) {
      const cookie = viewerCookie('secret', { host, origin, keepS: null })!;
      expect(cookie, origin).toMatch(/^__Host-.*; Secure$/);
      expect(readViewerCookie(cookie.split(';')[0], host)).toBe('secret');
      expect(noViewerCookie({ host, origin })).toMatch(/^__Host-tickwire-viewer=;/);
    }
    for (const origin of ['http://localhost:8080', 'http://[::1]:9000', 'http://127.0.0.1:8080'])
      expect(viewerCookie('secret', { host, origin, keepS: null })).toMatch(/^tickwire-viewer-8080=/);
  });

  it.each(['abc', 'a b;c=d', 'ü', '%41'])('brings a token back as it was: %s', (token) => {
    const host = '127.0.0.1:8080';
    const pair = viewerCookie(token, { host, keepS: null })!.split(';')[0]!;
    expect(readViewerCookie(`other=1; ${pair}; more=2`, host)).toBe(token);
    // Another port is another server.
    expect(readViewerCookie(pair, '127.0.0.1:8081')).toBeNull();
  });

  it.each([
    ['no cookie', undefined],
    ['another one', 'a=b'],
    ['an empty one', 'tickwire-viewer-80='],
    ['one that cannot be decoded', 'tickwire-viewer-80=%E0%A4%A'],
  ])('finds no token in %s', (_, header) => {
    expect(readViewerCookie(header, '127.0.0.1')).toBeNull();
  });

  it('says when a token is too long for a browser, and ends', () => {
    expect(viewerCookie('x'.repeat(4_090), { host: 'localhost', keepS: null })).toBeNull();
    expect(noViewerCookie({ host: 'localhost' })).toContain('Max-Age=0');
  });
});
