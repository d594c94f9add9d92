import { LibraryError } from '../../client/library-link.ts';
import type { Desk } from '../desk.svelte.ts';

/** Does something with the library of recordings; what it refuses is told in its own sentence. */
export async function tryLibrary({ toasts }: Pick<Desk, 'toasts'>, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof LibraryError)) throw error;
    toasts.show({ text: error.message, tone: 'problem' });
  }
}
