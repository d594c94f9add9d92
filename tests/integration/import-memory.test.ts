import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { TapeReader } from '../../server/tape/file/tape-reader.ts';

/** 50 million in the long run (about two minutes); in the default run enough to fill the memory if rows were kept: 45 bytes each. */
const IS_LONG = Number(process.env['TICKWIRE_LONG_TESTS'] ?? 0) > 0;
const ROWS = IS_LONG ? 50_000_000 : 1_500_000;
/** What an import of any length may take over what the process has at its start. */
const GROWN_MB_MAX = 200;

const program = (name: string) => fileURLToPath(new URL(`import-memory/${name}.ts`, import.meta.url));

it.skipIf(process.platform === 'win32')(
  `an import of ${ROWS.toLocaleString('en-US')} rows into a tape takes no more memory than one of a few`,
  { timeout: 600_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tickwire-import-'));
    try {
      // The rows never lie on the disk: the import reads them from a pipe.
      const pipe = join(folder, 'trades.csv');
      execFileSync('mkfifo', [pipe]);
      const tape = join(folder, 'trades.tape');
      const importer = spawn(process.execPath, [program('convert'), pipe, tape], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      // For reading too: a pipe that nobody reads yet is not waited for.
      const rows = openSync(pipe, 'r+');
      const writer = spawn(process.execPath, [program('rows'), String(ROWS)], {
        stdio: ['ignore', rows, 'inherit'],
      });
      closeSync(rows);
      let text = '';
      importer.stdout.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
      await once(importer, 'close');
      writer.kill();
      const found = JSON.parse(text) as { events: number; grownMb: number; seconds: number };
      process.stderr.write(
        `${ROWS} rows in ${found.seconds.toFixed(1)} s, ${found.grownMb.toFixed(0)} MB over the start.\n`,
      );
      expect(found.events).toBe(ROWS);
      expect(found.grownMb).toBeLessThan(GROWN_MB_MAX);
      const reader = TapeReader.open(tape);
      expect(reader.events).toBe(ROWS);
      reader.close();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
