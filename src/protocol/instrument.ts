import { decimalText, parseDecimal, powerOfTen } from './decimal.ts';
import type { InstrumentId, PriceTicks, SizeLots } from './units.ts';

export const ASSET_CLASSES = ['crypto', 'equity', 'fx', 'future', 'index', 'other'] as const;
export type AssetClass = (typeof ASSET_CLASSES)[number];

/**
 * A smallest step, exact: one step = units x 10^-decimals. 0.25 is { units: 25, decimals: 2 }; 5 is { units: 5, decimals: 0 }.
 */
export interface Increment {
  readonly units: number;
  readonly decimals: number;
}

/** What a source says of an instrument. Venue and symbol together are its key: BTC-USD trades in more than one place. */
export interface InstrumentDefinition {
  readonly venue: string;
  readonly symbol: string;
  readonly name: string;
  readonly assetClass: AssetClass;
  /** Currency of the price, ISO 4217 or the venue's own code; empty when unknown. */
  readonly currency: string;
  /** One PriceTicks. */
  readonly tick: Increment;
  /** One SizeLots. */
  readonly lot: Increment;
}

/**
 * One row of a timeline's dictionary: the definition plus what data frames are written against.
 * Data frames carry `price - referencePrice` and `volume - referenceVolume`.
 */
export interface DictionaryEntry extends InstrumentDefinition {
  readonly id: InstrumentId;
  readonly referencePrice: PriceTicks;
  readonly referenceVolume: SizeLots;
  /** Price that change is counted from (session open, or 24 h ago); NaN when the source does not say. */
  readonly open: PriceTicks;
}

/** Text for the key of an instrument, as selectors and links spell it: `coinbase:BTC-USD`. */
export function instrumentKey(instrument: { venue: string; symbol: string }): string {
  return `${instrument.venue}:${instrument.symbol}`;
}

/** `"0.25"` -> { units: 25, decimals: 2 }. Null when the text is no positive decimal. */
export function parseIncrement(text: string): Increment | null {
  const value = parseDecimal(text);
  return value === null || value.mantissa <= 0 ? null : { units: value.mantissa, decimals: value.decimals };
}

/** { units: 25, decimals: 2 } -> `"0.25"`. */
export function incrementText(increment: Increment): string {
  return decimalText(increment.units, increment.decimals);
}

/** The value of n steps as exact decimal text with all its decimals: (23249, 0.25) -> `"5812.25"`. NaN -> `''`. */
export function stepsToText(steps: number, increment: Increment): string {
  const mantissa = steps * increment.units;
  // A product beyond 2^53 would be rounded; rare enough (a huge volume in units of 25) to pay for BigInt.
  const exact = Number.isSafeInteger(mantissa) || !Number.isInteger(steps);
  return decimalText(exact ? mantissa : BigInt(steps) * BigInt(increment.units), increment.decimals);
}

/** The value of n steps as a float, for drawing only: never summed, never compared. */
export function stepsToNumber(steps: number, increment: Increment): number {
  return (steps * increment.units) / powerOfTen(increment.decimals);
}

/** Decimal text to a whole number of steps. NaN when the text is no decimal or lies between two steps. */
export function textToSteps(text: string, increment: Increment): number {
  const value = parseDecimal(text);
  if (value === null) return Number.NaN;
  const shift = increment.decimals - value.decimals;
  if (shift < 0) return Number.NaN;
  const scaled = value.mantissa * powerOfTen(shift);
  if (!Number.isSafeInteger(scaled) || scaled % increment.units !== 0) return Number.NaN;
  return scaled / increment.units;
}
