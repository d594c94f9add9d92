import { expect, test } from 'vitest';
import { keepScreenOn } from '../../../../../../src/lib/components/wall/wake-lock.ts';

function surroundings() {
  const page = Object.assign(new EventTarget(), { visibilityState: 'visible' as DocumentVisibilityState });
  const log: string[] = [];
  const locks = {
    request: () => {
      log.push('taken');
      return Promise.resolve({ release: () => Promise.resolve(void log.push('released')) });
    },
  };
  return { page: page as EventTarget & { visibilityState: DocumentVisibilityState }, locks, log };
}

const turn = () => new Promise<void>((resolve) => queueMicrotask(() => queueMicrotask(resolve)));

test('the screen stays on while the page is seen, again after it was hidden, and is let go at the end', async () => {
  const { page, locks, log } = surroundings();
  const stop = keepScreenOn(locks, page as unknown as Document);
  await turn();
  page.visibilityState = 'hidden';
  page.dispatchEvent(new Event('visibilitychange'));
  page.visibilityState = 'visible';
  page.dispatchEvent(new Event('visibilitychange'));
  await turn();
  stop();
  await turn();
  expect(log).toEqual(['taken', 'taken', 'released']);
  page.dispatchEvent(new Event('visibilitychange'));
  await turn();
  expect(log).toHaveLength(3);
});

test('a browser without such locks, or that refuses one, is left alone', async () => {
  const { page } = surroundings();
  keepScreenOn(undefined, page as unknown as Document)();
  keepScreenOn({ request: () => Promise.reject(new Error('refused')) }, page as unknown as Document)();
  await turn();
});
