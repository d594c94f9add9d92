import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../server/config.ts';
import { defineConfig, openConfigFile } from '../../../server/config-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'tickwire-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const written = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

describe('a configuration file that is a program', () => {
  it('says the same as one in JSON', async () => {
    const path = written('one.ts', 'const port: number = 3; export default { port, feed: ["coinbase"] };');
    const config = loadConfig({ speed: '2' }, { TICKWIRE_SEED: '9' }, await openConfigFile(path));
    expect(config).toMatchObject({ port: 3, feed: ['coinbase'], speed: 2, seed: 9 });
  });

  it('is refused in the same sentences', async () => {
    const range = written('two.mjs', 'export default { port: -1 };');
    const file = await openConfigFile(range);
    expect(() => loadConfig({}, {}, file)).toThrow(
      `"port" in ${range} is -1, but must be within 0..65535 (TCP port).`,
    );
    const unknown = await openConfigFile(written('three.mjs', 'export default { prot: 1 };'));
    expect(() => loadConfig({}, {}, unknown)).toThrow('holds "prot", which is no setting of Tickwire.');
  });

  it('must export an object, and must run', async () => {
    await expect(openConfigFile(written('four.mjs', 'export default 5;'))).rejects.toThrow(
      'four.mjs must export one object as its default.',
    );
    await expect(openConfigFile(written('five.mjs', 'throw new Error("no luck");'))).rejects.toThrow(
      'five.mjs cannot be read: no luck.',
    );
    await expect(openConfigFile(join(folder, 'six.ts'))).rejects.toThrow('six.ts does not exist.');
  });

  it('leaves a file in JSON to be read as ever', async () => {
    const path = written('seven.json', '{"port": 4}');
    expect(await openConfigFile(path)).toBe(path);
    expect(loadConfig({}, {}, await openConfigFile(path)).port).toBe(4);
    expect(await openConfigFile(undefined)).toBeUndefined();
  });

  it('may have its settings checked by the editor', () => {
    expect(defineConfig({ feed: ['kraken'], symbols: 'BTC/USD' })).toEqual({
      feed: ['kraken'],
      symbols: 'BTC/USD',
    });
  });
});
