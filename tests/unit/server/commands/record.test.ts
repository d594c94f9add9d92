import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { recordedText, recordLive, type Recorded } from '../../../../server/commands/record.ts';
import { SimulatedFeed } from '../../../../server/feeds/simulated/feed.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

const folder = mkdtempSync(join(tmpdir(), 'tickwire-record-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  readonly clock: ManualClock;
  readonly lines: string[];
  readonly progress: string[];
  readonly stop: AbortController;
  readonly outcome: Promise<Recorded>;
  readonly feeds: number;
}

function run(name: string, more: { forMs?: number; at?: string } = {}): Run {
  const clock = new ManualClock();
  const made = {
    clock,
    lines: [] as string[],
    progress: [] as string[],
    stop: new AbortController(),
    feeds: 0,
  };
  const outcome = recordLive(
    { out: join(folder, name), selectors: ['*'], forMs: more.forMs ?? null, at: more.at ?? null },
    {
      clock,
      signal: made.stop.signal,
      onLine: (line) => void made.lines.push(line),
      onProgress: (text) => void made.progress.push(text),
      feeds: async () => {
        made.feeds += 1;
        return [new SimulatedFeed({ seed: 1, symbols: 5, eventsPerSecond: 100, clock })];
      },
    },
  );
  return Object.assign(made, { outcome });
}

/** Lets everything run that waits for nothing but its turn. */
async function settle({ clock }: Run, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 1_000) {
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
    clock.advance(1_000);
  }
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
}

describe('recordLive', () => {
  it('ends after its time, and tells each second how far it is', async () => {
    const running = run('timed.tape', { forMs: 10_000 });
    await settle(running, 15_000);
    const recorded = await running.outcome;
    expect(recorded).toMatchObject({ instruments: 5, seconds: 10 });
    expect(recorded.events).toBeGreaterThan(500);
    expect(running.progress.length).toBeGreaterThanOrEqual(9);
    expect(running.progress[4]).toMatch(/^0:00:05  \d+ events  [\d,]+ bytes$/);
    expect(recordedText(recorded)).toMatch(/ events of 5 instruments, 0:00:10, to /);
    expect(running.clock.pendingTimers).toBe(0);
  });

  it('waits for its time of day, and starts the feeds a minute ahead', async () => {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const later = new Date(new ManualClock().nowUs() / 1_000 + 600_000);
    const at = later.toLocaleTimeString('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' });
    const running = run('later.tape', { forMs: 5_000, at });
    await settle(running, 500_000);
    expect([running.lines[0], running.feeds]).toEqual([`Waiting until ${at} (${later.toISOString()}).`, 0]);
    await settle(running, 60_000);
    expect([running.feeds, existsSync(join(folder, 'later.tape'))]).toEqual([1, false]);
    await settle(running, 60_000);
    expect(await running.outcome).toMatchObject({ seconds: 5 });
  });

  it('leaves nothing behind when it is called off before it began', async () => {
    const running = run('never.tape', { at: '03:00' });
    running.stop.abort();
    await expect(running.outcome).rejects.toThrow(
      /^Nothing was recorded, and .*never\.tape was not written\.$/,
    );
    expect(existsSync(join(folder, 'never.tape'))).toBe(false);
    expect(running.clock.pendingTimers).toBe(0);
  });
});
