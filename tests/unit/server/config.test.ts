import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONFIG_KEYS, loadConfig } from '../../../server/config.ts';
import { UserError } from '../../../server/errors.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tickwire-config-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(content: unknown, name = 'settings.json'): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

/** The sentence with which a configuration is refused. */
function refusal(flags: object, env: Record<string, string>, path?: string): string {
  try {
    loadConfig(flags as Record<string, unknown>, env, path);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as UserError).message;
  }
  throw new Error('the configuration was taken');
}

describe('loadConfig', () => {
  it('has a default for every key, and lets nobody but ourselves in by default', () => {
    const config = loadConfig();
    // A list of objects and a program have no form as a flag.
    const inFilesOnly = ['schedule', 'auth'];
    expect(Object.keys(config).sort()).toEqual([...CONFIG_KEYS.map(({ key }) => key), ...inFilesOnly].sort());
    expect(config).toMatchObject({ host: '127.0.0.1', port: 8080, allowedOrigins: [], replay: [] });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('takes a hook from a program, and says where else it cannot be', () => {
    const verify = (): null => null;
    const config = loadConfig({}, {}, { path: 'tickwire.config.ts', values: { auth: { verify } } });
    expect(config.auth?.verify).toBe(verify);
    expect(() => loadConfig({}, {}, file({ auth: { verify: 'yes' } }))).toThrow(/tickwire\.config\.ts/);
  });

  it('[SEC4] does not repeat a token of viewers that it refuses', () => {
    const attempt = (): unknown => loadConfig({}, { TICKWIRE_VIEWER_TOKENS: 'ada=tooshort' });
    expect(attempt).toThrow(/TICKWIRE_VIEWER_TOKENS must be/);
    expect(attempt).not.toThrow(/tooshort/);
  });

  it('takes a flag before the environment, that before the file, and that before the default', () => {
    const path = file({ port: 1, seed: 1, simSymbols: 1 });
    const env = { TICKWIRE_PORT: '2', TICKWIRE_SEED: '2', TICKWIRE_SPEED: '' };
    expect(loadConfig({ port: '3' }, env, path)).toMatchObject({ port: 3, seed: 2, simSymbols: 1, speed: 1 });
  });

  it('reads numbers and lists from text, as flags and variables bring them', () => {
    const env = {
      TICKWIRE_SPEED: '0.5',
      TICKWIRE_ALLOWED_ORIGINS: 'https://a.example, http://b.example:81,',
    };
    expect(loadConfig({ replay: ['a.csv', 'b.csv'] }, env)).toMatchObject({
      speed: 0.5,
      replay: ['a.csv', 'b.csv'],
      allowedOrigins: ['https://a.example', 'http://b.example:81'],
    });
  });

  it.each<[string, object, Record<string, string>, string]>([
    ['a flag', { port: '70000' }, {}, '--port is "70000", but must be within 0..65535 (TCP port).'],
    [
      'a variable',
      {},
      { TICKWIRE_SEED: '-1' },
      'TICKWIRE_SEED is "-1", but must be within 0..4294967295 (integer).',
    ],
    ['a word for a number', { speed: 'fast' }, {}, '--speed is "fast", but must be within 0.1..1000 (x).'],
    ['a broken number', { port: '80.5' }, {}, '--port is "80.5", but must be within 0..65535 (TCP port).'],
    ['a blank', { port: ' ' }, {}, '--port is " ", but must be within 0..65535 (TCP port).'],
    ['hexadecimal', { port: '0x50' }, {}, '--port is "0x50", but must be within 0..65535 (TCP port).'],
    [
      'a choice',
      { logLevel: 'loud' },
      {},
      '--log-level is "loud", but must be within trace, debug, info, warn, error, silent (level).',
    ],
    [
      'a cap below the least',
      { clientBitsPerSecond: '7999' },
      {},
      '--client-bits-per-second is "7999", but must be within 0, 8000..10000000000 (bit/s).',
    ],
    [
      'a word for a port',
      {},
      { TICKWIRE_ADMIN_PORT: 'on' },
      'TICKWIRE_ADMIN_PORT is "on", but must be within 0..65535, off (TCP port).',
    ],
    ['an empty host', { host: '' }, {}, '--host is "", but must be within name or address (address).'],
  ])('says in one sentence what is wrong with %s', (_, flags, env, sentence) => {
    expect(refusal(flags, env)).toBe(sentence);
  });

  it.each([
    ['*'],
    ['app.example.com'],
    ['https://app.example.com/'],
    ['https://App.example.com'],
    ['null'],
    ['file://x'],
    ['https://a.example:443'],
  ])('[SEC1] refuses %s as an origin, rather than never let it in', (origin) => {
    expect(refusal({ allowedOrigins: origin }, {})).toMatch(/^--allowed-origins is "/);
  });

  it('[SEC20] trusts no proxy unless one is named', () => {
    expect(loadConfig().trustedProxies).toEqual([]);
    const named = 'loopback, 10.0.0.0/8,192.0.2.1,fd00::/8,::1';
    expect(loadConfig({}, { TICKWIRE_TRUSTED_PROXIES: named }).trustedProxies).toEqual([
      'loopback',
      '10.0.0.0/8',
      '192.0.2.1',
      'fd00::/8',
      '::1',
    ]);
  });

  it.each(['*', 'true', '1', '0.0.0.0/0', '::/0', '10.0.0.0/33', '10.0.0', 'proxy.example', '10.0.0.1:80'])(
    '[SEC20] refuses %s as a proxy, rather than believe somebody else',
    (proxy) => {
      expect(refusal({ trustedProxies: proxy }, {})).toMatch(/^--trusted-proxies is "/);
    },
  );

  it.each<[string, unknown]>([
    ['port', null],
    ['port', true],
    ['port', []],
    ['connectionsMax', '0'],
    ['replay', 5],
    ['replayControl', 'some'],
  ])('names the file and the key %s where that holds %j', (key, value) => {
    const path = file({ [key]: value });
    expect(refusal({}, {}, path)).toMatch(
      new RegExp(
        `^"${key}" in ${path} is ${JSON.stringify(value).replaceAll(/[[\]]/g, '\\$&')}, but must be within .*\\.$`,
      ),
    );
  });

  it('takes a cap of every connection, or none', () => {
    expect(loadConfig().clientBitsPerSecond).toBe(0);
    for (const text of ['0', '8000', '10000000000']) {
      expect(loadConfig({ clientBitsPerSecond: text }).clientBitsPerSecond).toBe(Number(text));
    }
  });

  it.each(['prot', '__proto__', 'toString'])('refuses the unknown key %s in a file', (key) => {
    const path = file(`{"${key}": 1}`);
    expect(refusal({}, {}, path)).toBe(`${path} holds "${key}", which is no setting of Tickwire.`);
  });

  it('reads a file from an editor that puts a mark in front', () => {
    expect(loadConfig({}, {}, file('\uFEFF{"port": 4321}')).port).toBe(4321);
  });

  it('says in one sentence what is wrong with the file itself', () => {
    expect(refusal({}, {}, join(folder, 'none.json'))).toMatch(
      /^The configuration file .*none\.json does not exist\.$/,
    );
    expect(refusal({}, {}, file('[1]'))).toMatch(/must hold one JSON object\.$/);
    expect(refusal({}, {}, file('{"port": }'))).toMatch(
      /^The configuration file .*settings\.json cannot be read: .*\.$/,
    );
    expect(refusal({}, {}, folder)).toMatch(/cannot be read: .*\.$/);
  });
});

describe('[SEC20] the admin listener', () => {
  const TOKEN = 'abcDEF0123456789-._~+/==';

  it('is off by default, and can be turned off over a file that turns it on', () => {
    expect(loadConfig()).toMatchObject({ adminPort: null, adminHost: '127.0.0.1', adminToken: null });
    const path = file({ adminPort: 9464 });
    expect(loadConfig({}, {}, path).adminPort).toBe(9464);
    expect(loadConfig({ adminPort: 'off' }, {}, path).adminPort).toBeNull();
    expect(loadConfig({}, { TICKWIRE_ADMIN_PORT: 'off' }, path).adminPort).toBeNull();
    expect(loadConfig({}, {}, file({ adminPort: null })).adminPort).toBeNull();
    expect(loadConfig({ adminPort: '0' }).adminPort).toBe(0);
  });

  it('needs a token on an address that others may reach', () => {
    const sentence =
      '--admin-host is "0.0.0.0", which others may reach: set TICKWIRE_ADMIN_TOKEN to a secret of 16 characters or more that every request for metrics must carry.';
    expect(refusal({ adminPort: '9464', adminHost: '0.0.0.0' }, {})).toBe(sentence);
    for (const adminHost of ['::', '10.0.0.7', 'desk.lan', '127.evil.example']) {
      expect(refusal({ adminPort: '9464', adminHost }, {})).toMatch(/^--admin-host is "/);
    }
    const env = { TICKWIRE_ADMIN_TOKEN: TOKEN };
    expect(loadConfig({ adminPort: '9464', adminHost: '0.0.0.0' }, env).adminToken).toBe(TOKEN);
  });

  it('needs none on loopback, nor where it is off', () => {
    for (const adminHost of ['127.0.0.1', '127.0.0.2', '::1', 'localhost']) {
      expect(loadConfig({ adminPort: '9464', adminHost }).adminHost).toBe(adminHost);
    }
    expect(loadConfig({ adminHost: '0.0.0.0' }).adminPort).toBeNull();
  });

  it.each(['short', 'x'.repeat(15), 'x'.repeat(513), 'sixteen letters and blanks', 'quote"0123456789abc'])(
    'refuses the token %j without repeating it',
    (token) => {
      const sentence = 'must be 16..512 of A-Z a-z 0-9 - . _ ~ + / = (secret).';
      expect(refusal({}, { TICKWIRE_ADMIN_TOKEN: token })).toBe(`TICKWIRE_ADMIN_TOKEN ${sentence}`);
      expect(refusal({ adminToken: token }, {})).toBe(`--admin-token ${sentence}`);
      const path = file({ adminToken: token });
      expect(refusal({}, {}, path)).toBe(`"adminToken" in ${path} ${sentence}`);
    },
  );

  it('takes the tape’s retention as an age, a size or both', () => {
    expect(loadConfig().tapeRetention).toEqual({ ageMs: 3_600_000, bytes: 512_000_000 });
    expect(loadConfig({}, { TICKWIRE_TAPE_RETENTION: '2h,1GB' }).tapeRetention).toEqual({
      ageMs: 7_200_000,
      bytes: 1_000_000_000,
    });
    expect(refusal({ tapeRetention: 'a while' }, {})).toBe(
      '--tape-retention is "a while", but must be within 1m..30d, 16MB..1TB (age, size).',
    );
  });

  it('turns the tape off by flag, environment or file', () => {
    expect(loadConfig().tape).toBe('on');
    expect(loadConfig({ tape: 'off' }).tape).toBe('off');
    expect(loadConfig({}, { TICKWIRE_TAPE: 'off' }).tape).toBe('off');
    expect(loadConfig({}, {}, file({ tape: false }, 'no-tape.json')).tape).toBe('off');
  });

  it('takes a schedule of recordings from the file alone, and says what one looks like', () => {
    const schedule = [{ name: 'open', at: '09:30', for: '1h' }];
    expect(loadConfig({}, {}, file({ schedule }, 'schedule.json')).schedule).toEqual([
      { name: 'open', at: '09:30', for: 3_600_000 },
    ]);
    expect(refusal({}, {}, file({ schedule: [{ name: 'open' }] }, 'bad-schedule.json'))).toMatch(
      /^"schedule" in .* must be a list of \{ name, at: "14:25", for: "1h" \}/,
    );
  });
});
