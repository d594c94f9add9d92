import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { WholeFile } from '../../../../server/commands/whole-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'tickwire-whole-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('takes its place when it is whole, and not before', () => {
  const to = join(folder, 'a.csv');
  writeFileSync(to, 'before');
  const dropped = new WholeFile(to);
  writeFileSync(dropped.path, 'half');
  dropped.drop();
  expect(readFileSync(to, 'utf8')).toBe('before');
  const kept = new WholeFile(to);
  writeFileSync(kept.path, 'after');
  expect(readFileSync(to, 'utf8')).toBe('before');
  kept.keep();
  expect(readFileSync(to, 'utf8')).toBe('after');
  expect(readdirSync(folder)).toEqual(['a.csv']);
});

it('leaves a link a link, and writes into what is no file', () => {
  const [target, link] = [join(folder, 'target.csv'), join(folder, 'link.csv')];
  writeFileSync(target, 'before');
  symlinkSync(target, link);
  const linked = new WholeFile(link);
  writeFileSync(linked.path, 'after');
  linked.keep();
  expect([lstatSync(link).isSymbolicLink(), readFileSync(target, 'utf8')]).toEqual([true, 'after']);
  expect(new WholeFile('/dev/null').path).toBe('/dev/null');
});

it('names a folder that is not there', () => {
  const to = join(folder, 'nowhere', 'a.tape');
  expect(() => new WholeFile(to)).toThrow(
    `${to} cannot be written: there is no folder ${join(folder, 'nowhere')}.`,
  );
});
