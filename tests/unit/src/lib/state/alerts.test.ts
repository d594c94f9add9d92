import { expect, test } from 'vitest';
import type { AlertFiring, AlertNews } from '#protocol';
import type { AlertLink } from '../../../../../src/lib/client/alert-link.ts';
import { Alerts } from '../../../../../src/lib/state/alerts.svelte.ts';
import { memoryStorage } from './memory-storage.ts';

test('the tab that speaks for all does it as was chosen last in any of them', () => {
  const storage = memoryStorage();
  const [speaker, other] = [new Alerts(() => 0), new Alerts(() => 0)];
  speaker.restore(storage);
  other.restore(storage);
  let tell: (news: AlertNews) => void = () => {};
  speaker.follow(({ onNews }) => {
    tell = (news) => onNews(news, true);
    return { start() {}, stop() {} } as unknown as AlertLink;
  });
  const sounds: boolean[] = [];
  speaker.onFiring(() => sounds.push(speaker.manners.sound));
  const fire = (seq: number) =>
    tell({ type: 'firing', firing: { seq, timeUs: 0, muted: false } as unknown as AlertFiring });
  fire(1);
  other.setManners({ sound: false });
  fire(2);
  speaker.setManners({ notify: true });
  other.takeNews();
  expect(sounds).toEqual([true, false]);
  expect(other.manners).toMatchObject({ sound: false, notify: true });
});
