import type { SelectorSet } from '../engine/selector.ts';

export type ExportFormat = 'csv' | 'jsonl' | 'parquet';
export type TextFormat = Exclude<ExportFormat, 'parquet'>;
export type ExportKind = 'trade' | 'quote' | 'book' | 'bar';

/** What an export holds: one kind of events, of bars perhaps one length only. */
export interface ExportChannel {
  readonly kind: ExportKind;
  /** Of bars: those of this length, and where an instrument has none, those that its trades make. Null for all bars as they are. */
  readonly barSeconds: number | null;
}

/** Which events of a recording. */
export interface ExportScope {
  /** Null for all kinds, which only lines of JSON can hold beside each other. */
  readonly channel: ExportChannel | null;
  /** By the time at which a replay lets an event out. */
  readonly fromUs: number;
  /** The first instant that is left out. */
  readonly toUs: number;
  readonly symbols: SelectorSet | null;
}

export interface ExportOptions extends ExportScope {
  readonly format: TextFormat;
  readonly times: 'us' | 'iso';
}

const KINDS: Readonly<Record<string, ExportKind>> = {
  ...{ trades: 'trade', quotes: 'quote', book: 'book', bars: 'bar' },
  ...{ trade: 'trade', quote: 'quote', bar: 'bar' },
};
const SECONDS_OF_UNIT: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** trades, quotes, book, bars, bars:1m. Null for other text. */
export function parseExportChannel(text: string): ExportChannel | null {
  const [, name, count, unit] = /^([a-z]+)(?::(\d{1,3})([smhd]))?$/.exec(text) ?? [];
  const kind = KINDS[name ?? ''];
  if (kind === undefined) return null;
  if (count === undefined) return { kind, barSeconds: null };
  const barSeconds = Number(count) * SECONDS_OF_UNIT[unit!]!;
  return kind === 'bar' && barSeconds > 0 ? { kind, barSeconds } : null;
}
