import type { DictionaryEntry, QuoteColumns } from '#protocol';
import { stepsToNumber } from '../../../protocol/instrument.ts';
import {
  basisPoints,
  formatAge,
  formatBasisPoints,
  formatCount,
  formatPrice,
  formatSize,
  formatVolumeCompact,
  NO_VALUE,
} from '../../format/index.ts';
import type { BoardColumnName } from '../../state/board-columns.svelte.ts';
import { priceField, ROW_FIELDS, wordField, type FieldSource, type RowField } from './row-fields.ts';

/** From here on sizes are shortened, units. */
const LONG_SIZE = 100_000;

const sizeField = (label: string, title: string, column: 'bidSize' | 'askSize'): RowField => ({
  label,
  title,
  isText: false,
  text: (entry, source) => sizeText(entry, at(source, column, entry)),
  value: (entry, source) => stepsToNumber(at(source, column, entry), entry.lot),
});

/** Everything that a row can say: the board shows those that were chosen, filters read them all. */
export const BOARD_FIELDS: Readonly<Record<BoardColumnName, RowField>> = Object.assign(ROW_FIELDS, {
  venue: wordField('Venue', (entry, source) => source.venueName(entry.venue)),
  name: wordField('Name', (entry) => entry.name),
  spark: { ...wordField('1h', () => ''), title: 'Last hour' },
  bid: priceField('Bid', 'Bid', 'bid'),
  bidSize: sizeField('Bid size', 'Size at the bid', 'bidSize'),
  ask: priceField('Ask', 'Ask', 'ask'),
  askSize: sizeField('Ask size', 'Size at the ask', 'askSize'),
  spread: {
    label: 'Spread',
    title: 'Spread, basis points',
    isText: false,
    text: (entry, source) => formatBasisPoints(at(source, 'bid', entry), at(source, 'ask', entry)),
    value: (entry, source) => basisPoints(at(source, 'bid', entry), at(source, 'ask', entry)),
  },
  high: priceField('High', 'High of the day', 'high'),
  low: priceField('Low', 'Low of the day', 'low'),
  open: {
    label: 'Open',
    title: 'Price that the change is counted from',
    isText: false,
    text: (entry) => formatPrice(entry.open, entry),
    value: (entry) => stepsToNumber(entry.open, entry.tick),
  },
  turnover: {
    label: 'Turnover',
    title: 'Volume of the day at the last price',
    isText: false,
    text: (entry, source) => source.turnover?.(entry).text ?? NO_VALUE,
    value: (entry, source) => source.turnover?.(entry).value ?? Number.NaN,
  },
  updates: {
    label: 'Updates',
    title: 'Updates that this page has seen',
    isText: false,
    text: (entry, source) => formatCount(source.updates(entry.id)),
    value: (entry, source) => source.updates(entry.id),
  },
  age: {
    label: 'Age',
    title: 'Time since the last update',
    isText: false,
    text: (entry, source) => formatAge(source.ageMs(entry.id)),
    value: (entry, source) => source.ageMs(entry.id),
  },
} satisfies Partial<Record<BoardColumnName, RowField>>);

function at(source: FieldSource, column: keyof QuoteColumns, entry: DictionaryEntry): number {
  return source.columns()[column][entry.id] ?? Number.NaN;
}

/** A size of many digits is read by its magnitude. */
function sizeText(entry: DictionaryEntry, lots: number): string {
  return stepsToNumber(lots, entry.lot) >= LONG_SIZE
    ? formatVolumeCompact(lots, entry)
    : formatSize(lots, entry);
}
