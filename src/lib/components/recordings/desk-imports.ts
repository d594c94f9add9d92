import { RecordingsApi } from '../../client/recordings-api.ts';
import { upload } from '../../client/upload.ts';
import { Imports } from '../../state/imports.svelte.ts';
import type { Desk } from '../desk.svelte.ts';
import { browserAfter } from '../replay/seek-pace.ts';
import { libraryOf } from './library.ts';

const imports = new WeakMap<Desk, Imports>();

/** The imports of a page: they go on while other pages are shown, and are no part of it before the library is opened. */
export function importsOf(desk: Desk): Imports {
  let own = imports.get(desk);
  if (own === undefined) {
    const recordings = libraryOf(desk);
    own = new Imports(
      new RecordingsApi(recordings.link),
      upload,
      browserAfter,
      () => void recordings.refresh(),
    );
    imports.set(desk, own);
  }
  return own;
}
