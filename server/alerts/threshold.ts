import { parseDecimal, powerOfTen, type AlertPhase, type Decimal } from '#protocol';

/** The threshold less what a rule has to come back by; null where it has to come back to just below the threshold. */
export function lessBy(threshold: Decimal, rearmBy: string): Decimal | null {
  const by = parseDecimal(rearmBy);
  if (by === null || by.mantissa === 0) return null;
  const decimals = Math.max(threshold.decimals, by.decimals);
  const mantissa =
    threshold.mantissa * powerOfTen(decimals - threshold.decimals) -
    by.mantissa * powerOfTen(decimals - by.decimals);
  return { mantissa, decimals };
}

/** Whether a value that does not meet its threshold is far enough from it. Before the first firing there is nothing to come back from. */
export function isBackBy(
  phase: AlertPhase,
  lower: Decimal | null,
  reaches: (threshold: Decimal) => boolean,
): boolean {
  return phase !== 'rearming' || lower === null || !reaches(lower);
}
