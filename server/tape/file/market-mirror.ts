import {
  instrumentId,
  unixUs,
  type BarEvent,
  type BookEvent,
  type MarketEvent,
  type PriceTicks,
  type QuoteEvent,
  type SizeLots,
  type TradeEvent,
} from '#protocol';
import { INTERVALS_S } from '../../engine/bars.ts';
import { Book } from '../../engine/book.ts';
import { areTicks, isTime } from '../../engine/event-check.ts';
import { MarketState } from '../../engine/market-state.ts';
import type { KeyframeBar, KeyframeInstrument } from './keyframe.ts';

const US_PER_S = 1_000_000;
/** More levels than a book keeps. */
const ALL_LEVELS = 1_000_000;

/** What the columns of the state do not hold. */
interface Beside {
  open: number;
  trades: number;
  /** By interval; null = none yet. The trades of `second` are not in them. */
  bars: (KeyframeBar | null)[];
  /** Start of the newest bar that the source sent as a whole, by interval. */
  readonly sentS: number[];
  /** Trades of one second that came one after the other: each interval takes them in one go. */
  readonly second: TradedSecond;
  book: Book | null;
}

interface TradedSecond {
  /** NaN = there are none. */
  timeS: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

/**
 * The state that events lead to, for keyframes. Not an engine: no versions, no listener, of bars the newest only. Invariant: it takes
 * what the engine takes and refuses what the engine refuses, so that a keyframe is what playing from the start leads to.
 */
export class MarketMirror {
  readonly #state = new MarketState();
  readonly #beside: Beside[] = [];
  readonly #quote: QuoteEvent = {
    type: 'quote',
    instrument: instrumentId(0),
    venueTimeUs: unixUs(0),
    receiveTimeUs: unixUs(0),
    bid: 0 as PriceTicks,
    bidSize: 0 as SizeLots,
    ask: 0 as PriceTicks,
    askSize: 0 as SizeLots,
  };

  /** Makes room for ids below `size`. */
  reserve(size: number): void {
    this.#state.reserve(size);
    while (this.#beside.length < size)
      this.#beside.push({
        open: Number.NaN,
        trades: 0,
        bars: INTERVALS_S.map(() => null),
        sentS: INTERVALS_S.map(() => -Infinity),
        second: { timeS: Number.NaN, open: 0, high: 0, low: 0, close: 0, volume: 0 },
        book: null,
      });
  }

  /** Takes an event that `isRecordable` let through. */
  onEvent(event: MarketEvent): void {
    switch (event.type) {
      case 'trade':
        return this.#trade(event);
      case 'quote':
        this.#state.quote(event);
        return;
      case 'book':
        return this.#book(event);
      case 'statistics':
        if (event.open === event.open) this.#beside[event.instrument]!.open = event.open;
        this.#state.statistics(event);
        return;
      case 'bar':
        return this.#bar(event);
    }
  }

  /** Writes an instrument's values in finer units: how many of them one was, whole numbers. */
  rescale(id: number, price: number, size: number): void {
    if (price === 1 && size === 1) return;
    const beside = this.#beside[id]!;
    fold(beside);
    this.#state.rescale(id, price, size);
    beside.open *= price;
    beside.book?.rescale(price, size);
    for (const bar of beside.bars) {
      if (bar === null) continue;
      for (const field of ['open', 'high', 'low', 'close'] as const) bar[field] *= price;
      bar.volume *= size;
    }
  }

  /** Takes a state in place of all that it knows. */
  replace(instruments: readonly KeyframeInstrument[]): void {
    const size = this.#beside.length;
    this.#state.clear();
    this.#beside.length = 0;
    this.reserve(size);
    this.load(instruments);
  }

  /** Takes the state of a keyframe in place of its own. */
  load(instruments: readonly KeyframeInstrument[]): void {
    const { columns } = this.#state;
    for (const state of instruments) {
      const id = state.instrument;
      for (const field of ['last', 'lastSize', 'volume', 'tradeTimeUs', 'high', 'low'] as const)
        columns[field][id] = state[field];
      for (const field of ['bid', 'bidSize', 'ask', 'askSize'] as const) columns[field][id] = state[field];
      this.#state.loadDay(state);
      const beside = this.#beside[id]!;
      fold(beside);
      beside.open = state.open;
      beside.trades = state.trades;
      for (const bar of state.bars) {
        const index = INTERVALS_S.indexOf(bar.intervalSeconds);
        if (index >= 0) beside.bars[index] = { ...bar };
      }
      resume(beside);
      if (state.book === null) continue;
      beside.book = new Book();
      beside.book.apply(true, state.book.bids, state.book.asks);
    }
  }

  /** The state of every instrument of which something is known. */
  capture(): KeyframeInstrument[] {
    const { columns } = this.#state;
    const instruments: KeyframeInstrument[] = [];
    for (const [id, beside] of this.#beside.entries()) {
      fold(beside);
      const { open, trades, bars, book } = beside;
      const state: KeyframeInstrument = {
        instrument: id,
        last: columns.last[id]!,
        lastSize: columns.lastSize[id]!,
        volume: exact(columns.volume[id]!),
        tradeTimeUs: columns.tradeTimeUs[id]!,
        bid: columns.bid[id]!,
        bidSize: columns.bidSize[id]!,
        ask: columns.ask[id]!,
        askSize: columns.askSize[id]!,
        high: columns.high[id]!,
        low: columns.low[id]!,
        open,
        trades,
        bars: bars.filter(isKept),
        book: book === null ? null : { bids: book.bids(ALL_LEVELS), asks: book.asks(ALL_LEVELS) },
      };
      if (book !== null || trades > 0 || isKnown(state)) instruments.push(state);
    }
    return instruments;
  }

  #trade(event: TradeEvent): void {
    if (!isTime(event.venueTimeUs, event.receiveTimeUs)) return;
    const beside = this.#beside[event.instrument]!;
    if (this.#state.beginsDay(event.instrument, event.venueTimeUs) || Number.isNaN(beside.open))
      beside.open = event.price;
    const behindUs = this.#state.behind(event);
    this.#state.trade(event);
    beside.trades += 1;
    const { price, size } = event;
    const { second } = beside;
    const startUs = second.timeS * US_PER_S;
    if (behindUs !== behindUs && event.venueTimeUs >= startUs && event.venueTimeUs < startUs + US_PER_S) {
      if (price > second.high) second.high = price;
      if (price < second.low) second.low = price;
      second.close = price;
      second.volume += size;
      return;
    }
    fold(beside);
    second.timeS = Math.floor(event.venueTimeUs / US_PER_S);
    second.open = price;
    second.high = price;
    second.low = price;
    second.close = price;
    second.volume = size;
    if (behindUs === behindUs) fold(beside, Math.floor(behindUs / US_PER_S));
  }

  #book(event: BookEvent): void {
    const { columns } = this.#state;
    const id = event.instrument;
    const book = (this.#beside[id]!.book ??= new Book());
    const hadBid = book.bidPrice === book.bidPrice;
    const hadAsk = book.askPrice === book.askPrice;
    book.apply(event.snapshot, event.bids, event.asks);
    const quote = this.#quote;
    quote.instrument = id;
    quote.bid = book.bidPrice as PriceTicks;
    quote.bidSize = book.bidSize as SizeLots;
    quote.ask = book.askPrice as PriceTicks;
    quote.askSize = book.askSize as SizeLots;
    this.#state.quote(quote);
    if (hadBid && quote.bid !== quote.bid) {
      columns.bid[id] = Number.NaN;
      columns.bidSize[id] = Number.NaN;
    }
    if (hadAsk && quote.ask !== quote.ask) {
      columns.ask[id] = Number.NaN;
      columns.askSize[id] = Number.NaN;
    }
  }

  #bar(event: BarEvent): void {
    const { instrument, intervalSeconds, open, high, low, close, volume } = event;
    const startS = event.startTimeUs / US_PER_S;
    if (!areTicks(open, high, low, close) || startS % intervalSeconds !== 0) return;
    if (!isTime(event.startTimeUs, event.receiveTimeUs)) return;
    const index = INTERVALS_S.indexOf(intervalSeconds);
    if (index < 0) return;
    const beside = this.#beside[instrument]!;
    fold(beside);
    const before = beside.bars[index]!;
    if (before !== null && startS < before.startS) return;
    const bar = { intervalSeconds, startS, open, high, low, close, volume };
    beside.bars[index] = bar;
    const sent = beside.sentS[index] === startS ? before : null;
    beside.sentS[index] = startS;
    if (beside.trades === 0) lengthen(beside, index, bar, sent);
    if (this.#state.beginsDay(instrument, event.startTimeUs) || Number.isNaN(beside.open)) beside.open = open;
    this.#state.bar(event, sent?.volume ?? 0);
  }
}

/**
 * Puts the trades of the second into the bars. A second lies in one bar of each interval.
 * @param behindS second of the newest trade, where they lie before it; else NaN
 */
function fold({ bars, second }: Beside, behindS = Number.NaN): void {
  const { timeS, open, high, low, close, volume } = second;
  if (timeS !== timeS) return;
  second.timeS = Number.NaN;
  for (let index = 0; index < INTERVALS_S.length; index += 1) {
    const intervalSeconds = INTERVALS_S[index]!;
    const startS = timeS - (timeS % intervalSeconds);
    const bar = bars[index]!;
    if (bar === null) bars[index] = { intervalSeconds, startS, open, high, low, close, volume };
    else if (startS > bar.startS) {
      bar.startS = startS;
      bar.open = open;
      bar.high = high;
      bar.low = low;
      bar.close = close;
      bar.volume = volume;
    } else if (startS === bar.startS) {
      if (high > bar.high) bar.high = high;
      if (low < bar.low) bar.low = low;
      if (behindS - (behindS % intervalSeconds) !== startS) bar.close = close;
      bar.volume += volume;
    }
  }
}

/** As `InstrumentBars` makes the longer bars of the shortest. */
function lengthen(
  { bars, sentS }: Beside,
  shortest: number,
  bar: KeyframeBar,
  before: KeyframeBar | null,
): void {
  if (bars.findIndex((held) => held !== null) !== shortest) return;
  for (let index = shortest + 1; index < INTERVALS_S.length; index += 1) {
    const intervalSeconds = INTERVALS_S[index]!;
    const startS = bar.startS - (bar.startS % intervalSeconds);
    if (startS <= sentS[index]!) continue;
    const held = bars[index]!;
    if (held === null || startS > held.startS) {
      bars[index] = { ...bar, intervalSeconds, startS };
    } else if (startS === held.startS) {
      if (bar.high > held.high) held.high = bar.high;
      if (bar.low < held.low) held.low = bar.low;
      held.close = bar.close;
      held.volume += bar.volume - (before?.volume ?? 0);
    }
  }
}

/** As `InstrumentBars` goes on from a state. */
function resume({ bars, sentS, trades }: Beside): void {
  const shortest = bars.findIndex((held) => held !== null);
  if (shortest < 0) return;
  const { startS } = bars[shortest]!;
  for (let index = 0; index < INTERVALS_S.length; index += 1)
    sentS[index] = bars[index] === null ? startS - (startS % INTERVALS_S[index]!) : -Infinity;
  if (trades === 0) sentS[shortest] = startS;
}

function isKept(bar: KeyframeBar | null): bar is KeyframeBar {
  return bar !== null && Number.isSafeInteger(bar.volume);
}

function isKnown({ last, volume, bid, ask, high, low, bidSize, askSize, open }: KeyframeInstrument): boolean {
  const isPriced =
    last === last || bid === bid || ask === ask || high === high || low === low || open === open;
  return isPriced || volume === volume || bidSize === bidSize || askSize === askSize;
}

/** Beyond 2^53 a sum is no longer known. */
function exact(value: number): number {
  return Number.isSafeInteger(value) ? value : Number.NaN;
}
