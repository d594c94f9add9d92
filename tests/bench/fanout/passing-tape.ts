import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../server/clock.ts';
import type { TapeRetention } from '../../../server/tape/rolling/ports.ts';
import { RollingTape } from '../../../server/tape/rolling/rolling-tape.ts';

/** The tape that a served market is always recorded on, in a folder that goes with this process. */
export function passingTape(retention: TapeRetention, onNotice: (sentence: string) => void): RollingTape {
  const folder = mkdtempSync(join(tmpdir(), 'tickwire-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  process.on('SIGTERM', () => process.exit(0));
  return RollingTape.open({ folder: join(folder, 'rolling'), clock: systemClock, retention, onNotice });
}
