import { rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Writable } from 'node:stream';
import { DuckDBInstance } from '@duckdb/node-api';
import { convertFiles } from '../../../server/commands/convert.ts';
import { exportFiles } from '../../../server/commands/export.ts';
import type { BenchResult } from '../benchmark.ts';

/** Times larger than the table that a tape may be. */
const SHARE_GOAL = 1.1;

/**
 * A recording as an imported tape, its index and keyframes included, against a table of the same rows that DuckDB writes: exact decimals,
 * zstd.
 */
export async function parquetSizeResult(source: string, folder: string): Promise<BenchResult> {
  const tape = join(folder, 'imported.tape');
  const exported = join(folder, 'exported.parquet');
  const rewritten = join(folder, 'rewritten.parquet');
  rmSync(tape, { force: true });
  const { events } = await convertFiles([source], tape);
  const outcome = await exportFiles(
    { inputs: [tape], format: 'parquet', times: 'us', open: {}, out: exported },
    new Writable(),
  );
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const quoted = (path: string): string => `'${path.replaceAll("'", "''")}'`;
    await connection.run(
      `COPY (FROM read_parquet(${quoted(exported)})) TO ${quoted(rewritten)} (FORMAT parquet, COMPRESSION zstd)`,
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
  const ours = statSync(tape).size / events;
  const baseline = statSync(rewritten).size / outcome.events;
  return {
    name: `tape: size of ${basename(source)}, imported`,
    unit: 'bytes/event',
    better: 'lower',
    ours,
    baseline,
    baselineName: 'the same rows as zstd Parquet, written by DuckDB',
    goal: `<= ${SHARE_GOAL}x the baseline`,
    met: ours <= SHARE_GOAL * baseline,
  };
}
