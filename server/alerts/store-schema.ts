import type { DatabaseSync } from 'node:sqlite';
import { randomBytes } from 'node:crypto';
import { AlertsError } from './alerts-error.ts';

const VERSION = 1;

/** Times are us since 1970. A rule's draft is JSON as the routes checked it; a watch is one rule on one instrument. */
const TABLES = `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE rule (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    draft TEXT NOT NULL,
    created_us INTEGER NOT NULL,
    muted_until_us INTEGER NOT NULL DEFAULT 0,
    firings INTEGER NOT NULL DEFAULT 0,
    last_fired_us INTEGER NOT NULL DEFAULT 0,
    deleted_us INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE watch (
    rule INTEGER NOT NULL,
    instrument TEXT NOT NULL,
    phase TEXT NOT NULL,
    fired_us INTEGER NOT NULL,
    side INTEGER NOT NULL,
    PRIMARY KEY (rule, instrument)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE firing (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    rule INTEGER NOT NULL,
    time_us INTEGER NOT NULL,
    instrument TEXT NOT NULL,
    value TEXT NOT NULL,
    message TEXT NOT NULL,
    note TEXT NOT NULL,
    muted INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX firing_of_rule ON firing (rule, seq);
  CREATE TABLE delivery (
    seq INTEGER PRIMARY KEY,
    webhook TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    due_us INTEGER NOT NULL,
    message TEXT NOT NULL
  ) STRICT;
  CREATE INDEX delivery_due ON delivery (due_us) WHERE state = 'waiting';
`;

/** Makes the tables of a new database, and returns the name by which its numbers are told from those of another. @throws AlertsError */
export function prepareDatabase(db: DatabaseSync): string {
  const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
  if (version > VERSION)
    throw new AlertsError('disk', 'The database of alerts was written by a newer version of Tickwire.');
  if (version === 0) {
    const store = randomBytes(6).toString('hex');
    db.exec(
      `BEGIN IMMEDIATE; ${TABLES} INSERT INTO meta VALUES ('store', '${store}'); PRAGMA user_version = ${VERSION}; COMMIT`,
    );
    return store;
  }
  return (db.prepare("SELECT value FROM meta WHERE name = 'store'").get() as { value: string }).value;
}
