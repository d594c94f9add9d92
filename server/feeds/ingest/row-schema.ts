import { z } from 'zod';
import {
  AGGRESSOR_BUY,
  AGGRESSOR_SELL,
  AGGRESSOR_UNKNOWN,
  ASSET_CLASSES,
  BAR_INTERVAL_SECONDS,
  isBarInterval,
  parseDecimal,
  parseIncrement,
  type Aggressor,
} from '#protocol';
import { usOfNumber, usOfText } from '../event-time.ts';
import { PackedTime } from '../message-pack.ts';

/** Digits after the point: more is a float's noise (0.1 + 0.2), and would leave no room for whole numbers. */
const DECIMALS_MAX = 12;
const NUMBER_CHARS_MAX = 40;
/** Levels a side in one row. */
const LEVELS_MAX = 5_000;
const ID_CHARS_MAX = 128;
const INTERVAL_SECONDS = new Set(Object.values(BAR_INTERVAL_SECONDS));

/** No control characters, and nothing by which selectors and keys are told apart. */
const VENUE = /^[^\s\p{C}:,*!]{1,32}$/u;
const SYMBOL = /^(?![\s!])[^\p{C},*]{1,64}(?<!\s)$/u;

/** What a field takes, in words: the answer to a row that holds something else. */
export const EXPECTED = {
  decimal: `a decimal number of at most ${DECIMALS_MAX} digits after the point, as text or as a JSON number`,
  size: `a decimal number from 0, of at most ${DECIMALS_MAX} digits after the point, as text or as a JSON number`,
  increment: 'a decimal number above 0, as text',
  time: 'an ISO 8601 time or a number of s, ms, us or ns since 1970, from 1990 to 2100',
  venue: 'a name of at most 32 characters without blanks, ":", ",", "*" and "!"',
  symbol: 'a symbol of at most 64 characters without "," and "*", not beginning with "!"',
  name: 'text of at most 128 characters',
  currency: 'text of at most 16 characters',
  assetClass: `one of ${ASSET_CLASSES.join(', ')}`,
  side: '"buy", "sell" or "unknown": who crossed the spread',
  id: `text of at most ${ID_CHARS_MAX} characters, or a whole number`,
  levels: `at most ${LEVELS_MAX} pairs of price and size`,
  snapshot: 'true or false',
  interval: `one of ${Object.keys(BAR_INTERVAL_SECONDS).join(', ')}, or as many seconds`,
} as const;

type Numeral = string | number | bigint;

/** The digits that a value stands for: text as it is, a JSON number by the shortest text that gives it back. */
function numeralText(value: unknown): string | null {
  if (typeof value === 'string') return value.length <= NUMBER_CHARS_MAX ? value : null;
  if (typeof value === 'number') return String(value);
  return typeof value === 'bigint' ? String(value) : null;
}

function isDecimal(value: unknown): value is Numeral {
  const text = numeralText(value);
  const decimal = text === null ? null : parseDecimal(text);
  return decimal !== null && decimal.decimals <= DECIMALS_MAX;
}

function isSize(value: unknown): value is Numeral {
  return isDecimal(value) && parseDecimal(String(value))!.mantissa >= 0;
}

function usOf(value: unknown): number {
  if (typeof value === 'string') return usOfText(value);
  if (typeof value === 'number') return usOfNumber(value);
  if (typeof value === 'bigint') return usOfText(String(value));
  return value instanceof PackedTime ? value.us : Number.NaN;
}

function isTime(value: unknown): value is string | number | bigint | PackedTime {
  const us = usOf(value);
  return us === us;
}

/** Checked before any of them is looked at by the schema: a hundred thousand wrong pairs must cost nothing. */
function areLevels(value: unknown): value is [Numeral, Numeral][] {
  if (!Array.isArray(value) || value.length > LEVELS_MAX) return false;
  return value.every(
    (pair: unknown) => Array.isArray(pair) && pair.length === 2 && isDecimal(pair[0]) && isSize(pair[1]),
  );
}

function isId(value: unknown): value is Numeral {
  if (typeof value === 'string') return value.length <= ID_CHARS_MAX;
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value));
}

function isInterval(value: unknown): value is string | number {
  if (typeof value === 'string') return isBarInterval(value);
  return typeof value === 'number' && INTERVAL_SECONDS.has(value);
}

const decimal = z.custom<Numeral>(isDecimal, EXPECTED.decimal).transform(String);
const size = z.custom<Numeral>(isSize, EXPECTED.size).transform(String);
const increment = z
  .custom<Numeral>((value) => isDecimal(value) && parseIncrement(String(value)) !== null, EXPECTED.increment)
  .transform(String);
const timeUs = z.custom<Numeral | PackedTime>(isTime, EXPECTED.time).transform(usOf);
const levels = z
  .custom<[Numeral, Numeral][]>(areLevels, EXPECTED.levels)
  .transform((pairs) => pairs.map(([price, quantity]) => [String(price), String(quantity)]));
const venue = z.string(EXPECTED.venue).regex(VENUE, EXPECTED.venue).default('');
const symbol = z.string(EXPECTED.symbol).regex(SYMBOL, EXPECTED.symbol);

const SIDES: Readonly<Record<string, Aggressor>> = {
  buy: AGGRESSOR_BUY,
  sell: AGGRESSOR_SELL,
  unknown: AGGRESSOR_UNKNOWN,
};
const side = z
  .enum(['buy', 'sell', 'unknown'], EXPECTED.side)
  .default('unknown')
  .transform((word) => SIDES[word]!);

const place = { venue, symbol };

/** One schema a type of row. Unknown fields are refused: a misspelt one must not look as if it worked. */
const SCHEMAS = {
  instrument: z.strictObject({
    type: z.literal('instrument'),
    ...place,
    name: z.string(EXPECTED.name).max(128, EXPECTED.name).optional(),
    assetClass: z.enum(ASSET_CLASSES, EXPECTED.assetClass).default('other'),
    currency: z.string(EXPECTED.currency).max(16, EXPECTED.currency).default(''),
    tick: increment.optional(),
    lot: increment.optional(),
  }),
  trade: z.strictObject({
    type: z.literal('trade'),
    ...place,
    time: timeUs.optional(),
    price: decimal,
    size,
    side,
    id: z.custom<Numeral>(isId, EXPECTED.id).transform(String).default(''),
  }),
  quote: z.strictObject({
    type: z.literal('quote'),
    ...place,
    time: timeUs.optional(),
    bid: decimal.optional(),
    bidSize: size.optional(),
    ask: decimal.optional(),
    askSize: size.optional(),
  }),
  book: z.strictObject({
    type: z.literal('book'),
    ...place,
    time: timeUs.optional(),
    snapshot: z.boolean(EXPECTED.snapshot).default(false),
    bids: levels.default([]),
    asks: levels.default([]),
  }),
  statistics: z.strictObject({
    type: z.literal('statistics'),
    ...place,
    time: timeUs.optional(),
    open: decimal.optional(),
    high: decimal.optional(),
    low: decimal.optional(),
    volume: size.optional(),
  }),
  bar: z.strictObject({
    type: z.literal('bar'),
    ...place,
    time: timeUs.optional(),
    interval: z
      .custom<string | number>(isInterval, EXPECTED.interval)
      .transform((value) => (typeof value === 'number' ? value : BAR_INTERVAL_SECONDS[value as '1m'])),
    start: timeUs,
    open: decimal,
    high: decimal,
    low: decimal,
    close: decimal,
    volume: size,
  }),
} as const;

export type RowType = keyof typeof SCHEMAS;
export const ROW_TYPES = Object.keys(SCHEMAS) as RowType[];
/** A row whose every field is what it should be; prices and sizes are decimal text still, and a venue that is not named is empty. */
export type Row = { [Type in RowType]: z.output<(typeof SCHEMAS)[Type]> }[RowType];

/** Why a row is not taken. */
export interface RowFault {
  /** Where in the row; empty = the row itself. */
  readonly field: string;
  readonly expected: string;
  /** What stood there, cut short. */
  readonly found: string;
}

/** What became of a row. `noted` = an instrument row, which makes no event. */
export type RowOutcome = 'taken' | 'noted' | 'duplicate' | RowFault;

export type CheckedRow = { ok: true; row: Row } | { ok: false; fault: RowFault };

const FOUND_CHARS_MAX = 60;
/** More than any type has: a hundred thousand unknown fields must not be listed one by one. */
const FIELDS_MAX = 32;

/** @param impliedType of a row that names none: `instrument` in a list of instruments */
export function checkRow(value: unknown, impliedType?: RowType): CheckedRow {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refused('', 'one object a row', value);
  const given = value as Record<string, unknown>;
  const type = given['type'] ?? impliedType;
  if (typeof type !== 'string' || !Object.hasOwn(SCHEMAS, type))
    return refused('type', `one of ${ROW_TYPES.join(', ')}`, given['type']);
  const schema = SCHEMAS[type as RowType];
  if (Object.keys(given).length > FIELDS_MAX) return refused('', `at most ${FIELDS_MAX} fields`, value);
  const checked = schema.safeParse(given['type'] === undefined ? { ...given, type } : given);
  if (checked.success) return { ok: true, row: checked.data };
  const issue = checked.error.issues[0]!;
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    return refused(
      key.slice(0, FOUND_CHARS_MAX),
      `no such field: ${type} has ${Object.keys(schema.shape).join(', ')}`,
      given[key],
    );
  }
  const field = String(issue.path[0] ?? '');
  return refused(field, issue.message, given[field]);
}

function refused(field: string, expected: string, found: unknown): CheckedRow {
  return { ok: false, fault: { field, expected, found: shownValue(found) } };
}

/** A value for a sentence. Never more of it than a line: it may be a million levels. */
export function shownValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null || typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return String(value);
  if (typeof value === 'string') return JSON.stringify(value.slice(0, FOUND_CHARS_MAX));
  return Array.isArray(value) ? `an array of ${value.length}` : 'an object';
}
