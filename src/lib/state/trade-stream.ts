import { LIMITS, unixUs, type Aggressor } from '#protocol';
import { TRADE_NUMBERS, type HistoryOutcome, type TradesCommit } from '../client/worker-api.ts';
import { mayAskAgain } from './bar-stream.ts';
import type { Trade, TradeListener } from './market.ts';
import { STREAM_RATE_HZ, type MarketStream, type StreamContext } from './market-stream.ts';

/** Trades kept while the history is under way. */
const MEANWHILE_MAX = 2_000;

/**
 * The last trades of one instrument joined with those that come. Invariant: the listener gets each trade number at most once
 * and in rising order, with every hole told.
 */
export class TradeFeed implements MarketStream {
  readonly key: string;
  readonly #listener: TradeListener;
  readonly #context: StreamContext;
  readonly #unsubscribe: () => void;
  #meanwhile: Trade[] = [];
  #lastSeq = 0;
  #isComplete = false;
  #mustWait = false;
  #cancel: (() => void) | null = null;

  constructor(key: string, listener: TradeListener, context: StreamContext) {
    this.key = key;
    this.#listener = listener;
    this.#context = context;
    this.#unsubscribe = context.link.share('trade', key, STREAM_RATE_HZ);
    this.advance();
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#isComplete = true;
    this.#unsubscribe();
  }

  /** What was missed comes by itself, or is told as lost. */
  onConnected(): void {
    this.#mustWait = false;
  }

  onVoid(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#isComplete = false;
    this.#mustWait = false;
    this.#meanwhile = [];
    this.#lastSeq = 0;
    this.#listener.onReset([]);
  }

  onTrades({ lost, rows }: TradesCommit): void {
    const trades = tradesOf(rows).filter((trade) => trade.seq > this.#lastSeq);
    if (!this.#isComplete) {
      this.#meanwhile.push(...trades);
      this.#meanwhile.splice(0, this.#meanwhile.length - MEANWHILE_MAX);
      return;
    }
    if (lost > 0) this.#listener.onLost(lost);
    if (trades.length === 0) return;
    this.#lastSeq = trades.at(-1)!.seq;
    this.#listener.onTrades(trades);
  }

  onSecond(): void {
    this.#mustWait = false;
  }

  advance(): void {
    if (this.#isComplete || this.#cancel !== null || this.#mustWait) return;
    const instrument = this.#context.idOf(this.key);
    if (instrument === undefined || !this.#context.canAsk()) return;
    const count = LIMITS.tradeHistoryPerInstrument;
    this.#cancel = this.#context.link.history({ kind: 'trades', instrument, count }, (outcome) =>
      this.#onHistory(outcome),
    );
  }

  #onHistory(outcome: HistoryOutcome): void {
    this.#cancel = null;
    if (!outcome.ok && mayAskAgain(outcome)) {
      this.#mustWait = true;
      return;
    }
    const past = outcome.ok && outcome.answer.kind === 'trades' ? tradesOf(outcome.answer.rows) : [];
    const lastPast = past.at(-1)?.seq ?? 0;
    const trades = [...past, ...this.#meanwhile.filter((trade) => trade.seq > lastPast)];
    this.#meanwhile = [];
    this.#lastSeq = trades.at(-1)?.seq ?? 0;
    this.#isComplete = true;
    this.#listener.onReset(trades);
  }
}

function tradesOf(rows: ArrayLike<number>): Trade[] {
  const trades: Trade[] = [];
  for (let at = 0; at < rows.length; at += TRADE_NUMBERS) {
    trades.push({
      seq: rows[at]!,
      venueTimeUs: unixUs(rows[at + 1]!),
      price: rows[at + 2]!,
      size: rows[at + 3]!,
      aggressor: rows[at + 4] as Aggressor,
    });
  }
  return trades;
}
