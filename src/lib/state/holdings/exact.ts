import { decimalText } from '../../../protocol/decimal.ts';

/** mantissa x 10^-decimals, of any size: what money is added up in. */
export interface Exact {
  readonly mantissa: bigint;
  readonly decimals: number;
}

export const ZERO: Exact = { mantissa: 0n, decimals: 0 };
/** Digits after the point of a quotient, which has no end of its own. */
const QUOTIENT_DECIMALS = 12;
const TEXT = /^([+-]?)(\d{0,24})(?:\.(\d{0,18}))?$/;

/** `-12.340` -> -12340, 3. Null for text that is no plain decimal number of at most 24 digits before the point and 18 after it. */
export function readExact(text: string): Exact | null {
  const [, sign = '', whole = '', fraction = ''] = TEXT.exec(text) ?? [];
  if (whole.length + fraction.length === 0) return null;
  const mantissa = BigInt(whole + fraction);
  return shortened({ mantissa: sign === '-' ? -mantissa : mantissa, decimals: fraction.length });
}

export function exactText({ mantissa, decimals }: Exact): string {
  return decimalText(mantissa, decimals);
}

export function plus(one: Exact, other: Exact): Exact {
  const decimals = Math.max(one.decimals, other.decimals);
  return { mantissa: scaled(one, decimals) + scaled(other, decimals), decimals };
}

export function minus(one: Exact, other: Exact): Exact {
  return plus(one, { mantissa: -other.mantissa, decimals: other.decimals });
}

export function times(one: Exact, other: Exact): Exact {
  return shortened({ mantissa: one.mantissa * other.mantissa, decimals: one.decimals + other.decimals });
}

/** Rounded half away from zero at twelve decimals. Null for a division by zero. */
export function over(one: Exact, other: Exact): Exact | null {
  if (other.mantissa === 0n) return null;
  const shift = QUOTIENT_DECIMALS + other.decimals - one.decimals;
  const [above, below] =
    shift >= 0
      ? [one.mantissa * 10n ** BigInt(shift), other.mantissa]
      : [one.mantissa, other.mantissa * 10n ** BigInt(-shift)];
  return shortened({ mantissa: dividedHalfAway(above, below), decimals: QUOTIENT_DECIMALS });
}

/** With so many decimals, half away from zero. */
export function rounded(value: Exact, decimals: number): Exact {
  if (value.decimals <= decimals) return { mantissa: scaled(value, decimals), decimals };
  return { mantissa: dividedHalfAway(value.mantissa, 10n ** BigInt(value.decimals - decimals)), decimals };
}

function dividedHalfAway(above: bigint, below: bigint): bigint {
  const isNegative = above < 0n !== below < 0n;
  const [dividend, divisor] = [above < 0n ? -above : above, below < 0n ? -below : below];
  const quotient = (2n * dividend + divisor) / (2n * divisor);
  return isNegative ? -quotient : quotient;
}

function scaled({ mantissa, decimals }: Exact, to: number): bigint {
  return mantissa * 10n ** BigInt(to - decimals);
}

function shortened(value: Exact): Exact {
  let { mantissa, decimals } = value;
  while (decimals > 0 && mantissa % 10n === 0n) {
    mantissa /= 10n;
    decimals -= 1;
  }
  return { mantissa, decimals };
}
