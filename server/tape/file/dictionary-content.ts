import { ASSET_CLASSES, type AssetClass, type Increment, type InstrumentDefinition } from '#protocol';
import { MalformedError } from './byte-cursor.ts';

/** An instrument as it was from one state of the dictionary on. */
export interface DefinedInstrument {
  definition: InstrumentDefinition;
  /** State of the dictionary that brought this definition. */
  since: number;
}

/** A whole dictionary: what was defined up to one state, by id. */
export interface TapeDictionary {
  /** How many definitions were taken before: rises with each new or changed one. */
  revision: number;
  instruments: DefinedInstrument[];
}

export function encodeDictionary({ revision, instruments }: TapeDictionary): Uint8Array {
  const rows = instruments.map(({ definition, since }) => ({
    venue: definition.venue,
    symbol: definition.symbol,
    name: definition.name,
    assetClass: definition.assetClass,
    currency: definition.currency,
    tick: [definition.tick.units, definition.tick.decimals],
    lot: [definition.lot.units, definition.lot.decimals],
    since,
  }));
  return Buffer.from(JSON.stringify({ revision, instruments: rows }), 'utf8');
}

/** @throws MalformedError */
export function decodeDictionary(content: Uint8Array): TapeDictionary {
  const value = parsedJson(content);
  const { revision, instruments } = value;
  if (!isCount(revision) || !Array.isArray(instruments)) throw new MalformedError('no dictionary');
  return { revision, instruments: instruments.map((row) => definedInstrument(row, revision)) };
}

/** The content as a JSON object. @throws MalformedError */
export function parsedJson(content: Uint8Array): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(content.buffer, content.byteOffset, content.length).toString('utf8'));
  } catch {
    throw new MalformedError('no JSON');
  }
  return record(value);
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new MalformedError('no JSON object');
  return value as Record<string, unknown>;
}

function definedInstrument(value: unknown, revision: number): DefinedInstrument {
  const row = record(value);
  const { since } = row;
  if (!isCount(since) || since > revision) throw new MalformedError('a definition of no state');
  const assetClass = text(row['assetClass']);
  const definition: InstrumentDefinition = {
    venue: text(row['venue']),
    symbol: text(row['symbol']),
    name: text(row['name']),
    // A class that a later version brings is none that this one knows.
    assetClass: (ASSET_CLASSES as readonly string[]).includes(assetClass)
      ? (assetClass as AssetClass)
      : 'other',
    currency: text(row['currency']),
    tick: increment(row['tick']),
    lot: increment(row['lot']),
  };
  return { definition, since };
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new MalformedError('a name that is no text');
  return value;
}

function increment(value: unknown): Increment {
  if (!Array.isArray(value) || value.length !== 2) throw new MalformedError('no increment');
  const [units, decimals] = value as unknown[];
  if (!isCount(units) || units === 0 || !isCount(decimals) || decimals > 22)
    throw new MalformedError('an impossible increment');
  return { units, decimals };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
