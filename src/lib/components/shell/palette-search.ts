import type { BarInterval, DictionaryEntry } from '#protocol';
import { BAR_INTERVALS } from '../../../protocol/channel.ts';

export interface PaletteCommand {
  title: string;
  /** Other words that find it. */
  words: string;
  run: () => void;
}

export type PaletteItem =
  | { kind: 'instrument'; entry: DictionaryEntry }
  | { kind: 'interval'; interval: BarInterval }
  | { kind: 'command'; command: PaletteCommand };

const ITEMS_MAX = 12;
/** Instruments offered before anything is typed, however many commands there are. */
const INSTRUMENTS_MIN = 6;

/**
 * How well a text fits what was typed: lower is better, Infinity = not at all. The whole text, its beginning, the beginning
 * of a word in it, anywhere in it, then its letters in order with gaps.
 */
export function matchRank(text: string, query: string): number {
  const hay = text.toLowerCase();
  if (hay === query) return 0;
  if (hay.startsWith(query)) return 1;
  const at = hay.indexOf(query);
  if (at > 0) return /[^a-z0-9]/.test(hay[at - 1]!) ? 2 : 3;
  // Two letters in order fit nearly everything.
  return query.length >= 3 && isSubsequence(hay, query) ? 5 : Infinity;
}

function isSubsequence(hay: string, query: string): boolean {
  let at = 0;
  for (const letter of query) {
    at = hay.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

function instrumentRank(entry: DictionaryEntry, query: string): number {
  return Math.min(
    matchRank(entry.symbol, query),
    matchRank(`${entry.venue}:${entry.symbol}`, query) + 0.2,
    // `btcusd` finds BTC-USD.
    matchRank(entry.symbol.replaceAll(/[^a-z0-9]/gi, ''), query) + 0.4,
    matchRank(entry.name, query) + 0.6,
  );
}

/**
 * What the palette offers for a text, best first. Empty text: the most active instruments, then the commands.
 * A pass over 10,000 instruments takes a few milliseconds; equal ranks keep the order of activity.
 */
export function searchPalette(
  text: string,
  instruments: readonly DictionaryEntry[],
  commands: readonly PaletteCommand[],
): PaletteItem[] {
  const query = text.trim().toLowerCase();
  if (query === '') {
    return [
      ...instruments
        .slice(0, Math.max(INSTRUMENTS_MIN, ITEMS_MAX - commands.length))
        .map((entry) => ({ kind: 'instrument', entry }) as const),
      ...commands.map((command) => ({ kind: 'command', command }) as const),
    ];
  }
  const found: { rank: number; item: PaletteItem }[] = [];
  for (const interval of BAR_INTERVALS) {
    const rank = matchRank(interval, query);
    if (rank <= 1) found.push({ rank: rank - 0.5, item: { kind: 'interval', interval } });
  }
  for (const entry of instruments) {
    const rank = instrumentRank(entry, query);
    if (rank < Infinity) found.push({ rank, item: { kind: 'instrument', entry } });
  }
  for (const command of commands) {
    const rank = Math.min(matchRank(command.title, query), matchRank(command.words, query));
    if (rank < Infinity) found.push({ rank: rank + 0.5, item: { kind: 'command', command } });
  }
  return found
    .sort((a, b) => a.rank - b.rank)
    .slice(0, ITEMS_MAX)
    .map(({ item }) => item);
}
