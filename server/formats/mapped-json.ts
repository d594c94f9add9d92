import type { RecordingBuilder } from '../tape/recording-builder.ts';
import type { ColumnMap } from './column-map.ts';
import type { ByteStream } from './file-streams.ts';
import { JsonDocument } from './json-document.ts';
import { hasColumns, hasTimeKeys, isObject, rowsOf, type JsonObject } from './json-rows.ts';
import { tableMap } from './map-guess.ts';
import { MappedReader } from './mapped-reader.ts';
import { dayOfName } from './mapped-table.ts';
import { RecordingError } from './recording-error.ts';
import { TextLines } from './text-lines.ts';

/** Objects by which the keys are judged. */
const HEAD_OBJECTS_MAX = 50;
const HEAD_BYTES = 65_536;
/** An object without another in it; before the rows some may say what they are of. */
const FLAT_OBJECT = /\{[^{}[\]]*\}/g;
const FLAT_OBJECTS_MAX = 20;

/** Whether the text is JSON by its first character. */
export function isJsonText(head: Uint8Array): boolean {
  return /^\uFEFF?\s*[[{]/.test(textOf(head, 256));
}

/** Whether a JSON text begins with objects whose keys make trades, quotes or bars. */
export function isJsonTable(head: Uint8Array, fileName: string, given: ColumnMap): boolean {
  if (!isJsonText(head)) return false;
  const text = textOf(head, HEAD_BYTES);
  const [firstLine = ''] = text.split('\n', 1);
  const inner = [...text.matchAll(FLAT_OBJECT)].slice(0, FLAT_OBJECTS_MAX).map(([one]) => objectOf(one));
  const isAny = (objects: readonly (JsonObject | null)[]): boolean =>
    objects.some((one) => isRow(one, fileName, given));
  if (isAny([objectOf(firstLine), ...inner]) || hasColumns(text)) return true;
  return hasTimeKeys(text) && isAny(inner.map((one) => one && { time: '2026-01-12T16:00:00Z', ...one }));
}

function isRow(object: JsonObject | null, fileName: string, given: ColumnMap): boolean {
  if (object === null) return false;
  const rows = [Object.keys(object), Object.keys(object).map((name) => cellOf(object[name]))];
  return typeof tableMap(rows, given, dayOfName(fileName) !== '') !== 'string';
}

/**
 * JSON objects of keys that no known layout has, one a line, which is streamed, or in the longest list of one document, on their way into
 * a builder: what the keys are was given or is guessed as it is of CSV. Not reusable.
 */
export class MappedJsonReader extends MappedReader {
  readonly #document: JsonDocument;
  readonly #label: string;
  readonly #lines: TextLines;
  /** Null until the first bytes say it. */
  #isDocument: boolean | null = null;
  #names: readonly string[] | null = null;
  /** Objects that wait until the keys are known. */
  #head: (readonly [object: JsonObject, row: number])[] = [];

  constructor(stream: ByteStream, builder: RecordingBuilder, given: ColumnMap, isStrict: boolean) {
    super('json', stream, builder, given, isStrict);
    this.#label = stream.label;
    this.#document = new JsonDocument(stream.label, 'trades, quotes or bars');
    this.#lines = new TextLines(stream.label, (line, number) => this.#onLine(line, number));
  }

  push(bytes: Uint8Array): void {
    this.#isDocument ??= isDocument(bytes);
    if (this.#isDocument) this.#document.push(bytes);
    else this.#lines.push(bytes);
  }

  finish(): void {
    if (this.#isDocument === true)
      for (const value of rowsOf(this.#document.parsed())) this.#onValue(value, this.row + 1);
    else this.#lines.finish();
    this.#begin();
    this.table.finish(this.row);
  }

  #onLine(line: string, number: number): void {
    const text = number === 1 ? line.replace(/^\uFEFF/, '') : line;
    if (text.trim() === '') return;
    let value: unknown;
    try {
      value = JsonDocument.ofText(text);
    } catch {
      value = text;
    }
    this.#onValue(value, number);
  }

  #onValue(value: unknown, row: number): void {
    this.row = row;
    if (!isObject(value)) {
      this.#begin();
      this.table.brokenRow(row, typeof value === 'string' ? value : JSON.stringify(value), 'a JSON object');
    } else if (this.#names === null) {
      this.#head.push([value, row]);
      if (this.#head.length >= HEAD_OBJECTS_MAX) this.#begin();
    } else this.#take(value, row);
  }

  /** Decides what the keys are, by the objects so far. */
  #begin(): void {
    if (this.#names !== null) return;
    const head = this.#head;
    this.#head = [];
    const names = [...new Set(head.flatMap(([object]) => Object.keys(object)))];
    if (names.length === 0)
      throw new RecordingError('no-rows', this.#label, ' holds no JSON objects: expected one a row.');
    this.#names = names;
    this.table.begin([names, ...head.map(([object]) => names.map((name) => cellOf(object[name])))], false);
    for (const [object, row] of head) this.#take(object, row);
  }

  #take(object: JsonObject, row: number): void {
    this.table.row(
      this.#names!.map((name) => cellOf(object[name])),
      row,
    );
  }
}

function textOf(head: Uint8Array, bytes: number): string {
  return Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, bytes)).toString('utf8');
}

function objectOf(text: string): JsonObject | null {
  try {
    const value = JsonDocument.ofText(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** One object a line, or a document: a list, or an object that goes on over its line or has a list in it. */
function isDocument(bytes: Uint8Array): boolean {
  const text = textOf(bytes, HEAD_BYTES).replace(/^\uFEFF/, '');
  if (/^\s*\[/.test(text)) return true;
  const [firstLine = ''] = text.trimStart().split('\n', 1);
  const object = objectOf(firstLine);
  return object === null || rowsOf(object).length > 0;
}

/** What a cell of a table would say: numbers as they stand in the text, nothing for what is no value. */
function cellOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'boolean' ? String(value) : '';
}
