import { QUOTE_FIELDS, type DictionaryEntry } from '#protocol';
import { KEPT_EPOCH, SNAPSHOT_KEY, SNAPSHOT_ROWS } from './last-snapshot.ts';
import type { Market, PageSnapshot, SnapshotRow } from './market.ts';
import type { SettingStorage } from './settings.svelte.ts';
import { StoredValue } from './stored-value.ts';

/** How often the prices are kept, ms: some 20 KB are written. */
const KEEP_EVERY_MS = 30_000;

/** Keeps the prices that are on the screen, for `newestSnapshot`. */
export class SnapshotKeeper {
  readonly #stored = new StoredValue(SNAPSHOT_KEY);
  #isForgotten = false;

  constructor(storage: SettingStorage | null) {
    this.#stored.open(storage);
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
    epoch: KEPT_EPOCH,
    asOf: 0,
    generation: 0,
    timeUs: connection.shownTimeUs,
    mode: 'live',
    simulated: feeds.feeds.some((feed) => feed.simulated),
    recording: null,
    total: instruments.all.length,
    rows: instruments.all.slice(0, SNAPSHOT_ROWS).map((entry) => rowOf(market, entry)),
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
