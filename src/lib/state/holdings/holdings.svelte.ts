import { isRecord, StoredValue } from '../stored-value.ts';
import type { SettingStorage } from '../settings.svelte.ts';
import { exactText, readExact } from './exact.ts';

/** What the viewer has of one instrument. Decimals as text, in their shortest form. */
export interface Holding {
  /** `venue:symbol`. */
  readonly key: string;
  /** In units of the instrument; below zero = sold short. */
  readonly quantity: string;
  /** Paid for one unit, in the instrument's currency. */
  readonly cost: string;
}

export const HOLDINGS_STORAGE_KEY = 'tickwire.holdings';
export const HOLDINGS_MAX = 500;
const CURRENCY = /^[A-Z0-9]{2,10}$/;

/**
 * The viewer's holdings, in this browser's storage and nowhere else: no server and no link hears of them, and a file of settings holds none.
 * Knows no prices. Invariant: one holding a key, and every decimal can be read.
 */
export class Holdings {
  #rows = $state.raw<readonly Holding[]>([]);
  /** That the totals are in. */
  #currency = $state('USD');
  #isKept = $state(true);
  readonly #stored = new StoredValue(HOLDINGS_STORAGE_KEY);
  /** What others keep under the same name. */
  #beside: Record<string, unknown> = { isShown: true };

  restore(storage: SettingStorage | null): void {
    this.#take(this.#stored.open(storage));
  }

  /** Takes over what another tab of this browser changes; returns the undo. */
  follow(
    target: Pick<Window, 'addEventListener' | 'removeEventListener'>,
    storage: SettingStorage | null,
  ): () => void {
    const onStorage = ({ key }: StorageEvent): void => {
      if (key === HOLDINGS_STORAGE_KEY) this.restore(storage);
    };
    target.addEventListener('storage', onStorage);
    return () => target.removeEventListener('storage', onStorage);
  }

  get rows(): readonly Holding[] {
    return this.#rows;
  }

  /** False where the storage is full or forbidden: what was entered last is gone with the page. */
  get isKept(): boolean {
    return this.#isKept;
  }

  get currency(): string {
    return this.#currency;
  }

  set currency(currency: string) {
    if (!CURRENCY.test(currency)) return;
    this.#currency = currency;
    this.#keep();
  }

  /** A sentence when it cannot be. */
  add(key: string, cost: string): string {
    if (this.#rows.some((row) => row.key === key)) return 'It is among the holdings already.';
    if (this.#rows.length >= HOLDINGS_MAX) return `There are ${HOLDINGS_MAX} holdings: take one away first.`;
    this.#put([...this.#rows, { key, quantity: '0', cost: readDecimal(cost) ?? '0' }]);
    return '';
  }

  /** False for plain text that is no decimal number; then nothing changes. A cost is not below zero. */
  change(key: string, field: 'quantity' | 'cost', text: string): boolean {
    const value = readDecimal(text);
    if (value === null || (field === 'cost' && value.startsWith('-'))) return false;
    this.#put(this.#rows.map((row) => (row.key === key ? { ...row, [field]: value } : row)));
    return true;
  }

  remove(key: string): void {
    this.#put(this.#rows.filter((row) => row.key !== key));
  }

  /** All others in place of these. */
  replace(rows: readonly Holding[]): void {
    this.#put(rows.slice(0, HOLDINGS_MAX));
  }

  #put(rows: readonly Holding[]): void {
    this.#rows = rows;
    this.#keep();
  }

  #take(value: unknown): void {
    if (!isRecord(value)) return;
    const { rows, currency, ...beside } = value;
    this.#beside = beside;
    this.#rows = Array.isArray(rows) ? readRows(rows) : [];
    if (typeof currency === 'string' && CURRENCY.test(currency)) this.#currency = currency;
  }

  #keep(): void {
    this.#isKept = this.#stored.write({ ...this.#beside, currency: this.#currency, rows: this.#rows });
  }
}

/** Plain decimal text in its shortest form. Null when it is none. */
export function readDecimal(text: string): string | null {
  const value = readExact(text);
  return value === null ? null : exactText(value);
}

function readRows(rows: readonly unknown[]): Holding[] {
  const read = new Map<string, Holding>();
  for (const row of rows.slice(0, HOLDINGS_MAX)) {
    if (!isRecord(row) || typeof row['key'] !== 'string') continue;
    const quantity = typeof row['quantity'] === 'string' ? readDecimal(row['quantity']) : null;
    const cost = typeof row['cost'] === 'string' ? readDecimal(row['cost']) : null;
    if (quantity !== null && cost !== null) read.set(row['key'], { key: row['key'], quantity, cost });
  }
  return [...read.values()];
}
