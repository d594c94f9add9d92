import { QUOTE_FIELDS, type DictionaryEntry } from '#protocol';
import type { Market, PageSnapshot, SnapshotRow } from './market.ts';
import type { SettingStorage } from './settings.svelte.ts';
import { isRecord, StoredValue } from './stored-value.ts';

/** Rows of the tallest usual screen. */
const ROWS = 40;
/** How often the prices are kept, ms: some 20 KB are written. */
const KEEP_EVERY_MS = 30_000;
/** No server's epoch: what is shown from here is void as soon as any connection stands. */
const NO_EPOCH = 'kept';

/** What a page that opens without a server shows: the prices that were on this browser's screen last. */
export class LastSnapshot {
  readonly #stored = new StoredValue('tickwire.last-snapshot');
  #isForgotten = false;

  /** @returns the kept prices when they are newer than those that came with the page */
  newest(storage: SettingStorage | null, came: PageSnapshot | null): PageSnapshot | null {
    const kept = readSnapshot(this.#stored.open(storage));
    if (kept === null || (came !== null && (came.mode !== 'live' || came.timeUs >= kept.timeUs))) return came;
    return kept;
  }

  /** What is kept is not for whoever opens the page next. Nothing is kept before `remember`. */
  forget(): void {
    this.#isForgotten = true;
    this.#stored.keep(null);
  }

  remember(): void {
    this.#isForgotten = false;
  }

  /** Keeps what the page shows, now and then and when it is left; returns the undo. */
  follow(
    market: Market,
    page: Pick<Document, 'visibilityState' | 'addEventListener' | 'removeEventListener'>,
    repeat = everyMs,
  ): () => void {
    const keep = (): void => {
      const snapshot = this.#isForgotten ? null : snapshotOf(market);
      if (snapshot !== null) this.#stored.keep(snapshot);
    };
    const onVisibility = (): void => {
      if (page.visibilityState === 'hidden') keep();
    };
    const stopRepeating = repeat(KEEP_EVERY_MS, keep);
    page.addEventListener('visibilitychange', onVisibility);
    return () => {
      stopRepeating();
      page.removeEventListener('visibilitychange', onVisibility);
    };
  }
}

function everyMs(periodMs: number, run: () => void): () => void {
  const timer = setInterval(run, periodMs);
  return () => clearInterval(timer);
}

/** The most active rows as they are now; null while they are not live. */
export function snapshotOf(market: Market): PageSnapshot | null {
  const { connection, timeline, instruments, feeds } = market;
  if (timeline.mode !== 'live' || connection.shownTimeUs === 0) return null;
  if (connection.phase !== 'live' && connection.phase !== 'recovered') return null;
  return {
    epoch: NO_EPOCH,
    asOf: 0,
    generation: 0,
    timeUs: connection.shownTimeUs,
    mode: 'live',
    simulated: feeds.feeds.some((feed) => feed.simulated),
    recording: null,
    total: instruments.all.length,
    rows: instruments.all.slice(0, ROWS).map((entry) => rowOf(market, entry)),
  };
}

function rowOf({ quotes }: Market, entry: DictionaryEntry): SnapshotRow {
  const known = (value: number | undefined): number | null =>
    value === undefined || Number.isNaN(value) ? null : value;
  const values = QUOTE_FIELDS.map((field) => [field, known(quotes.columns[field][entry.id])] as const);
  return {
    entry: { ...entry, open: known(entry.open) },
    ...(Object.fromEntries(values) as Record<(typeof QUOTE_FIELDS)[number], number | null>),
    closes: [...quotes.closes(entry.id)],
  };
}

/** What is stored is as untrusted as any input: one wrong row and nothing of it is used. */
function readSnapshot(value: unknown): PageSnapshot | null {
  if (!isRecord(value) || !isCount(value['timeUs']) || !Array.isArray(value['rows'])) return null;
  const rows = value['rows'] as unknown[];
  if (rows.length > ROWS || !rows.every(isRow)) return null;
  return {
    epoch: NO_EPOCH,
    asOf: 0,
    generation: 0,
    timeUs: value['timeUs'],
    mode: 'live',
    simulated: value['simulated'] === true,
    recording: null,
    total: isCount(value['total']) ? value['total'] : rows.length,
    rows,
  };
}

function isRow(row: unknown): row is SnapshotRow {
  if (!isRecord(row) || !isRecord(row['entry']) || !Array.isArray(row['closes'])) return false;
  const { entry, closes } = row;
  const texts = ['venue', 'symbol', 'name', 'assetClass', 'currency'] as const;
  return (
    isCount(entry['id']) &&
    entry['id'] < 100_000 &&
    texts.every((name) => typeof entry[name] === 'string') &&
    isStep(entry['tick']) &&
    isStep(entry['lot']) &&
    isValue(entry['open']) &&
    QUOTE_FIELDS.every((field) => isValue(row[field])) &&
    closes.every((close) => typeof close === 'number')
  );
}

function isStep(step: unknown): boolean {
  return isRecord(step) && isCount(step['units']) && isCount(step['decimals']) && step['decimals'] <= 30;
}

function isValue(value: unknown): boolean {
  return value === null || typeof value === 'number';
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
