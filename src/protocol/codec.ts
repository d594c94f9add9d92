import { Packr, Unpackr } from 'msgpackr';
import type { AssetClass, DictionaryEntry } from './instrument.ts';
import { LIMITS } from './limits.ts';
import type { ClientMessage, InstrumentsMessage, ServerMessage } from './messages.ts';
import {
  ARRAY_HEADER_BYTES_MAX,
  BinaryNumbers,
  ListNumbers,
  NUMBER_BYTES_MAX,
  writeArrayHeader,
  writeNumber,
  type NumberSource,
} from './numbers.ts';
import type { InstrumentId, PriceTicks, SizeLots } from './units.ts';
import { checkJson, checkMessagePack, type WireCheckLimits } from './wire-check.ts';

/** One frame as a socket hands it over: bytes in the binary form, text in the JSON form. */
export type Frame = Uint8Array | string;

export type Encoding = 'binary' | 'json';

/** What a server frame holds: a control message, or the numbers of a data frame with its head still to be taken. */
export type ServerFrame = { message: ServerMessage } | { data: NumberSource };

// An undefined field would become an extension record; left out, it is what JSON makes of it. (msgpackr's types miss the option.)
const packOptions = { useRecords: false, variableMapSize: true, skipValues: [undefined] };
const packr = /* @__PURE__ */ new Packr(packOptions);
// Clients in other languages write times as 64-bit integers; wire-check has refused those beyond 2^53.
const unpackr = /* @__PURE__ */ new Unpackr({
  useRecords: false,
  mapsAsObjects: true,
  int64AsType: 'number',
});

const CLIENT_CHECK = { depthMax: LIMITS.depthMax, elementsMax: 4 * LIMITS.selectorsMax };
/** Room for a dictionary of a quarter of a million instruments, the largest message there is. */
const SERVER_CHECK = { depthMax: LIMITS.depthMax, elementsMax: 4_000_000 };

/** A frame that is no message of this protocol. The sentence says why. */
export class DecodeError extends Error {
  override name = 'DecodeError';
}

type EntryRow = [
  id: number,
  venue: string,
  symbol: string,
  name: string,
  assetClass: string,
  currency: string,
  tickUnits: number,
  tickDecimals: number,
  lotUnits: number,
  lotDecimals: number,
  referencePrice: number,
  referenceVolume: number,
  open: number | null,
];

function entryToRow(entry: DictionaryEntry): EntryRow {
  return [
    entry.id,
    entry.venue,
    entry.symbol,
    entry.name,
    entry.assetClass,
    entry.currency,
    entry.tick.units,
    entry.tick.decimals,
    entry.lot.units,
    entry.lot.decimals,
    entry.referencePrice,
    entry.referenceVolume,
    Number.isNaN(entry.open) ? null : entry.open,
  ];
}

/** Columns that a later version adds at the end are ignored. */
const ENTRY_COLUMNS = 13;

function isEntryRow(row: unknown): row is EntryRow {
  return Array.isArray(row) && row.length >= ENTRY_COLUMNS && row[0] >>> 0 === row[0];
}

function rowToEntry(row: unknown): DictionaryEntry {
  if (!isEntryRow(row)) throw new DecodeError(`a dictionary entry is an array of ${ENTRY_COLUMNS} values`);
  return {
    id: row[0] as InstrumentId,
    venue: row[1],
    symbol: row[2],
    name: row[3],
    assetClass: row[4] as AssetClass,
    currency: row[5],
    tick: { units: row[6], decimals: row[7] },
    lot: { units: row[8], decimals: row[9] },
    referencePrice: row[10] as PriceTicks,
    referenceVolume: row[11] as SizeLots,
    open: (row[12] ?? Number.NaN) as PriceTicks,
  };
}

/** Numbers that stand for one instrument in the references of `instruments`. */
const REFERENCE_NUMBERS = 3;

function isReferences(value: unknown): value is number[] {
  if (!Array.isArray(value) || value.length % REFERENCE_NUMBERS !== 0) return false;
  return value.every((number, at) =>
    at % REFERENCE_NUMBERS === 0 ? number >>> 0 === number : Number.isFinite(number),
  );
}

/** Control messages that travel in another shape than the code uses. */
function toWire(message: ServerMessage): unknown {
  if (message.type !== 'instruments') return message;
  const { type, generation, entries, references = [] } = message;
  const told = { type, generation, entries: entries.map(entryToRow) };
  return references.length === 0 ? told : { ...told, references };
}

function fromWire(value: unknown): ServerMessage {
  if (typeof value !== 'object' || value === null || typeof (value as { type?: unknown }).type !== 'string') {
    throw new DecodeError('a control message is a map with a type');
  }
  const message = value as ServerMessage;
  if (message.type !== 'instruments') return message;
  const { entries: rows, references } = value as { entries: unknown; references?: unknown };
  if (!Array.isArray(rows)) throw new DecodeError('the entries of instruments are an array');
  const told: InstrumentsMessage = {
    type: 'instruments',
    generation: message.generation,
    entries: rows.map(rowToEntry),
  };
  if (references === undefined) return told;
  if (!isReferences(references))
    throw new DecodeError('the references of instruments are an id, a price and a volume for each');
  return { ...told, references };
}

export function encodeServerMessage(message: ServerMessage, encoding: Encoding): Frame {
  return encoding === 'json' ? JSON.stringify(toWire(message)) : packr.pack(toWire(message));
}

/** The bytes of one entry of `instruments`, for `encodeInstrumentsMessage`. */
export function encodeDictionaryEntry(entry: DictionaryEntry): Uint8Array {
  // A copy: msgpackr hands out a part of a large buffer, which one small entry that is kept would keep whole.
  return new Uint8Array(packr.pack(entryToRow(entry)));
}

const fixText = (text: string): number[] => [0xa0 | text.length, ...new TextEncoder().encode(text)];
const INSTRUMENTS_HEAD = [...fixText('type'), ...fixText('instruments'), ...fixText('generation')];
const ENTRIES_KEY = fixText('entries');
const REFERENCES_KEY = fixText('references');

/**
 * The `instruments` message in MessagePack, the same bytes as `encodeServerMessage` makes, from entries that were encoded before:
 * thousands of peers are told the same ones.
 */
export function encodeInstrumentsMessage(
  generation: number,
  entries: readonly Uint8Array[],
  references: readonly number[],
): Uint8Array {
  const entryBytes = entries.reduce((sum, entry) => sum + entry.length, 0);
  const keyBytes = 1 + INSTRUMENTS_HEAD.length + ENTRIES_KEY.length + REFERENCES_KEY.length;
  const headBytes = keyBytes + 2 * ARRAY_HEADER_BYTES_MAX;
  const out = new Uint8Array(headBytes + entryBytes + NUMBER_BYTES_MAX * (1 + references.length));
  out[0] = references.length === 0 ? 0x83 : 0x84;
  out.set(INSTRUMENTS_HEAD, 1);
  let at = writeNumber(out, 1 + INSTRUMENTS_HEAD.length, generation);
  out.set(ENTRIES_KEY, at);
  at = writeArrayHeader(out, at + ENTRIES_KEY.length, entries.length);
  for (const entry of entries) {
    out.set(entry, at);
    at += entry.length;
  }
  if (references.length > 0) {
    out.set(REFERENCES_KEY, at);
    at = writeArrayHeader(out, at + REFERENCES_KEY.length, references.length);
    for (const number of references) at = writeNumber(out, at, number);
  }
  return out.subarray(0, at);
}

export function encodeClientMessage(message: ClientMessage, encoding: Encoding): Frame {
  return encoding === 'json' ? JSON.stringify(message) : packr.pack(message);
}

/** Turns the bytes of a finished data frame into its JSON form: the same numbers as a JSON array. */
export function dataFrameToJson(bytes: Uint8Array): string {
  const source = new BinaryNumbers(bytes);
  const values: number[] = [];
  while (source.left > 0) values.push(source.next());
  return JSON.stringify(values);
}

/** Takes a frame from a server that we chose to trust with its values, though not with its form. @throws DecodeError | FrameError */
export function decodeServerFrame(frame: Frame): ServerFrame {
  if (typeof frame === 'string') {
    const value = parseJson(frame);
    return Array.isArray(value) ? { data: new ListNumbers(value) } : { message: fromWire(value) };
  }
  const head = frame[0] ?? 0;
  if ((head >= 0x90 && head <= 0x9f) || head === 0xdc || head === 0xdd)
    return { data: new BinaryNumbers(frame) };
  return { message: fromWire(unpackChecked(frame, SERVER_CHECK)) };
}

/** The check comes first because msgpackr builds arrays of any announced length and runs code for extension records. */
function unpackChecked(frame: Uint8Array, limits: WireCheckLimits): unknown {
  const reason = checkMessagePack(frame, limits);
  if (reason !== null) throw new DecodeError(reason);
  return unpackr.unpack(frame);
}

/**
 * Takes a frame from an untrusted client to a plain value, which the session then checks against the schema of its type.
 * @throws DecodeError
 */
export function decodeClientFrame(frame: Frame): unknown {
  if (typeof frame !== 'string') return unpackChecked(frame, CLIENT_CHECK);
  const value = parseJson(frame);
  const reason = checkJson(value, CLIENT_CHECK);
  if (reason !== null) throw new DecodeError(reason);
  return value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new DecodeError('the text is no JSON');
  }
}
