import { readMessagePack, MessagePackError } from '../message-pack.ts';
import { DEPTH_MAX, unsoundShape } from './json-shape.ts';
import type { RowFault, RowOutcome, RowType } from './row-schema.ts';

/** Rows of one request or frame. */
export const BATCH_ROWS_MAX = 10_000;
/** With the empty ones. */
const LINES_MAX = 2 * BATCH_ROWS_MAX;
/** Faults that are told one by one; all of them are counted. */
export const FAULTS_TOLD_MAX = 100;
/** A million bytes hold no more that means something. */
const ELEMENTS_MAX = 400_000;

/** A row as it was sent, and where it stood. */
export interface GivenRow {
  /** From 0, within its list. */
  readonly index: number;
  /** Which of the two lists of `{instruments, events}`. */
  readonly list?: 'instruments' | 'events';
  /** From 1, where rows are lines. */
  readonly line?: number;
  readonly value?: unknown;
  readonly impliedType?: RowType;
  /** Set when there is no value: the line could not be read. */
  readonly fault?: RowFault;
}

export interface PlacedFault extends RowFault {
  readonly index: number;
  readonly list?: 'instruments' | 'events';
  readonly line?: number;
}

/** What became of a batch. */
export interface BatchReport {
  /** Events that went in. */
  taken: number;
  /** Instrument rows. */
  instruments: number;
  /** Trades whose id was taken before. */
  duplicates: number;
  refused: number;
  /** The first of the refused rows. */
  faults: PlacedFault[];
}

export type ReadBatch = { ok: true; rows: readonly GivenRow[] } | { ok: false; reason: string };

const TOO_MANY: ReadBatch = {
  ok: false,
  reason: `More than ${BATCH_ROWS_MAX} rows at once: send them in parts.`,
};

export const newReport = (): BatchReport => ({
  taken: 0,
  instruments: 0,
  duplicates: 0,
  refused: 0,
  faults: [],
});

export function addOutcome(report: BatchReport, given: GivenRow, outcome: RowOutcome): void {
  if (outcome === 'taken') report.taken += 1;
  else if (outcome === 'noted') report.instruments += 1;
  else if (outcome === 'duplicate') report.duplicates += 1;
  else {
    report.refused += 1;
    if (report.faults.length >= FAULTS_TOLD_MAX) return;
    const { index, list, line } = given;
    report.faults.push({
      index,
      ...(list === undefined ? {} : { list }),
      ...(line === undefined ? {} : { line }),
      ...outcome,
    });
  }
}

export function readJsonBatch(text: string): ReadBatch {
  const unsound = unsoundShape(text);
  if (unsound !== null) return { ok: false, reason: `The body is not taken: ${unsound}.` };
  try {
    return rowsOf(JSON.parse(text));
  } catch {
    return { ok: false, reason: 'The body is no JSON.' };
  }
}

export function readMessagePackBatch(bytes: Uint8Array): ReadBatch {
  try {
    return rowsOf(readMessagePack(bytes, { depthMax: DEPTH_MAX, elementsMax: ELEMENTS_MAX }));
  } catch (error) {
    if (!(error instanceof MessagePackError)) throw error;
    return { ok: false, reason: `The bytes are no MessagePack that is taken: ${error.message}.` };
  }
}

/** One JSON value a line. A line that is none is a fault of that row only. */
export function readLinesBatch(bytes: Buffer): ReadBatch {
  const text = bytes.toString('utf8');
  const rows: GivenRow[] = [];
  let line = 0;
  for (let from = 0; from < text.length; line += 1) {
    if (line >= LINES_MAX || rows.length > BATCH_ROWS_MAX) return TOO_MANY;
    const found = text.indexOf('\n', from);
    const end = found === -1 ? text.length : found;
    const given = lineRow(text.slice(from, end), line + 1, rows.length);
    if (given !== null) rows.push(given);
    from = end + 1;
  }
  return bounded(rows);
}

/** Null for an empty line. @param text null = the line was longer than is taken */
export function lineRow(text: string | null, line: number, index: number): GivenRow | null {
  const place = { index, line };
  if (text === null)
    return { ...place, fault: { field: '', expected: 'a shorter line', found: 'one too long' } };
  if (text.trim() === '') return null;
  const unsound = unsoundShape(text);
  if (unsound !== null) {
    const expected = 'one JSON object of the fields of a row';
    return { ...place, fault: { field: '', expected, found: `a line where ${unsound}` } };
  }
  try {
    return { ...place, value: JSON.parse(text) as unknown };
  } catch {
    const found = JSON.stringify(text.slice(0, 60));
    return { ...place, fault: { field: '', expected: 'one JSON object a line', found } };
  }
}

/** One row, an array of rows, or both lists. */
function rowsOf(value: unknown): ReadBatch {
  if (Array.isArray(value)) {
    if (value.length > BATCH_ROWS_MAX) return TOO_MANY;
    return bounded(value.map((row: unknown, index) => ({ index, value: row })));
  }
  if (typeof value !== 'object' || value === null || !('instruments' in value || 'events' in value))
    return bounded([{ index: 0, value }]);
  const stray = Object.keys(value).find((key) => key !== 'instruments' && key !== 'events');
  if (stray !== undefined) {
    const shown = JSON.stringify(stray.slice(0, 60));
    return { ok: false, reason: `Beside instruments and events there is no ${shown}.` };
  }
  const { instruments = [], events = [] } = value as { instruments?: unknown; events?: unknown };
  if (!Array.isArray(instruments) || !Array.isArray(events))
    return { ok: false, reason: 'instruments and events are arrays of rows.' };
  if (instruments.length + events.length > BATCH_ROWS_MAX) return TOO_MANY;
  const defined = instruments.map((row: unknown, index): GivenRow => ({
    index,
    list: 'instruments',
    value: row,
    impliedType: 'instrument',
  }));
  return bounded([
    ...defined,
    ...events.map((row: unknown, index): GivenRow => ({ index, list: 'events', value: row })),
  ]);
}

function bounded(rows: readonly GivenRow[]): ReadBatch {
  return rows.length > BATCH_ROWS_MAX ? TOO_MANY : { ok: true, rows };
}
