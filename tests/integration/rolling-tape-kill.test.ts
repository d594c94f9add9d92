import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { TapeReader } from '../../server/tape/file/tape-reader.ts';
import { RollingReader } from '../../server/tape/rolling/rolling-reader.ts';
import { SeededRandom } from '../support/seeded-random.ts';
import { runningMs } from '../support/running-time.ts';
import { startPagelessServer } from '../support/server-process.ts';
import { killRounds } from './tape-kill/kill-rounds.ts';

/** A few times in the default run, 500 in the long one. */
const ROUNDS = killRounds(5);
const EVENTS_PER_SECOND = 50_000;
/** From then on the rounds begin with an empty folder: all of it is played after each, which is to cost less than a start. */
const HELD_EVENTS_MAX = 500_000;
/** What a crash may cost, ms. */
const LOSS_MS_MAX = 250;
const TOLD =
  /segment-\d+\.tape: (?:cut [\d,]+ bytes of an unfinished block at the end; .*|was not closed; .*) (?:is|are|may be) missing\./;

interface Look {
  /** When the answer was there: the events had come by then. When it was asked for, they may not have. */
  readonly ranMs: number;
  /** Events that the tape had taken in since the server's start. */
  readonly events: number;
}

interface Status {
  readonly tape: { readonly state: string; readonly events: number };
}

/** One life of a server that records: what it said of its start, and of its tape until it was killed. */
async function killedAfter(
  data: string,
  delayMs: number,
): Promise<{ output: string; looks: Look[]; killedMs: number }> {
  const server = await startPagelessServer(
    ['--data', data, '--sim-rate', String(EVENTS_PER_SECOND), '--sim-symbols', '100'],
    { TICKWIRE_TAPE: 'on' },
  );
  const looks: Look[] = [];
  const endMs = performance.now() + delayMs;
  while (performance.now() < endMs) {
    const { tape } = (await (await fetch(`${server.url}/api/recordings`)).json()) as Status;
    looks.push({ ranMs: runningMs(server.child.pid!), events: tape.events });
    await wait(10);
  }
  const killedMs = runningMs(server.child.pid!);
  await server.stop('SIGKILL');
  return { output: server.output(), looks, killedMs };
}

/** Events that the folder holds, each of which can be played. */
function heldEvents(folder: string): number {
  const reader = RollingReader.open(folder);
  let played = 0;
  reader.play(reader.firstEvent, reader.events, () => (played += 1));
  const { events } = reader;
  reader.close();
  expect(played).toBe(events);
  return events;
}

describe('a server that is killed while it records', () => {
  it(
    `[TF23] loses nothing older than ${LOSS_MS_MAX} ms, and says at its next start what that was, ${ROUNDS} times`,
    async () => {
      const data = mkdtempSync(join(tmpdir(), 'tickwire-rolling-kill-'));
      const folder = join(data, 'rolling');
      const random = new SeededRandom(Number(process.env['TICKWIRE_FUZZ_SEED'] ?? 9));
      let before = 0;
      try {
        for (let round = 0; round < ROUNDS; round += 1) {
          const isSecond = existsSync(folder);
          const { output, looks, killedMs } = await killedAfter(data, random.between(400, 1_500));
          const due = looks.findLast(({ ranMs }) => ranMs <= killedMs - LOSS_MS_MAX)?.events ?? 0;
          const taken = looks.at(-1)?.events ?? 0;
          const held = heldEvents(folder);
          expect(taken, `round ${round}`).toBeGreaterThan(0);
          expect(held - before, `round ${round}`).toBeGreaterThanOrEqual(due);
          expect(isSecond ? output : 'the first start', `round ${round}`).toMatch(
            isSecond ? TOLD : /the first start/,
          );
          before = held;
          if (before > HELD_EVENTS_MAX) {
            rmSync(folder, { recursive: true });
            before = 0;
          }
        }
        const server = await startPagelessServer(['--data', data], { TICKWIRE_TAPE: 'on' });
        await server.stop();
        for (const name of readdirSync(folder)) {
          expect(name).toMatch(/^segment-\d+\.tape$/);
          const tape = TapeReader.open(join(folder, name), { verify: true });
          expect([name, tape.map.damage, tape.map.unfinishedBytes, tape.map.isClosed]).toEqual([
            name,
            [],
            0,
            true,
          ]);
          tape.close();
        }
      } finally {
        rmSync(data, { recursive: true, force: true });
      }
    },
    ROUNDS * 20_000,
  );

  it('lets a second server in the same folder run without a tape', async () => {
    const data = mkdtempSync(join(tmpdir(), 'tickwire-rolling-two-'));
    try {
      const first = await startPagelessServer(['--data', data], { TICKWIRE_TAPE: 'on' });
      const second = await startPagelessServer(['--data', data], { TICKWIRE_TAPE: 'on' });
      expect(second.output()).toMatch(
        /^This server runs without a tape: .*rolling is being written by process \d+: one tape has one writer\.$/m,
      );
      const { tape } = (await (await fetch(`${second.url}/api/recordings`)).json()) as Partial<Status>;
      expect(tape).toBe(null);
      await Promise.all([first.stop(), second.stop()]);
    } finally {
      rmSync(data, { recursive: true, force: true });
    }
  });
});
