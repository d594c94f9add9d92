import { rounded, exactText, type Exact } from '../../state/holdings/exact.ts';
import { fixedFormat, NO_VALUE, withMinus } from '../../format/index.ts';

/** Money of any size with two decimals, exactly: the digits go to the formatter as text. */
export function moneyText(value: Exact | null): string {
  if (value === null) return NO_VALUE;
  return withMinus(fixedFormat(2).format(exactText(rounded(value, 2)) as Intl.StringNumericLiteral));
}

/** The same with a plus where it is one. */
export function profitText(value: Exact | null): string {
  return value !== null && rounded(value, 2).mantissa > 0n ? `+${moneyText(value)}` : moneyText(value);
}

/** Profit as a share of what was paid, for showing only. NaN where nothing was. */
export function profitRatio(profit: Exact | null, cost: Exact): number {
  if (profit === null || cost.mantissa === 0n) return Number.NaN;
  return Number(exactText(profit)) / Math.abs(Number(exactText(cost)));
}

export function profitLook(profit: Exact | null): 'up' | 'down' | 'flat' {
  if (profit === null) return 'flat';
  const { mantissa } = rounded(profit, 2);
  return mantissa > 0n ? 'up' : mantissa < 0n ? 'down' : 'flat';
}
