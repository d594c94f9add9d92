import { ASSET_CLASSES, instrumentKey, type AssetClass, type InstrumentDefinition } from '#protocol';
import type { ExportKind } from './export-options.ts';

/** Under which key the metadata of a Parquet file of ours says what its rows are. */
export const TABLE_KEY = 'tickwire';
const NOTE_VERSION = 1;

type NotedInstrument = Pick<InstrumentDefinition, 'venue' | 'symbol' | 'assetClass' | 'currency'>;

export interface TableNote {
  readonly kind: ExportKind;
  /** By `venue:symbol`: what no column says. */
  readonly instruments: ReadonlyMap<string, { assetClass: AssetClass; currency: string }>;
}

export function tableNote(kind: ExportKind, instruments: readonly NotedInstrument[]): string {
  const noted = instruments.map(({ venue, symbol, assetClass, currency }) => ({
    ...{ venue, symbol, assetClass, currency },
  }));
  return JSON.stringify({ version: NOTE_VERSION, kind, instruments: noted });
}

/** Null for text that is no note of ours: such a file is read by the names of its columns. */
export function readTableNote(text: string | undefined): TableNote | null {
  if (text === undefined) return null;
  let note: Record<string, unknown>;
  try {
    note = Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    return null;
  }
  const kind = (['trade', 'quote', 'book', 'bar'] as const).find((one) => one === note['kind']);
  const listed: unknown = note['instruments'];
  if (note['version'] !== NOTE_VERSION || kind === undefined || !Array.isArray(listed)) return null;
  const instruments = new Map<string, { assetClass: AssetClass; currency: string }>();
  for (const one of listed as Partial<Record<string, unknown>>[]) {
    const { venue, symbol, currency } = one;
    const assetClass = ASSET_CLASSES.find((name) => name === one['assetClass']);
    if (typeof venue === 'string' && typeof symbol === 'string' && assetClass !== undefined)
      instruments.set(instrumentKey({ venue, symbol }), {
        assetClass,
        currency: typeof currency === 'string' ? currency : '',
      });
  }
  return { kind, instruments };
}
