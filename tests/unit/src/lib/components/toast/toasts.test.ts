import { expect, test } from 'vitest';
import { ACTION_MS, Toasts, WORDS_MS } from '../../../../../../src/lib/components/toast/toasts.svelte.ts';

test('what can be undone stands longer than ten seconds, and what goes on stands until it ends', () => {
  const toasts = new Toasts();
  toasts.show({ text: 'Done.' });
  toasts.show({ text: 'Deleted.', actions: [{ label: 'Undo' }] });
  const job = toasts.show({ text: 'Keeping', progress: 0 });
  expect(ACTION_MS).toBeGreaterThan(10_000);
  expect(toasts.list.map(({ standsMs }) => standsMs)).toEqual([WORDS_MS, ACTION_MS, null]);
  job.update({ text: 'Kept.' });
  expect(toasts.list.at(-1)).toMatchObject({ text: 'Kept.', progress: null, standsMs: WORDS_MS });
});

test('the oldest that would go by itself makes room, not what goes on', () => {
  const toasts = new Toasts();
  toasts.show({ text: 'job', progress: 0 });
  for (const text of ['a', 'b', 'c', 'd']) toasts.show({ text });
  expect(toasts.list.map(({ text }) => text)).toEqual(['job', 'b', 'c', 'd']);
});
