import { rolesOfHeader, tableKind } from './field-roles.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** How deep in a document its rows may lie: {"result": {"list": [...]}}. */
const DEPTH_MAX = 3;
/** A name of a list that is a symbol: {"bars": {"AAPL": [...], "MSFT": [...]}}. */
const SYMBOL = /^(?=.*[A-Z])[A-Z\d][A-Z\d./:_-]*$/;
const SYMBOL_KEYS = ['symbol', 'ticker', 'pair', 'instrument'];
/** "open": [1.5, or "open": {"0": 1.5, */
const COLUMN_KEY = /"([^"\\]{1,60})"\s*:\s*(?:\[|\{\s*"[^"\\]{1,20}"\s*:)\s*(?:-?\d|"|null)/g;

/** ["open", "close"] */
const NAMES = /\[\s*"[^"\\]{1,60}"\s*(?:,\s*"[^"\\]{1,60}"\s*)+\]/;
/** Beside a table that was split: what its rows are called, which is their time where no column is. */
const INDEX = 'index';
const INDEX_KEY = /"index"\s*:/;

/**
 * The rows of a document: a list; the longest list of objects in it, with the others beside it where they are named by symbols; columns
 * of one length; or lists beside the list of their names. Rows say what symbol they are of where the document does beside or above them.
 */
export function rowsOf(document: unknown): readonly unknown[] {
  return Array.isArray(document) ? (document as unknown[]) : longest(document, 0);
}

/** Whether the head of a document has columns by whose names they make a table: its rows may begin far behind it. */
export function hasColumns(head: string): boolean {
  const names = [...head.matchAll(COLUMN_KEY)].map(([, name]) => name!);
  const roles = rolesOfHeader(names);
  if (tableKind((role) => roles.has(role)) !== null) return true;
  const [list = ''] = NAMES.exec(head) ?? [];
  const listed = [...list.matchAll(/"([^"]+)"/g)].map(([, name]) => name!);
  if (isTable(listed, INDEX_KEY.test(head))) return true;
  // The first of them may be longer than the head.
  const isWithin = head.lastIndexOf('[') > head.lastIndexOf(']') && /^\uFEFF?\s*\{/.test(head);
  return isWithin && roles.size > 0;
}

function longest(document: unknown, depth: number): readonly unknown[] {
  if (!isObject(document) || depth >= DEPTH_MAX) return [];
  const bySymbol = rowsBySymbol(document);
  if (bySymbol.length > 0) return bySymbol;
  const rows = Object.values(document)
    .map((value) => (Array.isArray(value) ? (value as unknown[]) : longest(value, depth + 1)))
    .filter((list) => list.some(isObject))
    .reduce((most, list) => (list.length > most.length ? list : most), []);
  if (rows.length > 0) return withSymbol(rows, symbolBeside(document));
  const columns = rowsOfColumns(document);
  return withSymbol(columns.length > 0 ? columns : rowsOfLists(document), symbolBeside(document));
}

function rowsBySymbol(document: JsonObject): readonly unknown[] {
  const lists = Object.entries(document).filter(([, value]) => Array.isArray(value) && value.some(isObject));
  if (lists.length === 0 || !lists.every(([name]) => SYMBOL.test(name))) return [];
  return lists.flatMap(([name, list]) => withSymbol(list as readonly unknown[], name));
}

function symbolBeside(document: JsonObject): string {
  const value = SYMBOL_KEYS.map((key) => document[key]).find((one) => typeof one === 'string');
  return typeof value === 'string' ? value : '';
}

/** What a row says itself goes before. */
function withSymbol(rows: readonly unknown[], symbol: string): readonly unknown[] {
  if (symbol === '') return rows;
  return rows.map((row) =>
    isObject(row) && !SYMBOL_KEYS.some((key) => key in row) ? { ...row, symbol } : row,
  );
}

/** {"t": [1, 2], "o": [3, 4]}, or as pandas writes it, {"t": {"0": 1, "1": 2}}. */
function rowsOfColumns(document: JsonObject): readonly JsonObject[] {
  const columns = Object.entries(document).flatMap(([name, value]): [string, readonly unknown[]][] => {
    const cells = Array.isArray(value) ? (value as unknown[]) : isObject(value) ? Object.values(value) : [];
    return cells.length === 0 || cells.some((cell) => typeof cell === 'object' && cell !== null)
      ? []
      : [[name, cells]];
  });
  const roles = rolesOfHeader(columns.map(([name]) => name));
  const [, first] = columns[roles.get('time') ?? -1] ?? [];
  if (first === undefined || tableKind((role) => roles.has(role)) === null) return [];
  const whole = columns.filter(([, cells]) => cells.length === first.length);
  return first.map((_, row) => Object.fromEntries(whole.map(([name, cells]) => [name, cells[row]])));
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

function isTable(names: readonly string[], hasIndex: boolean): boolean {
  const roles = rolesOfHeader(hasIndex ? [...names, 'time'] : names);
  return tableKind((role) => roles.has(role)) !== null;
}
