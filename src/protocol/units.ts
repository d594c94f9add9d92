declare const unit: unique symbol;
type Unit<Name extends string> = number & { readonly [unit]: Name };

/** Microseconds since 1970-01-01T00:00:00Z. Exact in a JS number until the year 2255. */
export type UnixUs = Unit<'UnixUs'>;
/** A span of time in milliseconds. */
export type DurationMs = Unit<'DurationMs'>;
/** A price as a whole number of the instrument's ticks; NaN means "no price". */
export type PriceTicks = Unit<'PriceTicks'>;
/** A quantity as a whole number of the instrument's lots; NaN means "no size". */
export type SizeLots = Unit<'SizeLots'>;
/** Trade sequence number of one instrument within one epoch: 1, 2, 3, ... */
export type SeqNo = Unit<'SeqNo'>;
/** Position in a timeline's dictionary: a small integer from 0. */
export type InstrumentId = Unit<'InstrumentId'>;
/** Version of a timeline's state, an unsigned 32-bit integer that only rises within one epoch. */
export type AsOf = Unit<'AsOf'>;

export const unixUs = (value: number): UnixUs => value as UnixUs;
export const durationMs = (value: number): DurationMs => value as DurationMs;
export const priceTicks = (value: number): PriceTicks => value as PriceTicks;
export const sizeLots = (value: number): SizeLots => value as SizeLots;
export const seqNo = (value: number): SeqNo => value as SeqNo;
export const instrumentId = (value: number): InstrumentId => value as InstrumentId;
export const asOf = (value: number): AsOf => value as AsOf;

/** The absent price or size. Compare with `Number.isNaN`. */
export const ABSENT = Number.NaN;
