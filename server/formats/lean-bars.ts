import { powerOfTen, type Decimal } from '#protocol';
import { emptyBar, type BarNumbers } from '../tape/bar-numbers.ts';
import { compareDecimals } from './decimal-compare.ts';
import { LeanCells } from './lean-cells.ts';
import type { LeanName } from './lean-name.ts';
import type { RowLayout } from './recording-format.ts';
import type { RowCells, RowTarget } from './row-cells.ts';

const HOUR_S = 3_600;
const DAY_S = 86_400;
const DAY_MS = 86_400_000;
const SECOND_US = 1_000_000;

/** When a bar began and how long it is. */
interface BarSpan {
  startUs: number;
  seconds: number;
}

/**
 * Whether rows with dates are hours or days is not in them: the first row waits for the second. Invariant: rows come out in the
 * order in which they came in.
 */
class LeanBarRows<Row> {
  readonly #lean: LeanCells;
  readonly #emit: (row: Row, span: BarSpan) => void;
  #seconds: number;
  #waiting: { row: Row; dayMs: number; timeMs: number } | null = null;
  readonly #hasDates: boolean;

  constructor(lean: LeanCells, name: LeanName, emit: (row: Row, span: BarSpan) => void) {
    this.#lean = lean;
    this.#seconds = name.barSeconds;
    this.#hasDates = Number.isNaN(name.dayMs);
    this.#emit = emit;
  }

  add(row: () => Row): void {
    if (!this.#hasDates) {
      this.#emit(row(), { startUs: this.#lean.timeUs(), seconds: this.#seconds });
      return;
    }
    const { dayMs, timeMs } = this.#lean.dated();
    if (Number.isNaN(this.#seconds)) {
      if (this.#waiting === null) {
        this.#waiting = { row: row(), dayMs, timeMs };
        return;
      }
      const { dayMs: beforeDayMs, timeMs: beforeTimeMs } = this.#waiting;
      this.#settle(Math.abs(dayMs + timeMs - beforeDayMs - beforeTimeMs) < DAY_MS);
    }
    this.#emit(row(), this.#span(dayMs, timeMs));
  }

  finish(): void {
    if (this.#waiting !== null) this.#settle(this.#waiting.timeMs !== 0);
  }

  #settle(isHours: boolean): void {
    const { row, dayMs, timeMs } = this.#waiting!;
    this.#waiting = null;
    this.#seconds = isHours ? HOUR_S : DAY_S;
    this.#emit(row, this.#span(dayMs, timeMs));
  }

  /** A day is that of the date: days begin at midnight UTC wherever a chart shows them. */
  #span(dayMs: number, timeMs: number): BarSpan {
    const startUs = this.#seconds === DAY_S ? dayMs * 1000 : this.#lean.utcUs(dayMs, timeMs);
    return { startUs, seconds: this.#seconds };
  }
}

/** 14400000,4479100,4504600,4478600,4479800,8369: start, open, high, low, close, volume. */
export class LeanTradeBars implements RowLayout {
  readonly #target: RowTarget;
  readonly #cells: RowCells;
  readonly #lean: LeanCells;
  readonly #rows: LeanBarRows<BarNumbers>;
  readonly #bar = emptyBar();

  constructor(target: RowTarget, cells: RowCells, name: LeanName) {
    this.#target = target;
    this.#cells = cells;
    this.#lean = new LeanCells(target, cells, name);
    this.#rows = new LeanBarRows(this.#lean, name, (bar, span) => this.#take(bar, span));
  }

  row(): void {
    this.#rows.add(() => this.#read());
  }

  #read(): BarNumbers {
    const { decimal } = this.#cells;
    const bar = this.#bar;
    for (const [cell, number] of [bar.open, bar.high, bar.low, bar.close].entries()) {
      this.#lean.price(cell + 1);
      number.mantissa = decimal.mantissa;
      number.decimals = decimal.decimals;
    }
    this.#lean.size(5);
    bar.volume.mantissa = decimal.mantissa;
    bar.volume.decimals = decimal.decimals;
    return bar;
  }

  #take(bar: BarNumbers, { startUs, seconds }: BarSpan): void {
    const { builder, anomalies } = this.#target;
    const { instrument } = this.#lean;
    const endUs = startUs + seconds * SECOND_US;
    const misfit = builder.bar(instrument, endUs, endUs, startUs, seconds, bar);
    if (misfit !== 'none') this.#cells.checkFit(misfit, { price: 1, size: 5 });
    anomalies.bar(instrument, endUs, seconds);
  }

  finish(): void {
    this.#rows.finish();
  }
}

/** Both sides of a stretch of quotes; a side that was absent is empty or 0. */
interface QuoteBar {
  bid: BarNumbers | null;
  ask: BarNumbers | null;
}

/**
 * Start, then open, high, low, close and last size of the bid, and the same of the ask. What is played is the quote at the end of
 * the stretch. Currencies have no trades, so theirs also become bars of the middle between both sides, as Lean itself charts them.
 */
export class LeanQuoteBars implements RowLayout {
  readonly #target: RowTarget;
  readonly #cells: RowCells;
  readonly #lean: LeanCells;
  readonly #rows: LeanBarRows<QuoteBar>;
  readonly #hasMiddle: boolean;

  constructor(target: RowTarget, cells: RowCells, name: LeanName) {
    this.#target = target;
    this.#cells = cells;
    this.#lean = new LeanCells(target, cells, name);
    this.#hasMiddle = !name.hasTrades;
    this.#rows = new LeanBarRows(this.#lean, name, (bar, span) => this.#take(bar, span));
  }

  row(): void {
    this.#rows.add(() => ({ bid: this.#side(1), ask: this.#side(6) }));
  }

  #side(first: number): BarNumbers | null {
    const { decimal } = this.#cells;
    const bar = emptyBar();
    for (const [cell, number] of [bar.open, bar.high, bar.low, bar.close].entries()) {
      if (!this.#lean.side(first + cell)) return null;
      number.mantissa = decimal.mantissa;
      number.decimals = decimal.decimals;
    }
    // Currencies leave it empty.
    if (this.#target.rows.isEmpty(first + 4)) return bar;
    this.#lean.size(first + 4);
    bar.volume.mantissa = decimal.mantissa;
    bar.volume.decimals = decimal.decimals;
    return bar;
  }

  #take({ bid, ask }: QuoteBar, { startUs, seconds }: BarSpan): void {
    const { builder, anomalies, counts } = this.#target;
    const { instrument } = this.#lean;
    const endUs = startUs + seconds * SECOND_US;
    const none: Decimal = { mantissa: Number.NaN, decimals: 0 };
    const bidClose = bid?.close ?? none;
    const bidSize = bid?.volume ?? none;
    const askClose = ask?.close ?? none;
    const askSize = ask?.volume ?? none;
    const misfit = builder.quote(
      instrument,
      endUs,
      endUs,
      bidClose.mantissa,
      bidClose.decimals,
      bidSize.mantissa,
      bidSize.decimals,
      askClose.mantissa,
      askClose.decimals,
      askSize.mantissa,
      askSize.decimals,
    );
    if (misfit !== 'none') this.#cells.checkFit(misfit, { bid: 4, bidSize: 5, ask: 9, askSize: 10 });
    counts.quote += 1;
    if (this.#hasMiddle && bid !== null && ask !== null) {
      const fit = builder.bar(instrument, endUs, endUs, startUs, seconds, middleBar(bid, ask));
      if (fit !== 'none') this.#cells.checkFit(fit, { price: 4, size: 5 });
      counts.bar += 1;
    } else {
      anomalies.mark('quote_bars_as_close');
    }
    anomalies.bar(instrument, endUs, seconds);
    anomalies.spread(
      compareDecimals(askClose.mantissa, askClose.decimals, bidClose.mantissa, bidClose.decimals),
    );
  }

  finish(): void {
    this.#rows.finish();
  }
}

function middleBar(bid: BarNumbers, ask: BarNumbers): BarNumbers {
  return {
    open: middle(bid.open, ask.open),
    high: middle(bid.high, ask.high),
    low: middle(bid.low, ask.low),
    close: middle(bid.close, ask.close),
    volume: { mantissa: 0, decimals: 0 },
  };
}

/** Half the sum, exactly: one more decimal where the sum is odd. */
function middle(left: Decimal, right: Decimal): Decimal {
  const finest = Math.max(left.decimals, right.decimals);
  const sum =
    left.mantissa * powerOfTen(finest - left.decimals) + right.mantissa * powerOfTen(finest - right.decimals);
  let mantissa = sum * 5;
  let decimals = finest + 1;
  while (decimals > 0 && mantissa % 10 === 0) {
    mantissa /= 10;
    decimals -= 1;
  }
  return { mantissa, decimals };
}
