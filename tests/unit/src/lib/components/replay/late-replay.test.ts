import { expect, test, vi } from 'vitest';
import { LateReplay } from '../../../../../../src/lib/components/replay/late-replay.svelte.ts';
import type { ReplayHost } from '../../../../../../src/lib/components/replay/replay.svelte.ts';
import type { SettingStorage } from '../../../../../../src/lib/state/settings.svelte.ts';
import { FakeReplayMarket } from './fake-replay.ts';

const parts = vi.hoisted(() => ({ isOffline: false }));
vi.mock('../../../../../../src/lib/components/replay/replay-parts.ts', async (original) => {
  const whole =
    await original<typeof import('../../../../../../src/lib/components/replay/replay-parts.ts')>();
  return {
    ...whole,
    get Replay() {
      if (parts.isOffline) throw new TypeError('Failed to fetch');
      return whole.Replay;
    },
  };
});

function late(): { replay: LateReplay; said: string[] } {
  const said: string[] = [];
  const { timeline, connection } = new FakeReplayMarket();
  const host = {
    market: { timeline, connection },
    say: (sentence: string) => said.push(sentence),
    timeText: () => '',
    heldUs: () => 0,
    interval: () => '1m',
    onMoved: () => undefined,
  } as unknown as ReplayHost;
  return { replay: new LateReplay(host), said };
}

test('what is asked before the code of replays is here happens when it comes, and at once after that', async () => {
  const { replay } = late();
  const done: string[] = [];
  expect(() => replay.loaded).toThrow('before its code is here');
  replay.use(() => done.push('early'));
  expect([replay.here, done]).toEqual([null, []]);
  await replay.load();
  replay.use((it) => done.push(it === replay.loaded ? 'at once' : 'another'));
  expect(done).toEqual(['early', 'at once']);
});

test('bookmarks that were restored before it came are there', async () => {
  const { replay } = late();
  const kept = new Map<string, string>();
  const storage: SettingStorage = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, text) => void kept.set(key, text),
  };
  await replay.load();
  replay.restore(storage);
  replay.loaded.bookmark();
  expect(replay.loaded.marks).toHaveLength(1);
  const next = late().replay;
  next.restore(storage);
  await next.load();
  expect(next.loaded.marks).toHaveLength(1);
});

test('a person is told that it cannot be had, and it is asked for again the next time', async () => {
  const { replay, said } = late();
  parts.isOffline = true;
  replay.use(() => undefined);
  await vi.waitFor(() => expect(said).toEqual(['The replay could not be loaded. Try again.']));
  parts.isOffline = false;
  await replay.load();
  expect(replay.here).not.toBeNull();
});
