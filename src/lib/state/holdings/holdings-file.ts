import { plainNumber } from '../../format/typed-number.ts';
import {
  cellText,
  csvCell,
  splitKey,
  Spellings,
  withoutSeparatorLine,
  type Named,
} from '../watchlist-text.ts';
import { HOLDINGS_MAX, readDecimal, type Holding } from './holdings.svelte.ts';

export const HOLDINGS_FILE_BYTES_MAX = 500_000;

/** With a head of `venue,symbol,quantity,cost`, exact decimals, a line a holding. */
export function holdingsCsv(rows: readonly Holding[]): string {
  const lines = rows.map(({ key, quantity, cost }) => {
    const { venue, symbol } = splitKey(key);
    // Decimals stay as they are: a minus in front of a number is no formula.
    return [csvCell(venue), csvCell(symbol), quantity, cost].join(',');
  });
  return `${['venue,symbol,quantity,cost', ...lines].join('\r\n')}\r\n`;
}

/**
 * The holdings of a CSV file: columns `symbol`, `quantity`, `cost` (or `price`), and `venue` where it is known. A sentence, and nothing
 * else, when any line of it cannot be.
 */
export async function readHoldingsCsv(
  text: string,
  known: readonly Named[],
): Promise<readonly Holding[] | string> {
  if (text.length > HOLDINGS_FILE_BYTES_MAX) return 'The file is too large for holdings.';
  const { default: papa } = await import('papaparse');
  const { data, meta } = papa.parse<Record<string, string | undefined>>(withoutSeparatorLine(text).trim(), {
    header: true,
    skipEmptyLines: 'greedy',
    transformHeader: (name) => name.trim().toLowerCase(),
  });
  const head = meta.fields ?? [];
  const quantityName = ['quantity', 'qty', 'amount'].find((name) => head.includes(name));
  const costName = ['cost', 'price'].find((name) => head.includes(name));
  if (!head.includes('symbol') || quantityName === undefined || costName === undefined)
    return 'The file needs a head with the columns symbol, quantity and cost.';
  if (data.length > HOLDINGS_MAX)
    return `The file has ${data.length} lines; ${HOLDINGS_MAX} holdings are possible.`;
  const spellings = new Spellings(known);
  const decimalSign = decimalSignOf(
    data.flatMap((line) => [line[quantityName] ?? '', line[costName] ?? '']),
    // Spreadsheets part columns by semicolons where the comma stands before decimals.
    meta.delimiter === ';' ? ',' : '.',
  );
  const read = (cell = ''): string | null => readDecimal(plainNumber(cell, decimalSign));
  const rows = new Map<string, Holding>();
  for (const [at, line] of data.entries()) {
    const where = `Line ${at + 2}`;
    const symbol = cellText(line['symbol']);
    const venue = cellText(line['venue']);
    if (symbol === '' || symbol.length > 80) return `${where}: there is no symbol.`;
    const quantity = read(line[quantityName]);
    if (quantity === null) return `${where}: the quantity “${cut(line[quantityName])}” is no decimal number.`;
    const cost = read(line[costName]);
    if (cost === null || cost.startsWith('-'))
      return `${where}: the cost “${cut(line[costName])}” is no decimal number from 0.`;
    const name = venue === '' || symbol.includes(':') ? symbol : `${venue}:${symbol}`;
    const key = spellings.find(name) ?? name;
    if (rows.has(key)) return `${where}: ${symbol} stands in the file twice.`;
    rows.set(key, { key, quantity, cost });
  }
  return rows.size === 0 ? 'The file holds no holdings.' : [...rows.values()];
}

/** The sign before decimals by which all cells are numbers: one that is none by `first` says how the others are written. */
function decimalSignOf(cells: readonly string[], first: '.' | ','): '.' | ',' {
  const other = first === '.' ? ',' : '.';
  const areRead = (sign: '.' | ','): boolean =>
    cells.every((cell) => {
      const asPoint =
        sign === '.' ? cell : cell.replaceAll(/[.,]/g, (written) => (written === '.' ? ',' : '.'));
      return readDecimal(plainNumber(asPoint, '.')) !== null;
    });
  return !areRead(first) && areRead(other) ? other : first;
}

function cut(text: string | undefined): string {
  return (text ?? '').slice(0, 20);
}
