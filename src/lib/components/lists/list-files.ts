import { formatCount } from '../../format/index.ts';
import { shareText, tradingViewText, watchlistCsv, type ReadWatchlist } from '../../state/watchlist-text.ts';
import type { Watchlist } from '../../state/watchlists.svelte.ts';

/** Longest address that everything between two browsers passes on, letters. */
const LINK_MAX = 6000;
/** Names that a sentence lists before it counts the others. */
const NAMES_MAX = 5;

export function countKeys(list: Pick<Watchlist, 'sections'>): number {
  return list.sections.reduce((sum, { keys }) => sum + keys.length, 0);
}

/** Address that opens a page with this list; null when the list is too long for one. */
export function shareLink(list: Watchlist, pageUrl: string): string | null {
  const url = new URL(pageUrl);
  url.search = '';
  url.hash = '';
  url.searchParams.set('list', shareText(list.name, list.sections));
  return url.href.length > LINK_MAX ? null : url.href;
}

/** Hands the browser a file of the list. */
export function saveList(list: Watchlist, form: 'csv' | 'tradingview'): void {
  const text = form === 'csv' ? watchlistCsv(list.sections) : tradingViewText(list.sections);
  const type = form === 'csv' ? 'text/csv' : 'text/plain';
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${list.name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')}.${form === 'csv' ? 'csv' : 'txt'}`;
  link.click();
  URL.revokeObjectURL(url);
}

/** `“Crypto”: 24 symbols. 2 are not here now: XYZ, ABC.` */
export function importSentence(name: string, { sections, unknown }: ReadWatchlist): string {
  const count = countKeys({ sections });
  const added = `“${name}”: ${formatCount(count)} ${count === 1 ? 'symbol' : 'symbols'}.`;
  if (unknown.length === 0) return added;
  const names = unknown.slice(0, NAMES_MAX).join(', ');
  const others = unknown.length > NAMES_MAX ? ` and ${formatCount(unknown.length - NAMES_MAX)} others` : '';
  return `${added} ${formatCount(unknown.length)} of them no feed has now: ${names}${others}.`;
}
