import type { Decimal } from '#protocol';

/** The numbers of a bar as a file writes them, without trailing zeros. A volume of NaN is one that the file does not have. */
export interface BarNumbers {
  open: Decimal;
  high: Decimal;
  low: Decimal;
  close: Decimal;
  volume: Decimal;
}

export function emptyBar(): BarNumbers {
  const nothing = (): Decimal => ({ mantissa: 0, decimals: 0 });
  return { open: nothing(), high: nothing(), low: nothing(), close: nothing(), volume: nothing() };
}

export function copyBar({ open, high, low, close, volume }: BarNumbers): BarNumbers {
  return {
    open: { ...open },
    high: { ...high },
    low: { ...low },
    close: { ...close },
    volume: { ...volume },
  };
}
