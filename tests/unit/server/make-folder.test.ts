import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFolder, type MakeDirectory } from '../../../server/make-folder.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tickwire-folder-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const fault = (code: string): Error => Object.assign(new Error(code), { code });

describe('makeFolder', () => {
  it('makes the way too, and minds no folder that is there', () => {
    const path = join(folder, 'a', 'b');
    makeFolder(path);
    makeFolder(path);
    expect(existsSync(path)).toBe(true);
  });

  it('says that a disk may only be read, and not that the path does not exist', () => {
    const asked: string[] = [];
    const readOnly: MakeDirectory = (path, options) => {
      asked.push(path);
      throw fault(options?.recursive === true ? 'ENOENT' : 'EROFS');
    };
    expect(() => makeFolder(join(folder, 'c', 'd'), readOnly)).toThrow('EROFS');
    expect(asked).toEqual([join(folder, 'c', 'd'), join(folder, 'c')]);
  });

  it('passes on what else is wrong', () => {
    const denied: MakeDirectory = () => {
      throw fault('EACCES');
    };
    expect(() => makeFolder(join(folder, 'e'), denied)).toThrow('EACCES');
  });
});
