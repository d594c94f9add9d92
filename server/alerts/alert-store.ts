import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { AlertDelivery, AlertDraft, AlertFiring, AlertPhase, DeliveryState } from '#protocol';
import { makeFolder } from '../make-folder.ts';
import { AlertsError } from './alerts-error.ts';
import type { SeenFiring, WatchState } from './rule-watcher.ts';
import { prepareDatabase } from './store-schema.ts';

/** Firings that are kept: so many, and so long. */
const FIRINGS_MAX = 10_000;
const KEPT_US = 90 * 86_400e6;
/** So long a deleted rule can be had back. */
const DELETED_KEPT_US = 600e6;
const MUTED = 'muted_until_us';

export interface StoredRule extends AlertDraft {
  readonly id: number;
  readonly createdUs: number;
  readonly mutedUntilUs: number;
  readonly firings: number;
  readonly lastFiredUs: number;
}

/** A firing as it is to be written: `webhook` empty = nobody is to be sent it. */
export interface NewFiring extends SeenFiring {
  readonly note: string;
  readonly muted: boolean;
  readonly webhook: string;
}

/** A delivery that is to be tried. */
export interface DueDelivery extends AlertDelivery {
  readonly seq: number;
  readonly dueUs: number;
}

interface RuleRow {
  id: number;
  draft: string;
  created_us: number;
  muted_until_us: number;
  firings: number;
  last_fired_us: number;
}

interface FiringRow {
  seq: number;
  rule: number;
  time_us: number;
  instrument: string;
  value: string;
  message: string;
  note: string;
  muted: number;
  webhook: string | null;
  state: DeliveryState;
  attempts: number;
  outcome: string;
}

const FIRING_COLUMNS = `f.seq, f.rule, f.time_us, f.instrument, f.value, f.message, f.note, f.muted,
  d.webhook, d.state, d.attempts, d.message AS outcome FROM firing f LEFT JOIN delivery d ON d.seq = f.seq`;

/**
 * Rules, what became of them, and the history of firings, in one SQLite file. Synchronous: what a method has returned from survives
 * `kill -9` and a power cut (write-ahead log, synced at each commit, some 2 ms). One process at a time.
 *
 * Invariant: a firing, the state that it leaves its rule in and its delivery are written together or not at all.
 */
export class AlertStore {
  readonly name: string;
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** @throws AlertsError when the file cannot be used, also because another server uses it */
  constructor(path: string) {
    try {
      makeFolder(dirname(path));
      this.#db = new DatabaseSync(path, { timeout: 0 });
      // Exclusive: two servers on one file would both fire. The lock goes with the process, however it ends.
      this.#db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
      this.name = prepareDatabase(this.#db);
    } catch (error) {
      const fault = diskError(error);
      throw isBusy(error) ? fault : (folderError(dirname(path)) ?? fault);
    }
  }

  close(): void {
    this.#statements.clear();
    this.#db.close();
  }

  /* ---- rules ---- */

  rules(): StoredRule[] {
    return (this.#all('SELECT * FROM rule WHERE deleted_us = 0 ORDER BY id') as unknown as RuleRow[]).map(
      ruleOf,
    );
  }

  rule(id: number): StoredRule | null {
    const row = this.#get('SELECT * FROM rule WHERE id = ? AND deleted_us = 0', id) as RuleRow | undefined;
    return row === undefined ? null : ruleOf(row);
  }

  addRule(draft: AlertDraft, nowUs: number): number {
    const { lastInsertRowid } = this.#run(
      'INSERT INTO rule (draft, created_us) VALUES (?, ?)',
      JSON.stringify(draft),
      nowUs,
    );
    return Number(lastInsertRowid);
  }

  /** @param restarts whether what became of it so far is void */
  changeRule(id: number, draft: AlertDraft, restarts: boolean): void {
    this.transact(() => {
      this.#run('UPDATE rule SET draft = ? WHERE id = ?', JSON.stringify(draft), id);
      if (restarts) this.#run('DELETE FROM watch WHERE rule = ?', id);
    });
  }

  muteRule(id: number, untilUs: number): void {
    this.#run('UPDATE rule SET muted_until_us = ? WHERE id = ?', untilUs, id);
  }

  deleteRule(id: number, nowUs: number): void {
    this.#run('UPDATE rule SET deleted_us = ? WHERE id = ?', nowUs, id);
  }

  /** False when it was deleted too long ago, or never was. */
  restoreRule(id: number, nowUs: number): boolean {
    const sql = 'UPDATE rule SET deleted_us = 0 WHERE id = ? AND deleted_us > ?';
    return this.#run(sql, id, nowUs - DELETED_KEPT_US).changes === 1;
  }

  get mutedUntilUs(): number {
    const row = this.#get('SELECT value FROM meta WHERE name = ?', MUTED) as { value: string } | undefined;
    return Number(row?.value ?? 0);
  }

  set mutedUntilUs(untilUs: number) {
    this.#run('INSERT OR REPLACE INTO meta VALUES (?, ?)', MUTED, String(untilUs));
  }

  /* ---- what became of them ---- */

  watch(rule: number, instrument: string): WatchState | undefined {
    const sql = 'SELECT phase, fired_us, side FROM watch WHERE rule = ? AND instrument = ?';
    const row = this.#get(sql, rule, instrument) as
      { phase: AlertPhase; fired_us: number; side: number } | undefined;
    return row && { rule, instrument, phase: row.phase, firedUs: row.fired_us, side: row.side };
  }

  /** Writes all of it or nothing; returns the numbers of the firings. @throws AlertsError */
  write(firings: readonly NewFiring[], states: Iterable<WatchState>): number[] {
    return this.transact(() => {
      const numbers = firings.map((firing) => this.#addFiring(firing));
      for (const { rule, instrument, phase, firedUs, side } of states)
        this.#run(
          'INSERT OR REPLACE INTO watch VALUES (?, ?, ?, ?, ?)',
          rule,
          instrument,
          phase,
          firedUs,
          side,
        );
      const newest = numbers.at(-1);
      if (newest !== undefined) this.#forgetUpTo(newest - FIRINGS_MAX);
      return numbers;
    });
  }

  /** Lets go of what is too old. */
  prune(nowUs: number): void {
    const row = this.#get('SELECT max(seq) AS seq FROM firing WHERE time_us < ?', nowUs - KEPT_US);
    this.transact(() => {
      this.#forgetUpTo((row as { seq: number | null }).seq ?? 0);
      const gone = nowUs - DELETED_KEPT_US;
      this.#run(
        'DELETE FROM watch WHERE rule IN (SELECT id FROM rule WHERE deleted_us BETWEEN 1 AND ?)',
        gone,
      );
      this.#run('DELETE FROM rule WHERE deleted_us BETWEEN 1 AND ?', gone);
    });
  }

  /* ---- history ---- */

  get lastSeq(): number {
    const row = this.#get("SELECT seq FROM sqlite_sequence WHERE name = 'firing'") as
      { seq: number } | undefined;
    return row?.seq ?? 0;
  }

  /** Oldest first. */
  firingsAfter(seq: number, count: number): AlertFiring[] {
    const sql = `SELECT ${FIRING_COLUMNS} WHERE f.seq > ? ORDER BY f.seq LIMIT ?`;
    return (this.#all(sql, seq, count) as unknown as FiringRow[]).map(firingOf);
  }

  /** Newest first. `rule` null = of all. */
  firingsBefore(seq: number, count: number, rule: number | null): AlertFiring[] {
    const of = rule === null ? '' : 'AND f.rule = ?';
    const sql = `SELECT ${FIRING_COLUMNS} WHERE f.seq < ? ${of} ORDER BY f.seq DESC LIMIT ?`;
    const rows = rule === null ? this.#all(sql, seq, count) : this.#all(sql, seq, rule, count);
    return (rows as unknown as FiringRow[]).map(firingOf);
  }

  firing(seq: number): AlertFiring | null {
    const row = this.#get(`SELECT ${FIRING_COLUMNS} WHERE f.seq = ?`, seq) as FiringRow | undefined;
    return row === undefined ? null : firingOf(row);
  }

  /* ---- deliveries ---- */

  /** Those that wait, whose time comes first first. Read as they are asked for: nothing may be written meanwhile. */
  *waitingDeliveries(): Generator<DueDelivery> {
    const sql = `SELECT seq, webhook, attempts, due_us AS dueUs, state, message FROM delivery WHERE state = 'waiting'
      ORDER BY due_us, seq`;
    for (const row of this.#statement(sql).iterate()) yield row as unknown as DueDelivery;
  }

  noteDelivery(seq: number, { state, attempts, message }: AlertDelivery, dueUs: number): void {
    const sql = 'UPDATE delivery SET state = ?, attempts = ?, message = ?, due_us = ? WHERE seq = ?';
    this.#run(sql, state, attempts, message, dueUs, seq);
  }

  transact<Outcome>(act: () => Outcome): Outcome {
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      const outcome = act();
      this.#db.exec('COMMIT');
      return outcome;
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw diskError(error);
    }
  }

  #addFiring({ rule, timeUs, instrument, value, message, note, muted, webhook }: NewFiring): number {
    const { lastInsertRowid } = this.#run(
      'INSERT INTO firing (rule, time_us, instrument, value, message, note, muted) VALUES (?, ?, ?, ?, ?, ?, ?)',
      ...[rule, timeUs, instrument, value, message, note, muted ? 1 : 0],
    );
    const seq = Number(lastInsertRowid);
    this.#run('UPDATE rule SET firings = firings + 1, last_fired_us = ? WHERE id = ?', timeUs, rule);
    if (webhook !== '' && !muted)
      this.#run("INSERT INTO delivery VALUES (?, ?, 'waiting', 0, ?, '')", seq, webhook, timeUs);
    return seq;
  }

  #forgetUpTo(seq: number): void {
    if (seq <= 0) return;
    this.#run('DELETE FROM firing WHERE seq <= ?', seq);
    this.#run('DELETE FROM delivery WHERE seq <= ?', seq);
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) this.#statements.set(sql, (statement = this.#db.prepare(sql)));
    return statement;
  }

  #all(sql: string, ...values: (string | number)[]): Record<string, unknown>[] {
    return this.#statement(sql).all(...values);
  }

  #get(sql: string, ...values: (string | number)[]): Record<string, unknown> | undefined {
    return this.#statement(sql).get(...values);
  }

  #run(sql: string, ...values: (string | number)[]): ReturnType<StatementSync['run']> {
    try {
      return this.#statement(sql).run(...values);
    } catch (error) {
      throw diskError(error);
    }
  }
}

function ruleOf(row: RuleRow): StoredRule {
  return {
    ...(JSON.parse(row.draft) as AlertDraft),
    id: row.id,
    createdUs: row.created_us,
    mutedUntilUs: row.muted_until_us,
    firings: row.firings,
    lastFiredUs: row.last_fired_us,
  };
}

function firingOf({
  time_us: timeUs,
  muted,
  webhook,
  state,
  attempts,
  outcome,
  ...row
}: FiringRow): AlertFiring {
  const delivery = webhook === null ? null : { webhook, state, attempts, message: outcome };
  return { ...row, timeUs, muted: muted === 1, delivery };
}

/** SQLITE_BUSY and SQLITE_LOCKED. */
function isBusy(error: unknown): boolean {
  const { errcode } = error as { errcode?: number };
  return errcode === 5 || errcode === 6;
}

/** SQLite says of a folder that it may not write only that it cannot open its file. Null where the folder is not why. */
function folderError(folder: string): AlertsError | null {
  try {
    accessSync(folder, constants.W_OK);
    return null;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    return new AlertsError(
      'disk',
      `The database of alerts cannot be used: its folder cannot be written (${code}).`,
    );
  }
}

function diskError(error: unknown): unknown {
  if (error instanceof AlertsError) return error;
  if (isBusy(error)) return new AlertsError('disk', 'The database of alerts is in use by another server.');
  if (error instanceof Error && ('errcode' in error || 'code' in error))
    return new AlertsError('disk', `The database of alerts cannot be used: ${error.message}.`);
  return error;
}
