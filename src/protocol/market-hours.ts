import type { InstrumentDefinition } from './instrument.ts';
import { zoneOffsetS, type IanaZone } from './zone-offset.ts';

/** When an exchange trades, Monday to Friday. Holidays and short days are not in it: nothing here knows a calendar. */
export interface TradingHours {
  readonly zone: IanaZone;
  /** Of the clock there: opens, closes, and again after a lunch break. Closes include the closing auction. */
  readonly clocks: readonly string[];
}

/** The close that an exchange is behind. */
export interface Closing {
  readonly timeUs: number;
  /** Of the exchange's own clock: `16:00`. */
  readonly clock: string;
  /** Where that clock hangs: `New York`. */
  readonly city: string;
}

const LONDON: TradingHours = { zone: 'Europe/London', clocks: ['08:00', '16:30'] };

/** Where shares and indexes in a currency are traded. Euros are not here: their exchanges keep one clock, but not one city. */
const SHARE_HOURS: Readonly<Record<string, TradingHours>> = {
  USD: { zone: 'America/New_York', clocks: ['09:30', '16:00'] },
  CAD: { zone: 'America/Toronto', clocks: ['09:30', '16:00'] },
  GBP: LONDON,
  GBX: LONDON,
  GBp: LONDON,
  CHF: { zone: 'Europe/Zurich', clocks: ['09:00', '17:30'] },
  JPY: { zone: 'Asia/Tokyo', clocks: ['09:00', '11:30', '12:30', '15:30'] },
  HKD: { zone: 'Asia/Hong_Kong', clocks: ['09:30', '12:00', '13:00', '16:00'] },
  CNY: { zone: 'Asia/Shanghai', clocks: ['09:30', '11:30', '13:00', '15:00'] },
  INR: { zone: 'Asia/Kolkata', clocks: ['09:15', '15:30'] },
  AUD: { zone: 'Australia/Sydney', clocks: ['10:00', '16:00'] },
};

/**
 * Hours of an instrument's exchange, by its class and currency: sources do not tell them. Null where there are none (crypto), where they
 * differ by place (currencies, futures), or where the place cannot be told.
 */
export function tradingHours({
  assetClass,
  currency,
}: Pick<InstrumentDefinition, 'assetClass' | 'currency'>): TradingHours | null {
  if (assetClass !== 'equity' && assetClass !== 'index') return null;
  // Whoever pushes prices names the currency: it may be called `constructor`.
  return Object.hasOwn(SHARE_HOURS, currency) ? SHARE_HOURS[currency]! : null;
}

const DAY_S = 86_400;
const MINUTE_S = 60;
/** 1 January 1970 was a Thursday; Monday = 0. */
const EPOCH_WEEKDAY = 3;
/** Trades of the closing auction and late reports come for so long after the close, us. */
const LATE_REPORTS_US = 300_000_000;
/** Outside the hours, who traded so recently still trades, us: before the opening and after the close there is some trade in most places. */
const EXTENDED_QUIET_US = 900_000_000;

/** The last close of an exchange; null while it trades. */
export function lastClosing({ zone, clocks }: TradingHours, nowUs: number): Closing | null {
  const nowS = nowUs / 1e6;
  const wallS = nowS + zoneOffsetS(nowS, zone);
  const today = Math.floor(wallS / DAY_S);
  for (let day = today; ; day -= 1) {
    if ((day + EPOCH_WEEKDAY) % 7 > 4) continue;
    for (let at = clocks.length - 2; at >= 0; at -= 2) {
      const clock = clocks[at + 1]!;
      const openS = day * DAY_S + secondOf(clocks[at]!);
      const closeS = day * DAY_S + secondOf(clock);
      if (wallS < openS) continue;
      if (wallS < closeS) return null;
      // Clocks may have changed since: over a weekend they do.
      const closedS = closeS - zoneOffsetS(closeS - zoneOffsetS(nowS, zone), zone);
      return { timeUs: closedS * 1e6, clock, city: cityOf(zone) };
    }
  }
}

/** Whether instruments trade now, by the hours of their exchanges and by their own last trade. Remembers each exchange for a minute. */
export class MarketHours {
  readonly #known = new Map<TradingHours, { minute: number; closing: Closing | null }>();

  /**
   * The close that an instrument is behind; null while it trades, and where no hours are known. Who trades outside the hours is not closed.
   * @param tradeTimeUs of its last trade; NaN = none is known
   */
  closing(
    instrument: Pick<InstrumentDefinition, 'assetClass' | 'currency'>,
    nowUs: number,
    tradeTimeUs: number,
  ): Closing | null {
    const its = tradingHours(instrument);
    if (its === null || !(nowUs > 0)) return null;
    const minute = Math.floor(nowUs / 1e6 / MINUTE_S);
    let known = this.#known.get(its);
    if (known?.minute !== minute) {
      known = { minute, closing: lastClosing(its, nowUs) };
      this.#known.set(its, known);
    }
    const { closing } = known;
    if (closing === null) return null;
    const tradesOn =
      tradeTimeUs > closing.timeUs + LATE_REPORTS_US && nowUs - tradeTimeUs < EXTENDED_QUIET_US;
    return tradesOn ? null : closing;
  }
}

/** `Closed 16:00 New York.` */
export function closingSentence({ clock, city }: Closing): string {
  return `Closed ${clock} ${city}.`;
}

function secondOf(clock: string): number {
  return 3600 * Number(clock.slice(0, 2)) + MINUTE_S * Number(clock.slice(3));
}

function cityOf(zone: IanaZone): string {
  return zone.slice(zone.lastIndexOf('/') + 1).replaceAll('_', ' ');
}
