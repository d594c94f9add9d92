import type { Closing, DictionaryEntry, QuoteColumns } from '#protocol';
import { instrumentKey, stepsToNumber } from '../../../protocol/instrument.ts';
import { closedWords } from '../instrument/market-closing.ts';
import {
  changeRatio,
  digitsAfterPip,
  directionArrow,
  formatAge,
  formatChangeMagnitude,
  formatPercent,
  formatPrice,
  formatVolumeCompact,
  NO_VALUE,
} from '../../format/index.ts';
import type { BoardColumnName } from '../../state/board-columns.svelte.ts';

/** What texts and values of a row are made from. */
export interface FieldSource {
  columns(): QuoteColumns;
  venueCode(venue: string): string;
  venueName(venue: string): string;
  /** Time since the last update, ms; NaN before the first. */
  ageMs(instrument: number): number;
  updates(instrument: number): number;
  /** When its values changed last, as `performance.now`; 0 = not yet. */
  changedAtMs(instrument: number): number;
  /** Age of a row that is silent for too long, ms; else 0. */
  staleAgeMs(instrument: number): number;
  /** Why the feed says that the instrument cannot be trusted now; empty = it does not. */
  distrust?(instrument: number): string;
  /** The close that the instrument's exchange is behind; null while it trades. */
  closing?(entry: DictionaryEntry): Closing | null;
  /** Turnover, where it is shown or asked for. */
  turnover?: (entry: DictionaryEntry) => { readonly value: number; readonly text: string };
}

export interface RowField {
  /** In the head of its column. */
  readonly label: string;
  /** In menus and for screen readers. */
  readonly title: string;
  /** Words stand at the left, numbers at the right. */
  readonly isText: boolean;
  text(entry: DictionaryEntry, source: FieldSource): string;
  /** The number behind the text in its own unit (price, units, percent, bp, ms), for sorting and filters; NaN = not known. */
  value(entry: DictionaryEntry, source: FieldSource): number;
}

export const priceField = (
  label: string,
  title: string,
  column: 'last' | 'bid' | 'ask' | 'high' | 'low',
): RowField => ({
  label,
  title,
  isText: false,
  text: (entry, source) => formatPrice(at(source, column, entry), entry),
  value: (entry, source) => stepsToNumber(at(source, column, entry), entry.tick),
});

export const wordField = (label: string, text: RowField['text']): RowField => ({
  label,
  title: label,
  isText: true,
  text,
  value: () => Number.NaN,
});

type WatchColumn = 'symbol' | 'last' | 'change' | 'percent' | 'volume';

/** What a row of the watchlist says. All else that one can say is added by `board-fields.ts`, for who asks for it. */
export const ROW_FIELDS: Readonly<
  Partial<Record<BoardColumnName, RowField>> & Record<WatchColumn, RowField>
> = {
  symbol: wordField('Symbol', (entry) => entry.symbol),
  last: priceField('Last', 'Last price', 'last'),
  change: {
    label: 'Chg',
    title: 'Change since the open',
    isText: false,
    text: (entry, source) => formatChangeMagnitude(changeTicks(entry, source), entry),
    value: (entry, source) => stepsToNumber(changeTicks(entry, source), entry.tick),
  },
  percent: {
    label: 'Chg %',
    title: 'Change since the open, percent',
    isText: false,
    text: (entry, source) => formatPercent(changeRatio(at(source, 'last', entry), entry.open)),
    // Rounded once: a ratio times a hundred is 7.000000000000001 where it is 7.
    value: (entry, source) => (100 * changeTicks(entry, source)) / Math.abs(entry.open || Number.NaN),
  },
  volume: {
    label: 'Vol',
    title: 'Volume of the day',
    isText: false,
    text: (entry, source) => formatVolumeCompact(at(source, 'volume', entry), entry),
    value: (entry, source) => stepsToNumber(at(source, 'volume', entry), entry.lot),
  },
};

/** What stands in cells besides the fields themselves, by the names that their text nodes carry. */
const MORE_TEXTS: Readonly<Record<string, RowField['text']>> = {
  code: (entry, source) => source.venueCode(entry.venue),
  /** The last price in two parts, the second what stands after the pip: nobody reads that first. */
  untailed: (entry, source) => {
    const text = ROW_FIELDS.last.text(entry, source);
    return text.slice(0, text.length - tailLength(text, entry));
  },
  tail: (entry, source) => {
    const text = ROW_FIELDS.last.text(entry, source);
    return text.slice(text.length - tailLength(text, entry));
  },
  arrow: (entry, source) => directionArrow(changeTicks(entry, source)),
  /** Beside a percentage: none where the change is too small to show. */
  percentArrow: (entry, source) =>
    ROW_FIELDS.percent.text(entry, source) === formatPercent(0)
      ? ''
      : directionArrow(changeTicks(entry, source)),
  /** The watchlist has no column for the age: it takes the volume's place where a row is stale, and so does the time of the close. */
  activity: (entry, source) =>
    isStale(entry, source)
      ? formatAge(source.staleAgeMs(entry.id) || source.ageMs(entry.id))
      : (closing(entry, source)?.clock ?? ROW_FIELDS.volume.text(entry, source)),
};

function tailLength(text: string, entry: DictionaryEntry): number {
  return entry.assetClass === 'fx' && text !== NO_VALUE ? digitsAfterPip(entry) : 0;
}

/** How the text node of this name is written. */
export function cellText(name: string): RowField['text'] {
  const text = MORE_TEXTS[name] ?? (ROW_FIELDS as Readonly<Record<string, RowField>>)[name]?.text;
  if (text === undefined) throw new Error(`no cell is called ${name}`);
  return text;
}

/** Ticks since the open; NaN when either is not known. */
export function changeTicks(entry: DictionaryEntry, source: Pick<FieldSource, 'columns'>): number {
  return at(source, 'last', entry) - entry.open;
}

/** What the feed told of an instrument: it wins over any age. */
export function distrust(entry: DictionaryEntry, source: FieldSource): string {
  return source.distrust?.(entry.id) ?? '';
}

/** The close that a row is behind; null while it trades. What the feed told wins over it. */
export function closing(entry: DictionaryEntry, source: FieldSource): Closing | null {
  return distrust(entry, source) === '' ? (source.closing?.(entry) ?? null) : null;
}

/** Only a value can be old: a row that shows none has no age. After the close silence is as it should be. */
export function isStale(entry: DictionaryEntry, source: FieldSource): boolean {
  if (source.staleAgeMs(entry.id) === 0 && distrust(entry, source) === '') return false;
  if (closing(entry, source) !== null) return false;
  return !(Number.isNaN(at(source, 'last', entry)) && Number.isNaN(at(source, 'volume', entry)));
}

/** Why the values of a row are not to be taken for current, one sentence; empty = they are. */
export function doubt(entry: DictionaryEntry, source: FieldSource): string {
  const told = distrust(entry, source);
  if (told !== '' || !isStale(entry, source)) return told;
  return `Last update ${formatAge(source.staleAgeMs(entry.id))} ago`;
}

/** What is to be said of a row besides its values: why they are not current, or that they are the last of a session; empty = nothing. */
export function rowNote(entry: DictionaryEntry, source: FieldSource): string {
  return doubt(entry, source) || closedWords(closing(entry, source), ROW_FIELDS.last.text(entry, source));
}

/** What a row is called for someone who cannot see its columns. */
export function rowTitle(entry: DictionaryEntry, source: FieldSource): string {
  const name = entry.name === '' ? instrumentKey(entry) : `${entry.name} (${entry.symbol}, ${entry.venue})`;
  const reason = rowNote(entry, source);
  return reason === '' ? name : `${name}: ${reason}`;
}

function at(
  source: Pick<FieldSource, 'columns'>,
  column: keyof QuoteColumns,
  entry: DictionaryEntry,
): number {
  return source.columns()[column][entry.id] ?? Number.NaN;
}
