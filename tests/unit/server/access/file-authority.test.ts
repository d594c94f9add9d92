import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openAuthorities, type AuthoritySettings } from '../../../../server/access/open-authorities.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { openGate } from '../../../support/open-gate.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});
const TOKEN = '0123456789abcdef';
const NONE: AuthoritySettings = {
  viewerTokens: [],
  viewerTokensFile: null,
  jwtSecret: null,
  jwtKeys: null,
  jwtIssuer: null,
  jwtAudience: null,
  jwtSymbolsClaim: 'symbols',
  auth: null,
};

async function opened(text: string) {
  const folder = mkdtempSync(join(tmpdir(), 'tickwire-viewers-'));
  folders.push(folder);
  const path = join(folder, 'viewers.txt');
  writeFileSync(path, text);
  const clock = new ManualClock();
  const notices: string[] = [];
  const settings = { ...NONE, viewerTokensFile: path };
  const parts = { clock, onNotice: (sentence: string) => void notices.push(sentence) };
  const gate = openGate(clock, await openAuthorities(settings, parts));
  return { path, clock, notices, gate };
}

describe('a file of tokens', () => {
  it('[SEC6] locks out within a second who is struck out of it', async () => {
    const { path, clock, gate } = await opened(`ada ${TOKEN}\n`);
    const said: string[] = [];
    const admitted = await gate.admit(TOKEN, '::1');
    if (!admitted.ok) throw new Error('not let in');
    gate.leases.take(admitted.token, admitted.viewer, {
      onViewer: () => said.push('stays'),
      onRefused: (reason) => said.push(reason),
    });
    writeFileSync(path, '# nobody any more\n');
    clock.advance(1_000);
    expect(said).toEqual(['wrong']);
    gate.close();
    expect(clock.pendingTimers).toBe(0);
  });

  it('may come from an editor that puts a mark in front', async () => {
    const { gate } = await opened(`\uFEFFada ${TOKEN}\r\n`);
    expect(await gate.admit(TOKEN, '::1')).toMatchObject({ ok: true, viewer: { user: 'ada' } });
  });

  it('leaves things as they were when it cannot be read any more, and says so', async () => {
    const { path, clock, notices, gate } = await opened(`ada ${TOKEN}\n`);
    writeFileSync(path, 'ada short\n');
    clock.advance(2_000);
    expect(await gate.admit(TOKEN, '::1')).toMatchObject({ ok: true });
    rmSync(path);
    clock.advance(2_000);
    expect(await gate.admit(TOKEN, '::1')).toMatchObject({ ok: true });
    expect(notices).toHaveLength(2);
    expect(notices[0]).toContain('line 1');
  });

  it('is told of at the start when it cannot be read', async () => {
    await expect(opened('ada short\n')).rejects.toThrow(/viewers.txt cannot be used: line 1/);
  });
});
