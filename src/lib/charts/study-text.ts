import type { Increment } from '#protocol';
import { fixedFormat, formatPrice, NO_VALUE } from '../format/index.ts';
import type { PlottedStudy } from './plotted-studies.ts';

/** A value of a study as text: prices as prices, differences of averages with a digit more, RSI with one decimal. */
export function studyValueText(
  { kind }: Pick<PlottedStudy, 'kind'>,
  value: number,
  { tick }: { tick: Increment },
): string {
  if (!Number.isFinite(value)) return NO_VALUE;
  if (kind === 'rsi') return fixedFormat(1).format(value);
  if (kind !== 'macd') return formatPrice(Math.round(value), { tick });
  const finer = { units: tick.units, decimals: tick.decimals + 1 };
  return formatPrice(Math.round(value * 10), { tick: finer });
}
