import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openTapeWriter } from '../../server/tape/file/open-tape-writer.ts';
import { TapeReader } from '../../server/tape/file/tape-reader.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { SeededRandom } from '../support/seeded-random.ts';
import { killRounds } from './tape-kill/kill-rounds.ts';
import { writtenEvent } from './tape-kill/written-event.ts';

/** 20 times in the default run, 500 in the long one. */
const ROUNDS = killRounds(20);
/** At the first a block is full before its time has come, at the second only the time ends it. */
const EVENTS_PER_SECOND = [50_000, 5_000] as const;
/** What a crash may cost, ms. */
const LOSS_MS_MAX = 250;
const PROGRAM = fileURLToPath(new URL('tape-kill/writing-program.ts', import.meta.url));

/** One life of the writing program: what it said last, and the numbers it had taken in by when. */
async function killedAfter(
  path: string,
  eventsPerSecond: number,
  delayMs: number,
): Promise<{ said: { ranMs: number; events: number }[] }> {
  const child = spawn(process.execPath, [PROGRAM, path, String(eventsPerSecond)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  let timer: NodeJS.Timeout | null = null;
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
    timer ??= setTimeout(() => child.kill('SIGKILL'), delayMs);
  });
  await once(child, 'close');
  const said = text
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split(' ').map(Number))
    .map(([ranMs, events]) => ({ ranMs: ranMs!, events: events! }));
  return { said };
}

describe('a tape whose writer is killed in the middle of writing', () => {
  it(
    `[TF28] loses at most the last ${LOSS_MS_MAX} ms and never what was there before, ${ROUNDS} times`,
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'tickwire-kill-'));
      const random = new SeededRandom(Number(process.env['TICKWIRE_FUZZ_SEED'] ?? 4));
      const path = join(folder, 'killed.tape');
      let before = 0;
      try {
        for (let round = 0; round < ROUNDS; round += 1) {
          const { said } = await killedAfter(path, EVENTS_PER_SECOND[round % 2]!, random.between(5, 700));
          const last = said.at(-1)!;
          const due = said.findLast(({ ranMs }) => ranMs <= last.ranMs - LOSS_MS_MAX)?.events ?? before;
          const reader = TapeReader.open(path, { verify: true, mayBeEmpty: true });
          expect(reader.map.damage, `round ${round}`).toEqual([]);
          expect(reader.events, `round ${round}`).toBeGreaterThanOrEqual(due);
          expect(reader.events, `round ${round}`).toBeLessThanOrEqual(last.events + 20_000);
          let number = 0;
          let wrong = 0;
          reader.play(0, reader.events, (event) => {
            const { price, size, instrument, receiveTimeUs } = writtenEvent(number);
            const isRight =
              event.type === 'trade' &&
              event.price === price &&
              event.size === size &&
              event.receiveTimeUs === receiveTimeUs &&
              reader.fileId(event.instrument) === instrument;
            if (!isRight) wrong += 1;
            number += 1;
          });
          expect([wrong, number], `round ${round}`).toEqual([0, reader.events]);
          before = reader.events;
          reader.close();
          // A tape that grows without end makes the rounds slower without end.
          if (before > 600_000) {
            rmSync(path);
            before = 0;
          }
        }
        const { writer, recovered } = openTapeWriter(path, { clock: new ManualClock(), existing: 'append' });
        expect(recovered === null || /: cut [\d,]+ bytes of an unfinished block/.test(recovered)).toBe(true);
        writer.close();
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    ROUNDS * 6_000,
  );
});
