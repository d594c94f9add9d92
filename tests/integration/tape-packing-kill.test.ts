import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openTapeWriter } from '../../server/tape/file/open-tape-writer.ts';
import { packNow } from '../../server/tape/file/tape-packer.ts';
import { TapeReader } from '../../server/tape/file/tape-reader.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { SeededRandom } from '../support/seeded-random.ts';
import { killRounds } from './tape-kill/kill-rounds.ts';
import { writtenEvent } from './tape-kill/written-event.ts';

/** 10 times in the default run, 500 in the long one. */
const ROUNDS = killRounds(10);
const EVENTS = 3_000;
const EVENTS_PER_BLOCK = 3;
const PROGRAM = fileURLToPath(new URL('tape-kill/packing-program.ts', import.meta.url));

/** A tape of a quiet market. */
function quietTape(path: string): void {
  const { writer } = openTapeWriter(path, { clock: new ManualClock(), flushIntervalMs: 0 });
  for (let instrument = 0; instrument < 7; instrument += 1)
    writer.define({
      ...{ venue: 'test', symbol: `S${instrument}`, name: '', assetClass: 'other', currency: 'USD' },
      tick: { units: 1, decimals: 2 },
      lot: { units: 1, decimals: 5 },
    });
  for (let number = 0; number < EVENTS; number += 1) {
    writer.onEvent(writtenEvent(number));
    if (number % EVENTS_PER_BLOCK === 0) writer.flush();
  }
  writer.close();
}

/** Ids of its trades. */
function idsOf(path: string): number[] {
  const reader = TapeReader.open(path, { verify: true });
  const ids: number[] = [];
  reader.play(0, reader.events, (event) => void (event.type === 'trade' && ids.push(Number(event.tradeId))));
  expect(reader.map).toMatchObject({ isClosed: true, damage: [], unfinishedBytes: 0 });
  reader.close();
  return ids;
}

describe('a tape whose packing is killed', () => {
  it(
    `[TF31] is whole, packed or not, ${ROUNDS} times`,
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'tickwire-packing-'));
      const random = new SeededRandom(Number(process.env['TICKWIRE_FUZZ_SEED'] ?? 31));
      const unpacked = join(folder, 'unpacked.tape');
      const path = join(folder, 'killed.tape');
      const all = Array.from({ length: EVENTS }, (_, number) => number);
      try {
        quietTape(unpacked);
        for (let round = 0; round < ROUNDS; round += 1) {
          copyFileSync(unpacked, path);
          const child = spawn(process.execPath, [PROGRAM, path, unpacked], {
            stdio: ['ignore', 'pipe', 'inherit'],
          });
          await once(child.stdout, 'data');
          setTimeout(() => child.kill('SIGKILL'), random.between(1, 200));
          await once(child, 'close');
          expect(idsOf(path), `round ${round}`).toEqual(all);
        }
        // Whatever lies beside it.
        copyFileSync(unpacked, path);
        expect(packNow(path)).toBe(statSync(path).size);
        expect(statSync(path).size).toBeLessThan(statSync(unpacked).size / 2);
        expect(idsOf(path)).toEqual(all);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    ROUNDS * 6_000,
  );
});
