import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The tests' own Python program: an independent reader of the protocol. */
export const PYTHON_READER = fileURLToPath(new URL('./python/tickwire_reader.py', import.meta.url));

/** The one on the PATH may be a private build without the system's packages. */
const CANDIDATES = [process.env['TICKWIRE_PYTHON'] ?? 'python3', 'python3', '/usr/bin/python3'];

/** False on a machine without Python's packages, where their tests are skipped; true wherever CI insists on them. */
export const runsPython = (python: string | null): boolean => python !== null || Boolean(process.env['CI']);

/** The first Python that can import all of these modules, or null. */
export function pythonWith(...modules: readonly string[]): string | null {
  const program = `import ${modules.join(', ')}`;
  return (
    CANDIDATES.find((python) => spawnSync(python, ['-c', program], { stdio: 'ignore' }).status === 0) ?? null
  );
}

export interface PythonOutcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a Python program to its end without blocking this process, which may be the one that serves it. */
export function runPython(python: string, args: readonly string[]): Promise<PythonOutcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(python, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
