import { BAR_INTERVAL_SECONDS, LIMITS, unixUs, type BarInterval } from '#protocol';
import { PAGE_CODES } from '../../protocol/page-codes.ts';
import { COMMIT_BAR_NUMBERS, type BarsCommit, type HistoryOutcome } from '../client/worker-api.ts';
import { BarSeries } from './bar-series.ts';
import type { BarListener, BarsQuery } from './market.ts';
import { STREAM_RATE_HZ, type MarketStream, type StreamContext } from './market-stream.ts';

/** Whether asking again can help: the server was busy with us, or the connection ended. */
export function mayAskAgain(outcome: HistoryOutcome & { ok: false }): boolean {
  return outcome.code === null || outcome.code === PAGE_CODES.tooManyMessages;
}

/**
 * History of one instrument joined with its bars as they change. Subscribes first and asks then, so that no bar falls between
 * the two. Invariant: the listener gets `onBar` only after an `onRows` that it continues.
 */
export class BarFeed implements MarketStream {
  readonly key: string;
  readonly intervalS: number;
  readonly #interval: BarInterval;
  readonly #count: number;
  readonly #listener: BarListener;
  readonly #context: StreamContext;
  readonly #series = new BarSeries();
  /** Bars that came while the series is asked for. */
  readonly #meanwhile = new BarSeries();
  readonly #unsubscribe: () => void;
  #isComplete = false;
  #wantsOlder = false;
  #hasMore = false;
  #mustWait = false;
  #cancel: (() => void) | null = null;
  /** Undoes what was asked besides the series and is not answered yet. */
  readonly #asked = new Set<() => void>();

  constructor(
    key: string,
    interval: BarInterval,
    count: number,
    listener: BarListener,
    context: StreamContext,
  ) {
    this.key = key;
    this.intervalS = BAR_INTERVAL_SECONDS[interval];
    this.#interval = interval;
    this.#count = Math.min(count, LIMITS.historyRowsMax);
    this.#listener = listener;
    this.#context = context;
    this.#unsubscribe = context.link.share(`bar:${interval}`, key, STREAM_RATE_HZ);
    this.advance();
  }

  close(): void {
    this.#forgetRequest();
    for (const cancel of this.#asked) cancel();
    this.#asked.clear();
    this.#isComplete = true;
    this.#wantsOlder = false;
    this.#unsubscribe();
  }

  loadOlder(): void {
    if (!this.#hasMore || this.#series.isEmpty) return;
    this.#wantsOlder = true;
    this.advance();
  }

  ask(
    { interval, step, beforeS, count }: BarsQuery,
    take: (rows: Float64Array | null, more: boolean) => void,
  ): () => void {
    const instrument = this.#context.idOf(this.key);
    if (instrument === undefined || !this.#context.canAsk()) {
      take(null, false);
      return () => {};
    }
    const query = {
      kind: 'bars',
      instrument,
      interval,
      count: Math.min(count, LIMITS.historyRowsMax),
      ...(step === 1 ? {} : { step }),
      ...(beforeS === null ? {} : { beforeTimeUs: unixUs(beforeS * 1_000_000) }),
    } as const;
    const cancel = this.#context.link.history(query, (outcome) => {
      this.#asked.delete(cancel);
      const answer = outcome.ok && outcome.answer.kind === 'bars' ? outcome.answer : null;
      take(answer === null ? null : Float64Array.from(answer.rows), answer?.more ?? false);
    });
    this.#asked.add(cancel);
    return () => {
      this.#asked.delete(cancel);
      cancel();
    };
  }

  /** Bars may have been finished while we were away: only the one in progress is sent again by itself. */
  onConnected(): void {
    this.#restart();
  }

  onVoid(): void {
    this.#series.clear();
    this.#hasMore = false;
    this.#wantsOlder = false;
    this.#restart();
  }

  onBars({ intervalS, incomplete, rows }: BarsCommit): void {
    if (intervalS !== this.intervalS) return;
    if (incomplete) this.#restart();
    for (let at = 0; at < rows.length; at += COMMIT_BAR_NUMBERS) {
      if (!this.#isComplete) {
        this.#meanwhile.put(rows, at);
        continue;
      }
      this.#series.put(rows, at);
      this.#listener.onBar(
        rows[at]!,
        rows[at + 1]!,
        rows[at + 2]!,
        rows[at + 3]!,
        rows[at + 4]!,
        rows[at + 5]!,
      );
    }
  }

  onSecond(): void {
    this.#mustWait = false;
  }

  advance(): void {
    if (this.#cancel !== null || this.#mustWait || (this.#isComplete && !this.#wantsOlder)) return;
    const instrument = this.#context.idOf(this.key);
    if (instrument === undefined || !this.#context.canAsk()) return;
    const query = { kind: 'bars', instrument, interval: this.#interval, count: this.#count } as const;
    this.#cancel = this.#isComplete
      ? this.#context.link.history(
          { ...query, beforeTimeUs: unixUs(this.#series.firstStartS * 1_000_000) },
          (outcome) => this.#onOlder(outcome),
        )
      : this.#context.link.history(query, (outcome) => this.#onSeries(outcome));
  }

  #onSeries(outcome: HistoryOutcome): void {
    this.#cancel = null;
    if (!outcome.ok && mayAskAgain(outcome)) {
      this.#mustWait = true;
      return;
    }
    const answer = outcome.ok && outcome.answer.kind === 'bars' ? outcome.answer : null;
    const firstBefore = this.#series.firstStartS;
    this.#series.replaceEnd(answer?.rows ?? [], this.#meanwhile);
    this.#meanwhile.clear();
    this.#isComplete = true;
    // Older bars that were loaded before and kept already say whether there is more in front of them.
    if (this.#series.firstStartS !== firstBefore) this.#hasMore = answer?.more ?? false;
    this.#listener.onRows(this.#series.rows(), this.#hasMore);
  }

  #onOlder(outcome: HistoryOutcome): void {
    this.#cancel = null;
    if (!outcome.ok && mayAskAgain(outcome)) {
      this.#mustWait = true;
      return;
    }
    this.#wantsOlder = false;
    const answer = outcome.ok && outcome.answer.kind === 'bars' ? outcome.answer : null;
    const added = this.#series.prepend(answer?.rows ?? []);
    this.#hasMore = (answer?.more ?? false) && added.length > 0;
    this.#listener.onOlder(added, this.#hasMore);
  }

  #restart(): void {
    this.#forgetRequest();
    this.#isComplete = false;
    this.#mustWait = false;
    this.#meanwhile.clear();
  }

  #forgetRequest(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}
