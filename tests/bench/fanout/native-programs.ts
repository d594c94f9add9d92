import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROGRAMS = ['floor-server', 'wire-clients'] as const;
export type ProgramName = (typeof PROGRAMS)[number];

/** The parts of the benchmark that are in C, compiled for this run. */
export class NativePrograms {
  /** Of this run; what the programs are handed in files can be put there too. */
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Null where there is no C compiler, or no Linux: both programs use epoll. */
  static compile(): NativePrograms | null {
    if (process.platform !== 'linux') return null;
    const programs = new NativePrograms(mkdtempSync(join(tmpdir(), 'tickwire-bench-')));
    const compiled = PROGRAMS.every((name) => {
      const source = fileURLToPath(new URL(`./${name}.c`, import.meta.url));
      return spawnSync('cc', ['-O2', '-o', programs.path(name), source], { stdio: 'ignore' }).status === 0;
    });
    if (compiled) return programs;
    programs.remove();
    return null;
  }

  path(name: ProgramName): string {
    return join(this.folder, name);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
