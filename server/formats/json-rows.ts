import { headerWord, rolesOfHeader, tableKind } from './field-roles.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** How deep in a document its rows may lie: {"result": {"list": [...]}}. */
const DEPTH_MAX = 3;
/** A name of a list that is a symbol: {"bars": {"AAPL": [...], "MSFT": [...]}}. */
const SYMBOL = /^(?=.*[A-Z])[A-Z\d][A-Z\d./:_-]*$/;
const SYMBOL_KEYS = ['symbol', 'ticker', 'pair', 'instrument'];
/** "open": [1.5, or "open": {"0": 1.5, */
const COLUMN_KEY = /"([^"\\]{1,60})"\s*:\s*(?:\[|\{\s*"[^"\\]{1,40}"\s*:)\s*(?:-?\d|"|null)/g;
/** A time that values stand by, {"2026-01-12 16:00:00": {"open": 1.5, or "open": {"1768210200000": 1.5, */
const TIME = /^(?:\d{10}|\d{13}|\d{16}|\d{19}|\d{4}-\d\d-\d\d(?:[T ][\d:.,Z+-]{5,30})?)$/;
const TIME_KEY = /"(\d[^"\\]{9,40})"\s*:/g;

/** ["open", "close"] */
const NAMES = /\[\s*"[^"\\]{1,60}"\s*(?:,\s*"[^"\\]{1,60}"\s*)+\]/;
/** Beside a table that was split: what its rows are called, which is their time where no column is. */
const INDEX = 'index';
const INDEX_KEY = /"index"\s*:/;

/** Whether values stand by times. */
export function hasTimeKeys(head: string): boolean {
  return [...head.matchAll(TIME_KEY)].some(([, key]) => TIME.test(key!));
}

/**
 * The rows of a document: a list; the longest list of objects in it, with the others beside it where they are named by symbols; columns
 * of one length; lists beside the list of their names; or objects by their times. Rows say what symbol they are of where the document does beside or above them.
 */
export function rowsOf(document: unknown): readonly unknown[] {
  return Array.isArray(document) ? (document as unknown[]) : longest(document, 0);
}

/** Whether the head of a document has columns by whose names they make a table: its rows may begin far behind it. */
export function hasColumns(head: string): boolean {
  const names = [...head.matchAll(COLUMN_KEY)].map(([, name]) => name!);
  const roles = rolesOfHeader(names);
  if (isTable(names, hasTimeKeys(head))) return true;
  const [list = ''] = NAMES.exec(head) ?? [];
  const listed = [...list.matchAll(/"([^"]+)"/g)].map(([, name]) => name!);
  if (isTable(listed, INDEX_KEY.test(head))) return true;
  // The first of them may be longer than the head.
  const isWithin = /[[{][^\]}]*$/.test(head) && /^\uFEFF?\s*\{/.test(head);
  return isWithin && roles.size > 0;
}

function longest(document: unknown, depth: number): readonly unknown[] {
  if (!isObject(document) || depth >= DEPTH_MAX) return [];
  const bySymbol = rowsBySymbol(document);
  if (bySymbol.length > 0) return bySymbol;
  const byTime = rowsByTime(document);
  if (byTime.length > 0) return withSymbol(byTime, symbolBeside(document));
  const rows = Object.values(document)
    .map((value) => (Array.isArray(value) ? (value as unknown[]) : longest(value, depth + 1)))
    .filter((list) => list.some(isObject))
    .reduce((most, list) => (weight(list) > weight(most) ? list : most), []);
  const columns = rows.length > 0 ? rows : rowsOfColumns(document);
  return withSymbol(columns.length > 0 ? columns : rowsOfLists(document), symbolBeside(document));
}

/** By which one of several lists is taken: any of rows before any other, then the longest. */
function weight(list: readonly unknown[]): number {
  const first = list.find(isObject);
  return list.length * (first !== undefined && isTable(Object.keys(first), false) ? 1e9 : 1);
}

/** {"2026-01-12 16:00:00": {"open": 1, "close": 2}}; numbers of rows in the place of times say nothing. */
function rowsByTime(document: JsonObject): readonly JsonObject[] {
  const entries = Object.entries(document);
  if (entries.length === 0 || !entries.every(([, value]) => isObject(value))) return [];
  const isTimed = entries.every(([key]) => TIME.test(key));
  const names = Object.keys(entries[0]![1] as JsonObject);
  const isNumbered = entries.every(([key], at) => key === String(at));
  if (!isTable(names, isTimed) || !(isTimed || isNumbered)) return [];
  const hasTime = !isTimed || rolesOfHeader(names).has('time');
  return entries.map(([key, value]) => ({ ...(hasTime ? {} : { time: key }), ...(value as JsonObject) }));
}

function rowsBySymbol(document: JsonObject): readonly unknown[] {
  const lists = Object.entries(document).filter(([, value]) => Array.isArray(value) && value.some(isObject));
  if (lists.length === 0 || !lists.every(([name]) => SYMBOL.test(name))) return [];
  return lists.flatMap(([name, list]) => withSymbol(list as readonly unknown[], name));
}

/** Of the document itself, or of what stands in it about it. */
function symbolBeside(document: JsonObject): string {
  for (const object of [document, ...Object.values(document).filter(isObject)])
    for (const [name, value] of Object.entries(object))
      if (typeof value === 'string' && SYMBOL_KEYS.includes(headerWord(name))) return value;
  return '';
}

/** What a row says itself goes before. */
function withSymbol(rows: readonly unknown[], symbol: string): readonly unknown[] {
  if (symbol === '') return rows;
  return rows.map((row) =>
    isObject(row) && !SYMBOL_KEYS.some((key) => key in row) ? { ...row, symbol } : row,
  );
}

/** {"t": [1, 2], "o": [3, 4]}, or as pandas writes it, {"t": {"0": 1, "1": 2}} and {"o": {"1768210200000": 3}}. */
function rowsOfColumns(whole: JsonObject): readonly JsonObject[] {
  const document = withTimes(whole);
  const columns = Object.entries(document).flatMap(([name, value]): [string, readonly unknown[]][] => {
    const cells = Array.isArray(value) ? (value as unknown[]) : isObject(value) ? Object.values(value) : [];
    return cells.length === 0 || cells.some((cell) => typeof cell === 'object' && cell !== null)
      ? []
      : [[name, cells]];
  });
  const roles = rolesOfHeader(columns.map(([name]) => name));
  const [, first] = columns[roles.get('time') ?? -1] ?? [];
  if (first === undefined || tableKind((role) => roles.has(role)) === null) return [];
  const full = columns.filter(([, cells]) => cells.length === first.length);
  return first.map((_, row) => Object.fromEntries(full.map(([name, cells]) => [name, cells[row]])));
}

/** With the times by which the values of columns stand as a column of their own, where none has them. */
function withTimes(document: JsonObject): JsonObject {
  if (rolesOfHeader(Object.keys(document)).has('time')) return document;
  const keys = Object.keys(Object.values(document).find(isObject) ?? {});
  return keys.length > 0 && keys.every((key) => TIME.test(key)) ? { time: keys, ...document } : document;
}

/** {"columns": ["t", "o"], "index": [0, 1], "data": [[1, 3], [2, 4]]}, as pandas splits a table. */
function rowsOfLists(document: JsonObject): readonly JsonObject[] {
  const lists = Object.values(document).filter((value) => Array.isArray(value)) as (readonly unknown[])[];
  const names = lists.find((list) => list.length > 1 && list.every((one) => typeof one === 'string'));
  if (names === undefined) return [];
  const isRow = (one: unknown): boolean => Array.isArray(one) && one.length === names.length;
  const rows = lists.find((list) => list.length > 0 && list.every(isRow)) as
    (readonly unknown[])[] | undefined;
  const index = document[INDEX];
  const times = Array.isArray(index) && index.length === rows?.length ? (index as unknown[]) : null;
  if (rows === undefined || !isTable(names as string[], times !== null)) return [];
  const hasTime = rolesOfHeader(names as string[]).has('time');
  return rows.map((cells, row) => ({
    ...(times === null || hasTime ? {} : { time: times[row] }),
    ...Object.fromEntries(names.map((name, at) => [name, cells[at]])),
  }));
}

/** @param isTimed a time stands beside the names */
function isTable(names: readonly string[], isTimed: boolean): boolean {
  const roles = rolesOfHeader(isTimed ? [...names, 'time'] : names);
  return tableKind((role) => roles.has(role)) !== null;
}
