import { LIMITS } from '#protocol';

/** Ceilings of a whole connection: over the rates of all its subscriptions, and over all that the server sends on it. */
export interface ConnectionLimits {
  maxRateHz: number;
  /** 0 = no cap. */
  maxBitsPerSecond: number;
}

/** What holds on a new connection. */
export const NO_LIMITS: ConnectionLimits = { maxRateHz: LIMITS.rateHzMax, maxBitsPerSecond: 0 };

export function sameLimits(one: ConnectionLimits, other: ConnectionLimits): boolean {
  return one.maxRateHz === other.maxRateHz && one.maxBitsPerSecond === other.maxBitsPerSecond;
}
