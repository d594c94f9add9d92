import {
  QUOTE_FIELDS,
  instrumentKey,
  type DictionaryEntry,
  type InstrumentId,
  type QuoteColumns,
} from '#protocol';
import {
  clearQuoteColumns,
  createQuoteColumns,
  grownCapacity,
  growQuoteColumns,
} from '../client/quote-columns.ts';
import type { PageSnapshot, QuoteStore, SnapshotRow } from './market.ts';
import { SparklineCloses } from './sparkline-closes.ts';

/**
 * Last values of all instruments on the page, in typed columns. Holds no runes and no history but the sparklines: panels read
 * it at their own cadence. Invariant: every id in `entries` has a place in every column.
 */
export class PageQuotes implements QuoteStore {
  readonly columns: QuoteColumns = createQuoteColumns(64);
  readonly sparklines = new SparklineCloses();
  entries: (DictionaryEntry | undefined)[] = [];
  changedAtMs = new Float64Array(64);
  commits = 0;
  readonly #ids = new Map<string, number>();
  readonly #listeners = new Set<(changed: Int32Array) => void>();

  closes(instrument: InstrumentId): readonly number[] {
    return this.sparklines.read(instrument, this.columns.last[instrument] ?? Number.NaN);
  }

  onCommit(run: (changed: Int32Array) => void): () => void {
    this.#listeners.add(run);
    return () => this.#listeners.delete(run);
  }

  /** Id of `venue:symbol`; undefined while the server has not numbered it. */
  idOf(key: string): InstrumentId | undefined {
    return this.#ids.get(key) as InstrumentId | undefined;
  }

  /** Takes the rows that came with the page. */
  seed(snapshot: PageSnapshot): void {
    this.putEntries(snapshot.rows.map(entryOf), true);
    for (const row of snapshot.rows) {
      const { id } = row.entry;
      for (const field of QUOTE_FIELDS) this.columns[field][id] = row[field] ?? Number.NaN;
      this.sparklines.set(id, row.closes);
    }
  }

  /**
   * @param whole these replace all entries there were
   * @returns keys of the instruments whose tick or lot changed
   */
  putEntries(entries: readonly DictionaryEntry[], whole: boolean): Set<string> {
    const before = this.entries;
    const rescaled = new Set<string>();
    if (whole) {
      this.entries = [];
      this.#ids.clear();
    }
    for (const entry of entries) {
      const key = instrumentKey(entry);
      const known = before[entry.id];
      const isKnown = known !== undefined && instrumentKey(known) === key;
      const isSame = isKnown && sameUnits(known, entry);
      if (isKnown && !isSame) rescaled.add(key);
      while (this.entries.length <= entry.id) this.entries.push(undefined);
      // Opens move all day: what only shows them must not take an instrument for another one each time.
      this.entries[entry.id] = isSame && sameWords(known, entry) ? Object.assign(known, entry) : entry;
      this.#ids.set(key, entry.id);
    }
    growQuoteColumns(this.columns, this.entries.length);
    const capacity = grownCapacity(this.changedAtMs.length, this.entries.length);
    if (capacity === this.changedAtMs.length) return rescaled;
    const longer = new Float64Array(capacity);
    longer.set(this.changedAtMs);
    this.changedAtMs = longer;
    return rescaled;
  }

  /** Takes one commit of the worker. `values` holds a run of QUOTE_FIELDS for each id. */
  commit(ids: Int32Array, values: Float64Array, nowMs: number): void {
    for (let field = 0; field < QUOTE_FIELDS.length; field += 1) {
      const column = this.columns[QUOTE_FIELDS[field]!];
      for (let row = 0; row < ids.length; row += 1) {
        column[ids[row]!] = values[row * QUOTE_FIELDS.length + field]!;
      }
    }
    for (const id of ids) this.changedAtMs[id] = nowMs;
    this.#tell(ids);
  }

  /**
   * Another epoch began: no value is known any more. Entries stay to be shown until new ones replace them.
   * @param idsToo the instruments may be numbered anew: no key has an id until the server says it
   */
  clear(idsToo: boolean): void {
    clearQuoteColumns(this.columns);
    this.changedAtMs.fill(0);
    this.sparklines.clear();
    if (idsToo) this.#ids.clear();
    this.#tell(Int32Array.from(this.entries.keys()));
  }

  /** Something else came of what the page shows: a book, trades, an answer. */
  touch(): void {
    for (const run of this.#listeners) run(NONE);
  }

  #tell(changed: Int32Array): void {
    this.commits += 1;
    for (const run of this.#listeners) run(changed);
  }
}

const NONE = new Int32Array(0);

function entryOf({ entry }: SnapshotRow): DictionaryEntry {
  return { ...entry, open: (entry.open ?? Number.NaN) as DictionaryEntry['open'] };
}

function sameWords(one: DictionaryEntry, other: DictionaryEntry): boolean {
  return (['name', 'assetClass', 'currency'] as const).every((word) => one[word] === other[word]);
}

function sameUnits(one: DictionaryEntry, other: DictionaryEntry): boolean {
  return (['tick', 'lot'] as const).every(
    (step) => one[step].units === other[step].units && one[step].decimals === other[step].decimals,
  );
}
