import { beforeEach, expect, test } from 'vitest';
import { askConvention } from '../../../../../../src/lib/components/settings/ask-convention.ts';
import { Toasts } from '../../../../../../src/lib/components/toast/toasts.svelte.ts';
import { Settings } from '../../../../../../src/lib/state/settings.svelte.ts';
import { memoryStorage } from '../../state/memory-storage.ts';

let settings: Settings;
let toasts: Toasts;

beforeEach(() => {
  settings = new Settings();
  toasts = new Toasts();
});

test('who reads Chinese, Japanese or Korean is asked once, and nothing changes before the answer', () => {
  const storage = memoryStorage();
  askConvention(settings, toasts, storage, 'ja-JP');
  expect(toasts.list).toHaveLength(1);
  expect(settings.convention).toBe('up-green');
  toasts.list[0]!.actions[0]!.run?.();
  expect(settings.convention).toBe('up-red');
  const later = new Toasts();
  askConvention(new Settings(), later, storage, 'ja-JP');
  expect(later.list).toEqual([]);
});

test('others are not asked, nor who chose already, nor where an answer could not be kept', () => {
  askConvention(settings, toasts, memoryStorage(), 'en-US');
  askConvention(settings, toasts, null, 'zh-CN');
  settings.locale = 'de-DE';
  askConvention(settings, toasts, memoryStorage(), 'ko-KR');
  settings.locale = '';
  settings.convention = 'up-red';
  askConvention(settings, toasts, memoryStorage(), 'ko-KR');
  expect(toasts.list).toEqual([]);
});
