import { readShareText } from '../../state/watchlist-text.ts';
import type { Desk } from '../desk.svelte.ts';

/** A list that came with a link: kept as one of the viewer's own, and said so. */
export function takeSharedList(desk: Pick<Desk, 'watchlists' | 'say'>, text: string): void {
  const shared = readShareText(text);
  const found = shared === null ? null : desk.watchlists.addShared(shared.name, shared.sections);
  if (found === null) desk.say('The link holds no list that can be read.');
  else if (found.list === null) desk.say('There are too many lists here to keep the one of the link.');
  else if (found.isNew) desk.say(`The list “${found.list.name}” came with the link and is kept here.`);
}
