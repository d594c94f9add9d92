import { ASSET_CLASSES, type InstrumentDefinition } from '#protocol';

/** Most digits after the point of a step: what the protocol promises its readers. */
const DECIMALS_MAX = 18;

const TEXTS = ['venue', 'symbol', 'name', 'currency'] as const;

/**
 * What is wrong with the form of an instrument that a feed makes known, as a sentence; null when nothing is. An adapter is not
 * type-checked when it runs, and what is no definition would reach every viewer's dictionary and make tapes that nobody can read.
 */
export function definitionFlaw(definition: InstrumentDefinition): string | null {
  const { venue, symbol, assetClass, tick, lot } = definition;
  const flaw = (field: string, expected: string): string =>
    `${venue}:${symbol} is defined with the ${field} ${shown(definition[field as keyof InstrumentDefinition])}: expected ${expected}.`;
  const noText = TEXTS.find((field) => typeof definition[field] !== 'string');
  if (noText !== undefined) return flaw(noText, 'text');
  if (venue === '') return flaw('venue', 'a name');
  if (symbol === '') return flaw('symbol', 'a name');
  if (!ASSET_CLASSES.includes(assetClass)) return flaw('assetClass', `one of ${ASSET_CLASSES.join(', ')}`);
  const noStep = isStep(tick) ? (isStep(lot) ? null : 'lot') : 'tick';
  if (noStep === null) return null;
  return flaw(noStep, `{ units, decimals }, whole numbers from 1 and from 0 to ${DECIMALS_MAX}`);
}

function isStep(step: unknown): boolean {
  if (typeof step !== 'object' || step === null) return false;
  const { units, decimals } = step as { units?: unknown; decimals?: unknown };
  return isWhole(units, 1, Number.MAX_SAFE_INTEGER) && isWhole(decimals, 0, DECIMALS_MAX);
}

function isWhole(value: unknown, min: number, max: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;
}

function shown(value: unknown): string {
  return value === undefined ? 'missing' : (JSON.stringify(value) ?? typeof value);
}
