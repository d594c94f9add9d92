import { Recordings } from '../../state/recordings.svelte.ts';
import type { Desk } from '../desk.svelte.ts';

const libraries = new WeakMap<Desk, Recordings>();

/** The library of a desk, made when something first asks for it: what shows prices alone never does. */
export function libraryOf(desk: Desk): Recordings {
  let library = libraries.get(desk);
  if (library === undefined) libraries.set(desk, (library = new Recordings()));
  return library;
}
