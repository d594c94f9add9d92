import { expect, it } from 'vitest';
import type { AlertFiring, ReplayAlertNews } from '#protocol';
import { followReplay } from '../../../../../../src/lib/components/alerts/follow-replay.ts';

it('what fires in a replay gets numbers that no store gives, and another stretch begins empty', () => {
  const taken: (AlertFiring | null)[] = [];
  let hear = (_: MessageEvent<string>): void => {};
  let isClosed = false;
  let asked = '';
  const stop = followReplay({ takeReplayed: (firing) => void taken.push(firing) }, 'a b', (url) => {
    asked = url;
    return {
      addEventListener: (_: string, run: unknown) => (hear = run as typeof hear),
      close: () => (isClosed = true),
    };
  });
  const say = (news: ReplayAlertNews): void => hear({ data: JSON.stringify(news) } as MessageEvent<string>);
  say({ type: 'watching', rules: 2 });
  const firing = { rule: 1, timeUs: 5, instrument: 'x:A', value: '1', message: 'A', note: '' };
  say({ type: 'firing', ...firing });
  say({ type: 'firing', ...firing, timeUs: 6 });
  stop();
  expect(asked).toBe('/api/alerts/replay?epoch=a%20b');
  expect(taken[0]).toBeNull();
  const [one, other] = taken.slice(1).map((told) => told!.seq);
  expect(one).toBeLessThan(0);
  expect(other).toBeLessThan(one!);
  expect(taken[1]).toMatchObject({ ...firing, muted: false, delivery: null });
  expect(isClosed).toBe(true);
});
