// One benchmark in a process of its own, so that what it leaves behind (compiled code, garbage) is not the next one's.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { BenchOptions, BenchResult } from './benchmark.ts';
import { BENCHMARKS } from './benchmarks.ts';

const FILE = fileURLToPath(import.meta.url);

/** Runs a benchmark by name. Rejects when its process ends without results. */
export function runIsolated(name: string, options: BenchOptions): Promise<BenchResult[]> {
  return new Promise((resolve, reject) => {
    let results: BenchResult[] | null = null;
    const child = fork(FILE, [name, JSON.stringify(options)]);
    child.on('message', (message) => {
      results = message as BenchResult[];
    });
    child.on('error', reject);
    child.on('exit', () => {
      if (results === null) reject(new Error(`The benchmark ${name} ended without results.`));
      else resolve(results);
    });
  });
}

if (process.argv[1] === FILE) {
  const [name, options] = process.argv.slice(2) as [string, string];
  const benchmark = BENCHMARKS.find((candidate) => candidate.name === name)!;
  process.send!(await benchmark.run(JSON.parse(options) as BenchOptions));
}
