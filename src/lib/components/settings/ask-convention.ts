import { StoredValue } from '../../state/stored-value.ts';
import type { SettingStorage, Settings } from '../../state/settings.svelte.ts';
import type { Toasts } from '../toast/toasts.svelte.ts';
import { isRedUp } from './red-up.ts';

/** Asks once, where it is usual, whether rising prices are to be red. Nothing changes without an answer. */
export function askConvention(
  settings: Pick<Settings, 'locale' | 'convention' | 'set'>,
  toasts: Pick<Toasts, 'show'>,
  storage: SettingStorage | null,
  browserLanguage: string,
): void {
  if (!isRedUp(settings.locale || browserLanguage)) return;
  const stored = new StoredValue('tickwire.asked');
  // Without a storage it would be asked with every page.
  if (stored.open(storage) !== null || settings.convention === 'up-red' || !stored.keep({ convention: true }))
    return;
  const answer = (convention: 'up-red' | 'up-green') => (): void => settings.set('convention', convention);
  toasts.show({
    text: 'Shall rising prices be red? The settings can change it later.',
    standsMs: null,
    actions: [
      { label: 'Red up', run: answer('up-red') },
      { label: 'Teal up', run: answer('up-green') },
    ],
  });
}
