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
    expect(Object.keys(config).sort()).toEqual(CONFIG_KEYS.map(({ key }) => key).sort());
    expect(config).toMatchObject({ host: '127.0.0.1', port: 8080, allowedOrigins: [], replay: [] });
    expect(Object.isFrozen(config)).toBe(true);
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

  it.each(['prot', '__proto__', 'toString'])('refuses the unknown key %s in a file', (key) => {
    const path = file(`{"${key}": 1}`);
    expect(refusal({}, {}, path)).toBe(`${path} holds "${key}", which is no setting of Tickwire.`);
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
