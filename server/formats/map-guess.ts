import {
  FIELD_ROLES,
  headerWord,
  isRoleOfKind,
  rolesOfHeader,
  tableKind,
  type FieldRole,
  type TableKind,
} from './field-roles.ts';
import type { ColumnMap, ColumnSource, TimeUnit } from './column-map.ts';
import { isYearLast } from './date-order.ts';
import { aggressorOfWord, isSignedSell } from './side-word.ts';
import { clockUnit } from './clock-digits.ts';
import { areClocks, areDates, unitOfValues } from './text-time.ts';

/** Where a role's values are: a column, or one value for all rows. */
export type MappedSource = { readonly column: number } | { readonly value: string };

export interface MappedColumn {
  readonly from: MappedSource;
  readonly unit: TimeUnit;
  readonly zone?: string;
}

export interface TableMap {
  readonly kind: TableKind;
  readonly hasHeader: boolean;
  /** Of the header, or #1, #2, ... */
  readonly names: readonly string[];
  readonly columns: ReadonlyMap<FieldRole, MappedColumn>;
  /** Whether a side of -1 sells, so that one of 1 buys. */
  readonly hasSignedSides: boolean;
  /** Whether its times are no whole ones, or their year comes last: only the rows say it. */
  readonly hasOddTimes: boolean;
  /** In the form in which a person gives it. */
  readonly text: ColumnMap;
}

/** Roles that one value can stand for in all rows. */
const CONSTANTS: readonly FieldRole[] = ['symbol', 'venue', 'size', 'side', 'date', 'interval', 'volume'];
const PRICES = ['open', 'high', 'low', 'close'] as const;
const NUMBER = /^-?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?$/;
const SYMBOL = /^[A-Z]{2,}[A-Z\d]*(?:[-/_.:][A-Z\d]+)*$/;
const MS_OF_DAY_MAX = 86_400_000;
/** Highest by lowest price of most bars. */
const PRICE_RATIO_MAX = 10;

/**
 * What the columns of a table are: as given, then by the words of the header, then by the shape of the values. Text when that makes no
 * trades, quotes or bars: what is missing.
 * @param rows the first rows, the header with them
 */
export function tableMap(
  rows: readonly (readonly string[])[],
  given: ColumnMap,
  hasDay: boolean,
): TableMap | string {
  const first = rows[0] ?? [];
  const named = [...given.values()].some(({ source }) => columnNamed(first, source) !== -1);
  const hasHeader =
    named || !first.some((cell) => NUMBER.test(cell.trim()) || unitOfValues([cell.trim()]) !== null);
  const names = hasHeader ? first : first.map((_, column) => `#${column + 1}`);
  const values = (column: number): string[] =>
    rows
      .slice(hasHeader ? 1 : 0)
      .map((row) => (row[column] ?? '').trim())
      .filter((cell) => cell !== '');
  const sources = new Map<FieldRole, MappedSource>();
  for (const [role, { source }] of given) {
    const from = sourceOf(names, role, source);
    if (from === null) return `found no column ${source}, expected one of ${names.join(', ')}`;
    sources.set(role, from);
  }
  const guessed = hasHeader
    ? rolesOfHeader(names, (column) => rows.length > 1 && values(column).length === 0)
    : new Map<FieldRole, number>();
  const taken = new Set([...sources.values()].map((from) => ('column' in from ? from.column : -1)));
  const add = (role: FieldRole, column: number | undefined) => {
    if (column === undefined || column === -1 || sources.has(role) || taken.has(column)) return;
    sources.set(role, { column });
    taken.add(column);
  };
  const columns = names.map((_, column) => column);
  const find = (isIt: (cells: string[]) => boolean) =>
    columns.find((column) => !taken.has(column) && values(column).length > 0 && isIt(values(column)));
  const isTimed = ['time', 'end'].some(
    (role) => given.has(role as FieldRole) || guessed.has(role as FieldRole),
  );
  if (!isTimed)
    add(
      'time',
      find((cells) => unitOfValues(cells) !== null),
    );
  const givenKind = tableKind((role) => given.has(role));
  // Codes of exchanges (11, N) part the trades of one share: they are no venues of their own.
  if (areCodes(values(guessed.get('venue') ?? -1))) guessed.delete('venue');
  const kindOfNames = givenKind ?? tableKind((role) => sources.has(role) || guessed.has(role));
  for (const [role, column] of guessed)
    if (kindOfNames === null || isRoleOfKind(role, kindOfNames)) add(role, column);
  addDate(sources, taken, find, values);
  if (!hasHeader) addPrices(sources, taken, names.length, values, add);
  add(
    'side',
    find((cells) =>
      cells.every((cell) => /^(?:buy|sell|b|s|buyer|seller)$/i.test(cell) && aggressorOfWord(cell) !== null),
    ),
  );
  add(
    'symbol',
    find((cells) => cells.every((cell) => SYMBOL.test(cell) && aggressorOfWord(cell) === null)),
  );
  const kind = givenKind ?? tableKind((role) => sources.has(role));
  if (kind === null) {
    const found = names.slice(0, 20).join(', ');
    return `found the columns ${found}, expected time, price and size, or time, bid and ask, or time, open, high, low and close (name them with --map price=column,...)`;
  }
  const mapped = new Map<FieldRole, MappedColumn>();
  for (const [role, from] of sources) {
    if (!isRoleOfKind(role, kind)) continue;
    const spec = given.get(role);
    const cells = 'column' in from ? values(from.column) : [from.value];
    const unit =
      spec?.unit ??
      (sources.has('date') ? clockUnit(cells) : null) ??
      unitOfValues(cells) ??
      (isSinceMidnight(cells) && (hasDay || sources.has('date')) ? 'midnight' : 'iso');
    mapped.set(role, { from, unit, ...(spec?.zone === undefined ? {} : { zone: spec.zone }) });
  }
  const side = mapped.get('side')?.from;
  const hasSignedSides =
    side !== undefined && 'column' in side && values(side.column).some((cell) => isSignedSell(cell));
  const time = mapped.get('time');
  const times = time !== undefined && 'column' in time.from ? values(time.from.column) : [];
  const isOfDay = areClocks(times) || time?.unit.startsWith('midnight') === true;
  const hasOddTimes = times.length > 0 && (isOfDay || times.every(isYearLast));
  return {
    kind,
    hasHeader,
    names,
    columns: mapped,
    hasSignedSides,
    hasOddTimes,
    text: mapText(mapped, names),
  };
}

/** Digits that are a time of day in every row, and go on from row to row of a date: numbers that mean something else seldom do both. */
function isClockBeside(dates: readonly string[], cells: readonly string[]): boolean {
  if (cells.length !== dates.length || clockUnit(cells) === null) return false;
  const steps = cells
    .slice(1)
    .map((cell, row) => dates[row + 1] !== dates[row] || Number(cell) > Number(cells[row]));
  return dates.some((date, row) => row > 0 && date === dates[row - 1]) && steps.every(Boolean);
}

function areCodes(cells: readonly string[]): boolean {
  return cells.length > 0 && cells.every((cell) => /^(?:\d{1,4}|[A-Za-z])$/.test(cell));
}

/** A date and, in another column, the time of day: the first was taken for the time. */
function addDate(
  sources: Map<FieldRole, MappedSource>,
  taken: Set<number>,
  find: (isIt: (cells: string[]) => boolean) => number | undefined,
  values: (column: number) => string[],
): void {
  const time = sources.get('time');
  if (time === undefined || !('column' in time) || sources.has('date')) return;
  const dates = values(time.column);
  if (!areDates(dates)) return;
  const next = time.column + 1;
  const clock =
    find(areClocks) ?? (!taken.has(next) && isClockBeside(dates, values(next)) ? next : undefined);
  if (clock === undefined) return;
  sources.set('date', time);
  sources.set('time', { column: clock });
  taken.add(clock);
}

function columnNamed(names: readonly string[], source: string): number {
  if (source.startsWith('#')) return -1;
  const exact = names.findIndex((name) => name.trim() === source);
  if (exact !== -1) return exact;
  const word = headerWord(source);
  return word === '' ? -1 : names.findIndex((name) => headerWord(name) === word);
}

function sourceOf(names: readonly string[], role: FieldRole, source: string): MappedSource | null {
  const [, number] = /^#(\d{1,4})$/.exec(source) ?? [];
  const column = number === undefined ? columnNamed(names, source) : Number(number) - 1;
  if (column >= 0 && column < names.length) return { column };
  return CONSTANTS.includes(role) && number === undefined ? { value: source } : null;
}

/** Four columns in a row, of which the second is the highest and the third the lowest in every row, are prices of bars. */
function addPrices(
  sources: ReadonlyMap<FieldRole, MappedSource>,
  taken: ReadonlySet<number>,
  columns: number,
  values: (column: number) => string[],
  add: (role: FieldRole, column: number) => void,
): void {
  if (PRICES.some((role) => sources.has(role))) return;
  const take = (at: number) => {
    for (const [offset, role] of PRICES.entries()) add(role, at + offset);
    if (values(at + 4).length > 0 && values(at + 4).every((cell) => NUMBER.test(cell))) add('volume', at + 4);
  };
  for (let at = 0; at + 3 < columns; at += 1) {
    const [open, high, low, close] = [0, 1, 2, 3].map((offset) => values(at + offset));
    if ([0, 1, 2, 3].some((offset) => taken.has(at + offset)) || open!.length === 0) continue;
    const isBar = open!.every((_, row) => {
      const cells = [open, high, low, close].map((column) => column![row] ?? '');
      const [o, h, l, c] = cells.map(Number) as [number, number, number, number];
      return cells.every((cell) => NUMBER.test(cell)) && h >= Math.max(o, c, l) && l <= Math.min(o, c, h);
    });
    // The number of a trade, its price and its size stand in such an order too.
    const isNear = (_: string, row: number): boolean =>
      !(Number(low![row]) > 0) || Number(high![row]) <= PRICE_RATIO_MAX * Number(low![row]);
    // Where nothing moved, as in minutes of one trade each, they are the same price four times: zeros are none.
    const isSomewhere = open!.some((_, row) => high![row] !== low![row] || Number(open![row]) > 0);
    if (isBar && isSomewhere && open!.filter(isNear).length * 2 >= open!.length) return take(at);
  }
}

function isSinceMidnight(cells: readonly string[]): boolean {
  let before = 0;
  return cells.every((cell) => {
    const value = /^\d{1,8}(?:\.\d+)?$/.test(cell) ? Number(cell) : Number.NaN;
    const isLater = value >= before && value < MS_OF_DAY_MAX;
    before = value;
    return isLater;
  });
}

const TIME_ROLES: readonly FieldRole[] = ['time', 'received', 'end'];

function mapText(columns: ReadonlyMap<FieldRole, MappedColumn>, names: readonly string[]): ColumnMap {
  return new Map(
    inOrder(columns).map(([role, { from, unit, zone }]): [FieldRole, ColumnSource] => {
      const source = 'column' in from ? names[from.column]!.trim() : from.value;
      if (!TIME_ROLES.includes(role)) return [role, { source }];
      return [role, { source, unit, ...(zone === undefined ? {} : { zone }) }];
    }),
  );
}

/** As documents list the roles. */
function inOrder(columns: ReadonlyMap<FieldRole, MappedColumn>): [FieldRole, MappedColumn][] {
  return [...columns].sort(([one], [other]) => FIELD_ROLES.indexOf(one) - FIELD_ROLES.indexOf(other));
}
