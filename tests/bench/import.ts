// What does it cost to turn a large file of others into a tape?
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Benchmark, BenchOptions, BenchResult } from './benchmark.ts';
import { importTimes, type WayName } from './import/ways.ts';
import type { RoundLength } from './rounds.ts';

const NS_PER_S = 1_000_000_000;
const ROWS = 500_000;
const SMOKE_ROWS = 2_000;
const GOALS = { plain: 1_000_000, gzip: 700_000 } as const;
const RATIO_GOAL = 5;
/** The program that writes the rows of the import of 50 million. */
const PROGRAM = fileURLToPath(new URL('../integration/import-memory/rows.ts', import.meta.url));

/** A whole import against parsers that do nothing with what they read. */
async function compare(
  form: keyof typeof GOALS,
  path: string,
  isSmoke: boolean,
  length: RoundLength,
): Promise<BenchResult[]> {
  const times = await importTimes(['convert', 'readCsvParse', 'readPapaparse'], path, isSmoke, length);
  const rate = (way: WayName): number => NS_PER_S / times.get(way)!;
  const ours = rate('convert');
  const goal = GOALS[form];
  const row = {
    name: `import: ${ROWS.toLocaleString('en-US')} rows of Tardis trades into a tape, ${form}`,
    unit: 'rows/CPU s',
    better: 'higher',
    ours,
  } as const;
  return [
    {
      ...row,
      baseline: rate('readCsvParse'),
      baselineName: 'csv-parse, cells as text, and no more',
      goal: `>= ${goal.toLocaleString('en-US')} and >= ${RATIO_GOAL}x`,
      met: ours >= goal && ours >= RATIO_GOAL * rate('readCsvParse'),
    },
    { ...row, baseline: rate('readPapaparse'), baselineName: 'papaparse, cells as text, and no more' },
  ];
}

/** What is compared with like: how far both sides go, and who they are. */
const PARSINGS: readonly (readonly [what: string, ours: WayName, theirs: WayName, theirName: string])[] = [
  ['cut into cells', 'cutOurs', 'cutPapaparse', 'papaparse, cells as text'],
  ['as typed events', 'typeOurs', 'typePapaparse', 'papaparse, and its cells as the same events'],
];

/** The parsing alone, without a tape: each side goes exactly as far as the other, in a process of its own, from bytes in memory. */
async function parsing(path: string, isSmoke: boolean, length: RoundLength): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  for (const [what, ours, theirs, baselineName] of PARSINGS) {
    const times = await importTimes([ours, theirs], path, isSmoke, length);
    const rate = NS_PER_S / times.get(ours)!;
    const baseline = NS_PER_S / times.get(theirs)!;
    results.push({
      name: `import: parsing alone, Tardis trades ${what}`,
      unit: 'rows/CPU s',
      better: 'higher',
      ours: rate,
      baseline,
      baselineName,
      goal: `>= ${RATIO_GOAL}x`,
      met: rate >= RATIO_GOAL * baseline,
    });
  }
  return results;
}

/** A file of a known layout end to end into a tape on the disk, against parsers that do nothing with what they read. */
export const imports: Benchmark = {
  name: 'import',
  question: 'What does it cost to turn a large file of others into a tape?',
  async run({ smoke, seconds }: BenchOptions): Promise<BenchResult[]> {
    const length = { rounds: smoke ? 1 : 5, roundMs: smoke ? 1 : (seconds ?? 1) * 1000 };
    const folder = mkdtempSync(join(tmpdir(), 'tickwire-bench-'));
    try {
      const plain = join(folder, 'rows.csv');
      const rows = openSync(plain, 'w');
      execFileSync(process.execPath, [PROGRAM, String(smoke ? SMOKE_ROWS : ROWS)], {
        stdio: ['ignore', rows, 'inherit'],
      });
      closeSync(rows);
      const packed = `${plain}.gz`;
      writeFileSync(packed, gzipSync(readFileSync(plain)));
      return [
        ...(await compare('plain', plain, smoke, length)),
        ...(await compare('gzip', packed, smoke, length)),
        ...(await parsing(plain, smoke, length)),
      ];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
