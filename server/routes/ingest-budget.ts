/** What one token may push on average, and what it may push at once beyond that. */
export const INGEST_RATES = {
  rowsPerSecond: 20_000,
  rowsBurst: 40_000,
  bytesPerSecond: 8_388_608,
  bytesBurst: 16_777_216,
} as const;

/** Something that is paid for over time, the burst in advance. */
class Meter {
  readonly #usPerUnit: number;
  readonly #burstUs: number;
  /** When all that was spent is paid for. */
  #paidUs = 0;

  constructor(perSecond: number, burst: number) {
    this.#usPerUnit = 1e6 / perSecond;
    this.#burstUs = burst * this.#usPerUnit;
  }

  waitUs(nowUs: number): number {
    return this.#paidUs - this.#burstUs - nowUs;
  }

  spend(count: number, nowUs: number): void {
    this.#paidUs = Math.max(this.#paidUs, nowUs) + count * this.#usPerUnit;
  }
}

/**
 * How much one token may push. A batch is taken whole while nothing is owed, and paid for afterwards: whoever has to wait has lost
 * nothing. Driven by the caller's clock.
 */
export class IngestBudget {
  readonly #rows = new Meter(INGEST_RATES.rowsPerSecond, INGEST_RATES.rowsBurst);
  readonly #bytes = new Meter(INGEST_RATES.bytesPerSecond, INGEST_RATES.bytesBurst);

  /** How long until more is taken, ms; 0 = now. */
  waitMs(nowUs: number): number {
    return Math.max(0, Math.ceil(Math.max(this.#rows.waitUs(nowUs), this.#bytes.waitUs(nowUs)) / 1000));
  }

  spend(rows: number, bytes: number, nowUs: number): void {
    this.#rows.spend(rows, nowUs);
    this.#bytes.spend(bytes, nowUs);
  }
}
