import { instrumentKey } from '../../protocol/instrument.ts';
import { WATCHLIST_KEYS_MAX } from './watchlists.svelte.ts';

/** Members of a list that belong together. The first one of a list may have no title. */
export interface WatchlistSection {
  readonly title: string;
  /** `venue:symbol`, in the list's order. */
  readonly keys: readonly string[];
}

/** What an instrument needs to be found by a foreign spelling. */
export interface Named {
  readonly venue: string;
  readonly symbol: string;
}

export interface ReadWatchlist {
  readonly sections: readonly WatchlistSection[];
  /** Names that no known instrument has; they are kept as they stand, since their feed may start later. */
  readonly unknown: readonly string[];
}

const TITLE_MAX = 60;
const NAME_MAX = 80;
/** In TradingView's text files a heading stands between the symbols: `###CRYPTO,COINBASE:BTCUSD`. */
const HEADING = '###';

/**
 * Reads a list that someone wrote: TradingView's text (`COINBASE:BTCUSD,###FX,OANDA:EURUSD`, also a name a line), or CSV with a
 * head that has a `symbol` column, and `venue` and `section` columns where they are known. Spellings are brought to those of known
 * instruments: `COINBASE:BTCUSD` finds `coinbase:BTC-USD`.
 */
export async function readWatchlistText(text: string, known: readonly Named[]): Promise<ReadWatchlist> {
  const spellings = new Spellings(known);
  const bare = withoutSeparatorLine(text);
  const rows = isCsv(bare) ? await csvRows(bare) : plainRows(bare);
  const sections: { title: string; keys: string[] }[] = [{ title: '', keys: [] }];
  const seen = new Set<string>();
  const unknown: string[] = [];
  for (const { title, name } of rows) {
    if (seen.size >= WATCHLIST_KEYS_MAX) break;
    let section = sections.find((candidate) => candidate.title === title);
    if (section === undefined) sections.push((section = { title, keys: [] }));
    if (name === '') continue;
    const found = spellings.find(name);
    const key = found ?? name;
    if (seen.has(key)) continue;
    seen.add(key);
    section.keys.push(key);
    if (found === null) unknown.push(name);
  }
  return { sections: sections.filter(({ title, keys }) => title !== '' || keys.length > 0), unknown };
}

/** As TradingView imports it: `###CRYPTO,COINBASE:BTCUSD,...`. */
export function tradingViewText(sections: readonly WatchlistSection[]): string {
  const words = sections.flatMap(({ title, keys }) => [
    ...(title === '' ? [] : [HEADING + title.replaceAll(/[,;\r\n]+/g, ' ')]),
    ...keys.map((key) => {
      const { venue, symbol } = splitKey(key);
      // Pairs have no separator there; a point parts a share's class, or says what a contract is: `BRK.B`, `BTCUSDT.P`.
      const written = symbol.replaceAll(/[^\p{L}\p{N}.!]/gu, '').toUpperCase();
      return `${venue === '' ? '' : `${plain(venue)}:`}${written}`;
    }),
  ]);
  return words.join(',');
}

/** With a head of `section,venue,symbol`, exact spellings, a line an instrument. */
export function watchlistCsv(sections: readonly WatchlistSection[]): string {
  const lines = sections.flatMap(({ title, keys }) =>
    keys.map((key) => {
      const { venue, symbol } = splitKey(key);
      return [title, venue, symbol].map(csvCell).join(',');
    }),
  );
  return `${['section,venue,symbol', ...lines].join('\r\n')}\r\n`;
}

/** What a link carries after `list=`: name, then the members with their exact spellings. */
export function shareText(name: string, sections: readonly WatchlistSection[]): string {
  const words = sections.flatMap(({ title, keys }) => [
    ...(title === '' ? [] : [HEADING + title]),
    ...keys.map(String),
  ]);
  return [name, ...words].map((word) => word.replaceAll(',', ' ')).join(',');
}

/** The reverse of `shareText`; null when it holds nothing. Text from a link is as untrusted as any. */
export function readShareText(text: string): { name: string; sections: WatchlistSection[] } | null {
  const [name = '', ...words] = text.split(',');
  const sections: { title: string; keys: string[] }[] = [{ title: '', keys: [] }];
  const seen = new Set<string>();
  for (const word of words.slice(0, WATCHLIST_KEYS_MAX)) {
    const trimmed = word.trim();
    if (trimmed.startsWith(HEADING)) sections.push({ title: titleOf(trimmed), keys: [] });
    else if (trimmed !== '' && trimmed.length <= NAME_MAX && !seen.has(trimmed)) {
      seen.add(trimmed);
      sections.at(-1)!.keys.push(trimmed);
    }
  }
  if (seen.size === 0) return null;
  return { name: name.trim(), sections: sections.filter(({ keys }) => keys.length > 0) };
}

export function splitKey(key: string): Named {
  const colon = key.indexOf(':');
  return { venue: key.slice(0, Math.max(0, colon)), symbol: key.slice(colon + 1) };
}

/** Finds instruments by other people's spellings of them. Of several that fit, the most active one. */
export class Spellings {
  readonly #keys = new Map<string, string>();

  constructor(known: readonly Named[]) {
    for (const entry of known) {
      const key = instrumentKey(entry);
      for (const spelling of [
        key,
        key.toLowerCase(),
        `${plain(entry.venue)}:${plain(entry.symbol)}`,
        entry.symbol.toLowerCase(),
        plain(entry.symbol),
      ]) {
        if (!this.#keys.has(spelling)) this.#keys.set(spelling, key);
      }
    }
  }

  find(name: string): string | null {
    const { venue, symbol } = splitKey(name);
    const loose = `${venue === '' ? '' : `${plain(venue)}:`}${plain(symbol)}`;
    return this.#keys.get(name) ?? this.#keys.get(name.toLowerCase()) ?? this.#keys.get(loose) ?? null;
  }
}

/** Without the line by which files tell spreadsheets what parts their columns: `sep=;`. The parser finds it out. */
export function withoutSeparatorLine(text: string): string {
  return text.replace(/^\s*"?sep=.?"?[\t ]*\r?\n/i, '');
}

interface ReadRow {
  title: string;
  /** Empty for a heading without members. */
  name: string;
}

function isCsv(text: string): boolean {
  const [head = ''] = text.trimStart().split(/\r?\n/, 1);
  return /(?:^|[,;\t])"?(?:symbol|ticker)"?(?:[,;\t]|\s*$)/i.test(head);
}

/** The parser comes only when somebody imports a CSV file. */
async function csvRows(text: string): Promise<ReadRow[]> {
  const { default: papa } = await import('papaparse');
  const { data } = papa.parse<Record<string, string | undefined>>(text.trim(), {
    header: true,
    skipEmptyLines: 'greedy',
    transformHeader: (name) => name.trim().toLowerCase(),
  });
  return data.map((row) => {
    const symbol = cellText(row['symbol'] ?? row['ticker']).slice(0, NAME_MAX);
    const venue = cellText(row['venue'] ?? row['exchange']);
    const name = venue === '' || symbol === '' || symbol.includes(':') ? symbol : `${venue}:${symbol}`;
    return { title: cellText(row['section']).slice(0, TITLE_MAX), name };
  });
}

function plainRows(text: string): ReadRow[] {
  let title = '';
  const rows: ReadRow[] = [];
  for (const word of text.split(/[,;\r\n]+/)) {
    const trimmed = word.trim();
    if (trimmed.startsWith(HEADING)) rows.push({ title: (title = titleOf(trimmed)), name: '' });
    else if (trimmed !== '') rows.push({ title, name: trimmed.slice(0, NAME_MAX) });
  }
  return rows;
}

function titleOf(heading: string): string {
  return heading.slice(HEADING.length).trim().slice(0, TITLE_MAX);
}

/** Capitals and digits only, as foreign lists write symbols. */
function plain(text: string): string {
  return text.replace(/[^\p{L}\p{N}]/gu, '').toUpperCase();
}

export function csvCell(text: string): string {
  // A sign in front would be read as a formula by spreadsheets.
  const safe = /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The reverse of `csvCell`, after the parser. */
export function cellText(cell = ''): string {
  return cell.trim().replace(/^'(?=[=+\-@])/, '');
}
