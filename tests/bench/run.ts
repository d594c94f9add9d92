// `npm run bench`: what the server costs, beside what the same costs when written the plain way. See docs/operations/performance.md.
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { invariant } from '#protocol';
import { packagePath } from '../../server/package-root.ts';
import type { BenchOptions, BenchResult } from './benchmark.ts';
import { BENCHMARKS } from './benchmarks.ts';
import { runIsolated } from './isolated.ts';
import { machineText, reportJson, tableText } from './report.ts';

const SAMPLES = 'examples/recordings';
const SECONDS_MAX = 600;

interface Flags {
  json?: string;
  smoke?: boolean;
  seconds?: number;
  recording: string[];
}

/** The recordings that come with the repository. */
function samples(): string[] {
  const folder = packagePath(SAMPLES);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.gz'))
    .sort()
    .map((name) => join(folder, name));
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= SECONDS_MAX))
    throw new InvalidArgumentError(`A round takes more than 0 and at most ${SECONDS_MAX} seconds.`);
  return value;
}

/** A number that is not finite and positive means that a benchmark measured nothing. */
function checkSane(results: readonly BenchResult[]): void {
  for (const { name, ours, baseline } of results) {
    invariant(Number.isFinite(ours) && ours > 0, `${name}: ours is a positive number`);
    const sane = baseline === null || (Number.isFinite(baseline) && baseline > 0);
    invariant(sane, `${name}: the baseline is a positive number`);
  }
}

/** A smoke run says nothing of speed: no goal is met or missed in it. */
function withoutGoal({ goal: _goal, met: _met, ...result }: BenchResult): BenchResult {
  return result;
}

async function run(names: readonly string[], flags: Flags): Promise<void> {
  const options: BenchOptions = {
    smoke: flags.smoke === true,
    seconds: flags.seconds ?? null,
    recordings: flags.recording.length > 0 ? flags.recording : samples(),
  };
  const chosen = names.length === 0 ? BENCHMARKS : BENCHMARKS.filter(({ name }) => names.includes(name));
  const results: BenchResult[] = [];
  for (const benchmark of chosen) {
    const startedAt = performance.now();
    process.stderr.write(`${benchmark.name}: ${benchmark.question}\n`);
    const own = await runIsolated(benchmark.name, options);
    checkSane(own);
    results.push(...(options.smoke ? own.map(withoutGoal) : own));
    process.stderr.write(`  took ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
  }
  const warning = options.smoke ? '\nSmoke run: these numbers say nothing of speed.\n' : '';
  process.stdout.write(`\n${machineText()}\n\n${tableText(results)}\n${warning}`);
  if (flags.json !== undefined) writeFileSync(flags.json, reportJson(results));
}

await new Command('bench')
  .description('Measures the server beside the plain way of doing the same, in one run.')
  .addArgument(
    new Argument('[names...]', 'benchmarks to run; all when none is named').choices(
      BENCHMARKS.map(({ name }) => name),
    ),
  )
  .option('--json <file>', 'write machine, versions and results to a file')
  .option('--smoke', 'tiny sizes: proves that everything runs, says nothing of speed')
  .option('--seconds <n>', 'length of one measured round, s', seconds)
  .addOption(
    new Option('--recording <file...>', 'recorded market data to measure with').default(
      [],
      `${SAMPLES}/*.gz`,
    ),
  )
  .action(run)
  .parseAsync();
