import type { DictionaryEntry } from '#protocol';
import type { BoardColumnName } from '../../state/board-columns.svelte.ts';
import { plainNumber } from '../../format/typed-number.ts';
import type { Market } from '../../state/market.ts';
import { matchesFilter } from './row-order.ts';
import { BOARD_FIELDS } from './board-fields.ts';
import type { FieldSource } from './row-fields.ts';

/** Tells whether an instrument stays in the list. */
type RowTest = (entry: DictionaryEntry, source: FieldSource) => boolean;

export interface RowFilter {
  /** Holds by all terms that can be read. */
  readonly test: RowTest;
  /** It asks for values, so that the answer changes with the market. */
  readonly readsValues: boolean;
  /** One sentence on the first term that cannot be read: why not, and what could stand there. Empty when all can. */
  readonly problem: string;
}

type Unit = 'amount' | 'percent' | 'points' | 'time';

/** Names that a comparison may begin with. `chg` is the percentage, since that is what one compares between instruments. */
const NUMBER_FIELDS: Readonly<Record<string, { field: BoardColumnName; unit: Unit }>> = {
  last: { field: 'last', unit: 'amount' },
  price: { field: 'last', unit: 'amount' },
  chg: { field: 'percent', unit: 'percent' },
  'chg%': { field: 'percent', unit: 'percent' },
  change: { field: 'change', unit: 'amount' },
  bid: { field: 'bid', unit: 'amount' },
  bidsize: { field: 'bidSize', unit: 'amount' },
  ask: { field: 'ask', unit: 'amount' },
  asksize: { field: 'askSize', unit: 'amount' },
  spread: { field: 'spread', unit: 'points' },
  high: { field: 'high', unit: 'amount' },
  low: { field: 'low', unit: 'amount' },
  open: { field: 'open', unit: 'amount' },
  vol: { field: 'volume', unit: 'amount' },
  volume: { field: 'volume', unit: 'amount' },
  turnover: { field: 'turnover', unit: 'amount' },
  updates: { field: 'updates', unit: 'amount' },
  age: { field: 'age', unit: 'time' },
};

const WORD_FIELDS: Readonly<Record<string, (entry: DictionaryEntry) => string>> = {
  symbol: (entry) => entry.symbol,
  name: (entry) => entry.name,
  venue: (entry) => entry.venue,
  class: (entry) => entry.assetClass,
  ccy: (entry) => entry.currency,
};

const FACTORS: Readonly<Record<Unit, Readonly<Record<string, number>>>> = {
  amount: { '': 1, k: 1e3, m: 1e6, b: 1e9, t: 1e12 },
  percent: { '': 1, '%': 1 },
  points: { '': 1, bp: 1 },
  /** A bare number is seconds. */
  time: { '': 1000, ms: 1, s: 1000, m: 60_000, h: 3_600_000 },
};

const EXAMPLES: Readonly<Record<Unit, string>> = {
  amount: '2500 or 1m',
  percent: '-2 or 0.5%',
  points: '5 or 5bp',
  time: '30s or 5m',
};

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
  '=': (value, bound) => value === bound,
  '!=': (value, bound) => !Number.isNaN(value) && value !== bound,
};

const COMPARISON = /^([^<>=!]*)(<=|>=|!=|<|>|=)(.*)$/;
const NUMBER = /^([^a-z%]+)([a-z%]*)$/;
const PLAIN = /^[+-]?(?:\d+(?:\.\d+)?|\.\d+)$/;

/** Reads filters on rows of a source that shows no turnover: how it is compared comes a moment later, and what is unknown does not pass. */
export function filtersOn(source: FieldSource, market: Market): typeof parseFilter {
  void import('./dollar-turnover.ts').then(({ dollarTurnover }) => {
    source.turnover = dollarTurnover(market);
  });
  return parseFilter;
}

/**
 * Reads what stands in a filter field: words that must occur in venue, symbol or name, comparisons (`vol>1m`, `chg<-2`,
 * `age>=30s`), word columns (`venue:coinbase`, `class:fx`), each of them turned round by a minus in front. All must hold. A
 * slash in front is what opened the field. A term that cannot be read is left out, and said.
 */
export function parseFilter(text: string): RowFilter {
  const tests: RowTest[] = [];
  let readsValues = false;
  let problem = '';
  for (const term of terms(text.trim().replace(/^\//, ''))) {
    const isNegated = !term.quoted && /^[-!]./.test(term.text) && !term.text.startsWith('!=');
    const word = isNegated ? term.text.slice(1) : term.text;
    const comparison = term.quoted ? null : COMPARISON.exec(word);
    const test =
      comparison === null
        ? wordTest(word, term.quoted)
        : comparisonTest(comparison[1]!, comparison[2]!, comparison[3]!);
    if (typeof test === 'string') {
      problem ||= test;
      continue;
    }
    readsValues ||= comparison !== null;
    tests.push(isNegated ? (entry, source) => !test(entry, source) : test);
  }
  return { test: (entry, source) => tests.every((test) => test(entry, source)), readsValues, problem };
}

interface Term {
  text: string;
  quoted: boolean;
}

function terms(text: string): Term[] {
  const found: Term[] = [];
  for (const match of text.matchAll(/"([^"]*)"?|[^"]+/g)) {
    if (match[1] !== undefined) {
      if (match[1] !== '') found.push({ text: match[1], quoted: true });
      continue;
    }
    // `vol > 1m` means `vol>1m`, and `chg > 2 %` is how many languages write it.
    const joined = match[0]
      .replaceAll(/\s*(<=|>=|!=|<|>|=)\s*/g, '$1')
      .replaceAll(/(?<=[<>=]\S*\d)\s+(%|bp)(?!\S)/gi, '$1');
    for (const word of joined.split(/\s+/)) if (word !== '') found.push({ text: word, quoted: false });
  }
  return found;
}

function wordTest(word: string, quoted: boolean): RowTest {
  const colon = quoted ? -1 : word.indexOf(':');
  const name = word.slice(0, Math.max(0, colon)).toLowerCase();
  const read = Object.hasOwn(WORD_FIELDS, name) ? WORD_FIELDS[name] : undefined;
  if (read === undefined) {
    if (quoted) return (entry) => `${entry.symbol} ${entry.name}`.toLowerCase().includes(word.toLowerCase());
    return (entry) => matchesFilter(entry, word);
  }
  const wanted = word.slice(colon + 1).toLowerCase();
  return (entry) => read(entry).toLowerCase().includes(wanted);
}

/** @returns the test, or the sentence that says why there is none */
function comparisonTest(name: string, operator: string, boundText: string): RowTest | string {
  const lower = name.toLowerCase();
  const known = Object.hasOwn(NUMBER_FIELDS, lower) ? NUMBER_FIELDS[lower] : undefined;
  if (known === undefined) {
    if (name === '') return `A column is missing before “${operator}”, such as vol${operator}1m.`;
    if (Object.hasOwn(WORD_FIELDS, lower)) return `“${name}” holds words: write ${lower}:word.`;
    return `No column is called “${name}”. There are ${Object.keys(NUMBER_FIELDS).join(', ')}.`;
  }
  const { field, unit } = known;
  if (boundText === '') return `A number is missing after “${name}${operator}”, such as ${EXAMPLES[unit]}.`;
  const bound = readNumber(boundText, unit);
  if (Number.isNaN(bound)) return `“${boundText}” is no number for ${lower}. Write ${EXAMPLES[unit]}.`;
  const compare = COMPARISONS[operator]!;
  return (entry, source) => compare(BOARD_FIELDS[field].value(entry, source), bound);
}

function readNumber(text: string, unit: Unit): number {
  const [, typed, suffix] = NUMBER.exec(text.toLowerCase()) ?? [];
  if (typed === undefined || suffix === undefined) return Number.NaN;
  const plain = plainNumber(typed);
  const factors = FACTORS[unit];
  return PLAIN.test(plain) && Object.hasOwn(factors, suffix) ? Number(plain) * factors[suffix]! : Number.NaN;
}
