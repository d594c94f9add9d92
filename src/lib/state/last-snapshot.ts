import { QUOTE_FIELDS } from '#protocol';
import type { PageSnapshot, SnapshotRow } from './market.ts';
import type { SettingStorage } from './settings.svelte.ts';
import { isRecord, StoredValue } from './stored-value.ts';

/** Rows of the tallest usual screen. */
export const SNAPSHOT_ROWS = 40;
/** No server's epoch: what is shown from here is void as soon as any connection stands. */
export const KEPT_EPOCH = 'kept';
export const SNAPSHOT_KEY = 'tickwire.last-snapshot';

/**
 * What a page that opens without a server shows: the prices that were on this browser's screen last, as `SnapshotKeeper` kept them.
 * @returns the kept prices when they are newer than those that came with the page
 */
export function newestSnapshot(
  storage: SettingStorage | null,
  came: PageSnapshot | null,
): PageSnapshot | null {
  const kept = readSnapshot(new StoredValue(SNAPSHOT_KEY).open(storage));
  if (kept === null || (came !== null && (came.mode !== 'live' || came.timeUs >= kept.timeUs))) return came;
  return kept;
}

/** What is stored is as untrusted as any input: one wrong row and nothing of it is used. */
function readSnapshot(value: unknown): PageSnapshot | null {
  if (!isRecord(value) || !isCount(value['timeUs']) || !Array.isArray(value['rows'])) return null;
  const rows = value['rows'] as unknown[];
  if (rows.length > SNAPSHOT_ROWS || !rows.every(isRow)) return null;
  return {
    epoch: KEPT_EPOCH,
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
