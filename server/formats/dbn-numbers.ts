/** Decimals of all prices. */
export const DBN_PRICE_PLACES = 9;

/** 2^32 nanoseconds are 4,294,967 us and 296 ns. */
const HIGH_US = 4_294_967;
const HIGH_REST_NS = 296;
const HIGH = 4_294_967_296;
const UINT32_MAX = 0xff_ff_ff_ff;
const INT32_MAX = 0x7f_ff_ff_ff;
/** Above it the product with 2^32 has more than 53 bits. */
const SAFE_HIGH = 2_097_151;

/** A uint64 of nanoseconds as microseconds, cut and never rounded; NaN for the stamp that means "none". */
export function timeUsAt(view: DataView, at: number): number {
  const low = view.getUint32(at, true);
  const high = view.getUint32(at + 4, true);
  if (high === UINT32_MAX && low === UINT32_MAX) return Number.NaN;
  return high * HIGH_US + Math.floor((high * HIGH_REST_NS + low) / 1000);
}

/** An int64 price in billionths as a number; NaN for the price that means "none", Infinity for one of more than 53 bits. */
export function priceAt(view: DataView, at: number): number {
  const low = view.getUint32(at, true);
  const high = view.getInt32(at + 4, true);
  if (high <= SAFE_HIGH && high >= -SAFE_HIGH) return high * HIGH + low;
  return high === INT32_MAX && low === UINT32_MAX ? Number.NaN : Number.POSITIVE_INFINITY;
}

/** A uint64 count; Infinity for one of more than 53 bits. */
export function countAt(view: DataView, at: number): number {
  const high = view.getUint32(at + 4, true);
  return high <= SAFE_HIGH ? high * HIGH + view.getUint32(at, true) : Number.POSITIVE_INFINITY;
}

/** A uint32 size; NaN for the size that means "none". */
export function sizeAt(view: DataView, at: number): number {
  const size = view.getUint32(at, true);
  return size === UINT32_MAX ? Number.NaN : size;
}

/**
 * A price in billionths as mantissa and decimals, without trailing zeros. One is kept for each price of a record, so that none is
 * made anew.
 */
export class DbnPrice {
  mantissa = Number.NaN;
  decimals = 0;

  /** False for a price that 53 bits do not hold even without its zeros. */
  read(view: DataView, at: number): boolean {
    const price = priceAt(view, at);
    if (price === Number.POSITIVE_INFINITY) return this.#readLong(view.getBigInt64(at, true));
    this.#set(price, DBN_PRICE_PLACES);
    return true;
  }

  #readLong(price: bigint): boolean {
    let mantissa = price;
    let decimals = DBN_PRICE_PLACES;
    while (decimals > 0 && mantissa % 10n === 0n) {
      mantissa /= 10n;
      decimals -= 1;
    }
    const number = Number(mantissa);
    if (!Number.isSafeInteger(number)) return false;
    this.mantissa = number;
    this.decimals = decimals;
    return true;
  }

  #set(price: number, places: number): void {
    let mantissa = price;
    let decimals = places;
    if (mantissa !== mantissa || mantissa === 0) decimals = 0;
    // Nearly all prices are whole thousandths.
    else if (mantissa % 1_000_000 === 0) {
      mantissa /= 1_000_000;
      decimals -= 6;
    }
    while (decimals > 0 && mantissa % 10 === 0) {
      mantissa /= 10;
      decimals -= 1;
    }
    this.mantissa = mantissa;
    this.decimals = decimals;
  }
}
