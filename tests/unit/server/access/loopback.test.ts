import { describe, expect, it } from 'vitest';
import { isLoopback } from '../../../../server/access/loopback.ts';

describe('[SEC20] isLoopback', () => {
  it.each([
    '127.0.0.1',
    '127.8.9.10',
    '::1',
    '0:0:0:0:0:0:0:1',
    '::ffff:127.0.0.1',
    'localhost',
    'LocalHost',
  ])('%s is this machine', (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  it.each([
    '0.0.0.0',
    '::',
    '10.0.0.7',
    '128.0.0.1',
    'fe80::1',
    '127.evil.example',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    'desk.lan',
    '[::1]',
    '',
  ])('%j may be reached by others', (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});
