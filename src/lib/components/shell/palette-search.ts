import type { BarInterval, DictionaryEntry } from '#protocol';
import { BAR_INTERVALS, isBarInterval } from '../../../protocol/channel.ts';
import { minutesInterval } from './palette-text.ts';

export interface PaletteCommand {
  title: string;
  /** Other words that find it. */
  words: string;
  /** Offered only when it is asked for by words or `>`: one of many. */
  isDeep?: boolean;
  run: () => void;
}

export type PaletteItem =
  | { kind: 'instrument'; entry: DictionaryEntry }
  | { kind: 'interval'; interval: BarInterval }
  | { kind: 'command'; command: PaletteCommand };

/** What else helps to find: the palette has both, a field for one symbol neither. */
export interface SearchAids {
  /** Chosen last, newest first: offered before anything is typed. */
  readonly recent?: readonly DictionaryEntry[];
  /** Places among the instruments that fit in a looser way, best first. */
  readonly fuzzy?: readonly number[];
}

const ITEMS_MAX = 12;
/** Commands that `>` shows: all there are, usually. */
const COMMANDS_MAX = 60;
/** What only fits loosely stands behind everything that holds the text, before letters with gaps. */
const LOOSE_RANK = 4;
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

/** Commands only, best first; without words all of them, in their order. */
export function searchCommands(text: string, commands: readonly PaletteCommand[]): PaletteItem[] {
  const query = text.trim().toLowerCase();
  return commands
    .map((command) => ({ command, rank: query === '' ? 0 : commandRank(command, query) }))
    .filter(({ rank }) => rank < Infinity)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, COMMANDS_MAX)
    .map(({ command }) => ({ kind: 'command', command }));
}

function commandRank({ title, words }: PaletteCommand, query: string): number {
  return Math.min(matchRank(title, query), matchRank(words, query));
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
  { recent = [], fuzzy = [] }: SearchAids = {},
): PaletteItem[] {
  const query = text.trim().toLowerCase();
  if (query === '') {
    const offered = Math.max(INSTRUMENTS_MIN, recent.length, ITEMS_MAX - commands.length);
    return [
      ...[...new Set([...recent, ...instruments.slice(0, offered)])]
        .slice(0, offered)
        .map((entry) => ({ kind: 'instrument', entry }) as const),
      ...commands
        .filter(({ isDeep }) => isDeep !== true)
        .map((command) => ({ kind: 'command', command }) as const),
    ];
  }
  const found: { rank: number; item: PaletteItem }[] = [];
  const minutes = minutesInterval(query);
  if (minutes !== null && isBarInterval(minutes))
    found.push({ rank: -1, item: { kind: 'interval', interval: minutes } });
  for (const interval of BAR_INTERVALS) {
    const rank = matchRank(interval, query);
    if (rank <= 1 && interval !== minutes)
      found.push({ rank: rank - 0.5, item: { kind: 'interval', interval } });
  }
  for (const entry of instruments) {
    const rank = instrumentRank(entry, query);
    if (rank < Infinity) found.push({ rank, item: { kind: 'instrument', entry } });
  }
  if (fuzzy.length > 0) {
    const known = new Set(found.map(({ item }) => (item.kind === 'instrument' ? item.entry : null)));
    for (const [place, at] of fuzzy.entries()) {
      const entry = instruments[at];
      if (entry !== undefined && !known.has(entry))
        found.push({ rank: LOOSE_RANK + place / fuzzy.length, item: { kind: 'instrument', entry } });
    }
  }
  for (const command of commands) {
    const rank = commandRank(command, query);
    if (rank < Infinity) found.push({ rank: rank + 0.5, item: { kind: 'command', command } });
  }
  return found
    .sort((a, b) => a.rank - b.rank)
    .slice(0, ITEMS_MAX)
    .map(({ item }) => item);
}
