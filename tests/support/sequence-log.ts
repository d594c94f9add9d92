import { InvariantError } from '#protocol';

/** Rows of a distinct channel (trades, raw changes) as one viewer got them, and whether they may be so. */
export class SequenceLog<Row> {
  /** By instrument and sequence; null = told as lost. */
  readonly rows = new Map<number, Map<number, Row | null>>();
  readonly lastSeq = new Map<number, number>();
  /** Sequences up to here may come twice, because the connection was resumed. */
  readonly mayRepeatTo = new Map<number, number>();
  repeated = 0;
  isResumed = false;
  /** The sequence that the first row of an instrument must have; undefined = any. */
  firstSeq: (id: number) => number | undefined = () => undefined;
  readonly #what: string;

  constructor(what: string) {
    this.#what = what;
  }

  reconnected(resumes: boolean): void {
    this.isResumed = resumes;
    this.mayRepeatTo.clear();
    if (resumes) for (const [id, seq] of this.lastSeq) this.mayRepeatTo.set(id, seq);
  }

  take(id: number, seq: number, row: Row): void {
    const last = this.lastSeq.get(id);
    if (last !== undefined && seq <= last) {
      if (seq > (this.mayRepeatTo.get(id) ?? 0))
        throw new InvariantError(`${this.#what} ${seq} of instrument ${id} comes once`);
      this.repeated += 1;
      return;
    }
    this.#expect(id, seq, last);
    this.#note(id, seq, row);
  }

  lose(id: number, fromSeq: number, toSeq: number): void {
    const last = this.lastSeq.get(id);
    const from = last === undefined ? fromSeq : Math.max(fromSeq, last + 1);
    if (from > toSeq) return;
    this.#expect(id, from, last);
    for (let seq = from; seq <= toSeq; seq += 1) this.#note(id, seq, null);
  }

  forget(id: number): void {
    this.rows.delete(id);
    this.lastSeq.delete(id);
    this.mayRepeatTo.delete(id);
  }

  clear(): void {
    this.rows.clear();
    this.lastSeq.clear();
    this.mayRepeatTo.clear();
  }

  #expect(id: number, seq: number, last: number | undefined): void {
    const expected = last === undefined ? this.firstSeq(id) : last + 1;
    if (expected === undefined) return;
    const mayBeOlder = last === undefined && this.isResumed;
    if (seq === expected || (mayBeOlder && seq < expected)) return;
    throw new InvariantError(`instrument ${id}: ${this.#what} ${seq} comes where ${expected} is next`);
  }

  #note(id: number, seq: number, row: Row | null): void {
    if (!this.rows.has(id)) this.rows.set(id, new Map());
    this.rows.get(id)!.set(seq, row);
    this.lastSeq.set(id, seq);
  }
}
