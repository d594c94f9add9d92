import type { FeedState, InstrumentDefinition, InstrumentId, MarketEvent, MarketEventType } from '#protocol';
import type { EventSink } from '../../engine/ports.ts';

/** What a feed delivered, for checks to look at. */
export class KitSink implements EventSink {
  readonly definitions = new Map<string, InstrumentDefinition>();
  readonly events: Record<MarketEventType, number> = { trade: 0, quote: 0, book: 0, statistics: 0, bar: 0 };
  /** `symbol id` of each trade, in order. */
  readonly trades: string[] = [];
  /** Why a symbol is not live; absent = nothing was said yet. */
  readonly trust = new Map<string, string>();
  readonly ofSymbol = new Map<string, number>();
  /** Called with each event, as work that takes its time would be. */
  onWork: () => void = () => undefined;
  state: FeedState = 'connecting';
  message = '';
  readonly #symbols: string[] = [];

  get total(): number {
    return Object.values(this.events).reduce((sum, count) => sum + count, 0);
  }

  ids(symbols: readonly string[]): InstrumentId[] {
    return symbols.map((symbol) => this.#symbols.indexOf(symbol) as InstrumentId).filter((id) => id >= 0);
  }

  isLive(symbol: string): boolean {
    return this.trust.get(symbol) === '';
  }

  define(definition: InstrumentDefinition): InstrumentId {
    const { symbol } = definition;
    if (!this.definitions.has(symbol)) this.#symbols.push(symbol);
    this.definitions.set(symbol, definition);
    return this.#symbols.indexOf(symbol) as InstrumentId;
  }

  onEvent(event: MarketEvent): void {
    const symbol = this.#symbols[event.instrument] ?? '';
    this.events[event.type] += 1;
    this.ofSymbol.set(symbol, (this.ofSymbol.get(symbol) ?? 0) + 1);
    if (event.type === 'trade') this.trades.push(`${symbol} ${event.tradeId}`);
    this.onWork();
  }

  onState(state: FeedState, message: string): void {
    this.state = state;
    this.message = message;
  }

  onTrust(instrument: InstrumentId, reason: string): void {
    this.trust.set(this.#symbols[instrument] ?? '', reason);
  }
}
