import {
  unixUs,
  type FeedState,
  type InstrumentId,
  type MarketEvent,
  type MarketEventType,
  type UnixUs,
} from '#protocol';
import type { Clock, EventSink, Feed, FeedReport } from '../../engine/ports.ts';
import { UserError } from '../../errors.ts';
import { RecentIds } from '../recent-ids.ts';
import { ListedInstrument } from '../venue/venue-instrument.ts';
import { exchangeNames, guardSends, loadCcxt, type CcxtExchange, type CcxtModule } from './ccxt-module.ts';
import type { CcxtOrderBook, CcxtTicker, CcxtTrade } from './ccxt-module.ts';
import { bookOf, listingOf, quoteOf, statisticsOf, tradeOf } from './map.ts';
import { SymbolWatch, WATCHES, type WatchKind } from './symbol-watch.ts';
import { WatchFaults } from './watch-faults.ts';

/** A trade that is sent again within so many others is left out: after a reconnect most exchanges send the last ones again. */
const TRADE_IDS_REMEMBERED = 5_000;
/** ccxt keeps so many trades of a symbol until they are taken, unless the exchange says otherwise: of more, the oldest are gone. */
const TRADES_HELD = 1_000;
/** How long ccxt may take to close its connections; what is left then is let go, ms. */
const CLOSE_MS_MAX = 1_500;
const REQUEST_TIMEOUT_MS = 15_000;
const PROBLEMS_MAX = 20;
const PREFIX = 'ccxt:';

export interface CcxtFeedOptions {
  /** `ccxt:kucoin`. */
  readonly name: string;
  /** As ccxt spells them: `BTC/USDT`, `BTC/USDT:USDT`. */
  readonly symbols: readonly string[];
  readonly clock: Clock;
  readonly random?: () => number;
  /** Loads ccxt; it is loaded only by this. */
  readonly load?: () => Promise<unknown>;
  /** Changes the exchange before it is used: keys, addresses, a sandbox. */
  readonly prepare?: (exchange: CcxtExchange) => Promise<void> | void;
}

/** A feed of one of ccxt's exchanges. @throws UserError when ccxt is not installed, has no such exchange, or no symbol is named */
export async function openCcxtFeed(options: CcxtFeedOptions): Promise<CcxtFeed> {
  const id = options.name.startsWith(PREFIX) ? options.name.slice(PREFIX.length) : options.name;
  const module = await loadCcxt(options.load);
  const names = exchangeNames(module);
  if (!names.includes(id)) {
    const near = names.filter((name) => name.startsWith(id.slice(0, 3))).slice(0, 5);
    throw new UserError(
      `ccxt has no live data of ${JSON.stringify(id)}${near.length === 0 ? '' : `; near it are ${near.join(', ')}`}.`,
    );
  }
  if (options.symbols.length === 0)
    throw new UserError(`${PREFIX}${id} needs symbols: name them with --symbols, such as BTC/USDT.`);
  return new CcxtFeed(id, module, options);
}

interface Watched {
  readonly instrument: ListedInstrument;
  readonly watches: SymbolWatch[];
  readonly recent: RecentIds;
  readonly faults: WatchFaults;
  /** When trades came last, us; 0 = never. */
  tradesUs: number;
}

/** What one start made, and `close` lets go of. */
interface Running {
  readonly exchange: CcxtExchange;
  readonly sink: EventSink;
  readonly instruments: Map<InstrumentId, ListedInstrument>;
  readonly watched: Map<InstrumentId, Watched>;
}

/**
 * An exchange behind ccxt as a feed. ccxt connects, subscribes and reconnects; it has no sequence of trades and fills no hole after a
 * reconnect, so a hole is not noticed either: venues with an adapter of our own are better served by that.
 *
 * Invariant: of an instrument that is watched the sink was told that it is live, or in a sentence why not.
 */
export class CcxtFeed implements Feed {
  readonly name: string;
  readonly venue: string;
  readonly simulated = false;
  readonly restartable = true;
  readonly expects: readonly string[];
  readonly offers: readonly MarketEventType[] = ['trade', 'quote', 'book', 'statistics'];
  readonly #module: CcxtModule;
  readonly #options: CcxtFeedOptions;
  readonly #wanted = new Set<InstrumentId>();
  readonly #counters = { watch_errors: 0, duplicate_trades: 0, malformed_rows: 0, trades_overrun: 0 };
  readonly #problems: FeedReport['problems'][number][] = [];
  #running: Running | null = null;
  #starting: CcxtExchange | null = null;
  #lifeUs = 0;
  #unlisted: readonly string[] = [];
  #told = '';

  constructor(id: string, module: CcxtModule, options: CcxtFeedOptions) {
    this.name = `${PREFIX}${id}`;
    this.venue = id;
    this.expects = options.symbols;
    this.#module = module;
    this.#options = options;
  }

  /** Asks for the markets and makes the named ones known. May be called again after `close`, or after it has rejected. */
  async start(sink: EventSink): Promise<void> {
    if (this.#running !== null || this.#starting !== null) return;
    const { symbols, prepare } = this.#options;
    const Exchange = this.#module.pro[this.venue]!;
    const exchange = new Exchange({ newUpdates: true, enableRateLimit: true, timeout: REQUEST_TIMEOUT_MS });
    guardSends(exchange);
    this.#starting = exchange;
    this.#told = '';
    try {
      await prepare?.(exchange);
      const markets = await exchange.loadMarkets();
      // Closed while it was asked.
      if (this.#starting !== exchange) return;
      const listed = symbols.filter((symbol) => markets[symbol] !== undefined);
      this.#unlisted = symbols.filter((symbol) => markets[symbol] === undefined);
      if (listed.length === 0) throw new Error(`${exchange.name} lists none of ${symbols.join(', ')}.`);
      this.#running = { exchange, sink, instruments: new Map(), watched: new Map() };
      for (const symbol of listed) {
        const listing = listingOf(symbol, markets[symbol]!, exchange.precisionMode, this.#module);
        const instrument = new ListedInstrument({
          venue: this.venue,
          listing,
          define: (definition) => sink.define(definition),
        });
        this.#running.instruments.set(instrument.id, instrument);
      }
    } catch (error) {
      await closeExchange(exchange, this.#options.clock);
      throw error;
    } finally {
      // After a close and another start it is that one's.
      if (this.#starting === exchange) this.#starting = null;
    }
    for (const id of this.#wanted) this.#watch(id);
    this.#tellState();
  }

  subscribe(instruments: readonly InstrumentId[]): void {
    for (const id of instruments) {
      this.#wanted.add(id);
      this.#watch(id);
    }
    this.#tellState();
  }

  unsubscribe(instruments: readonly InstrumentId[]): void {
    for (const id of instruments) {
      this.#wanted.delete(id);
      const watched = this.#running?.watched.get(id);
      if (watched === undefined) continue;
      for (const watch of watched.watches) watch.close();
      this.#running?.watched.delete(id);
      this.#running?.sink.onTrust?.(id, 'Nobody watches: it is not subscribed.');
    }
    this.#tellState();
  }

  report(): FeedReport {
    const watched = [...(this.#running?.watched.values() ?? [])];
    return {
      counters: { ...this.#counters },
      problems: this.#problems,
      lifeUs: this.#lifeUs === 0 ? null : (this.#lifeUs as FeedReport['lifeUs']),
      instruments: {
        listed: this.#running?.instruments.size ?? 0,
        wanted: this.#wanted.size,
        live: watched.filter(({ faults }) => faults.reason === '').length,
      },
    };
  }

  async close(): Promise<void> {
    const running = this.#running;
    const exchange = running?.exchange ?? this.#starting;
    this.#running = null;
    this.#starting = null;
    for (const [id, { watches }] of running?.watched ?? []) {
      for (const watch of watches) watch.close();
      running?.sink.onTrust?.(id, 'The feed was stopped.');
    }
    if (exchange !== null) await closeExchange(exchange, this.#options.clock);
  }

  #watch(id: InstrumentId): void {
    const running = this.#running;
    const instrument = running?.instruments.get(id);
    if (running === null || instrument === undefined || running.watched.has(id)) return;
    const { exchange, sink } = running;
    const kinds = (Object.keys(WATCHES) as WatchKind[]).filter(
      (kind) => exchange.has[WATCHES[kind].watch] === true,
    );
    const watched: Watched = {
      instrument,
      watches: [],
      recent: new RecentIds(TRADE_IDS_REMEMBERED),
      faults: new WatchFaults(kinds),
      tradesUs: 0,
    };
    running.watched.set(id, watched);
    sink.onTrust?.(id, `Waiting for ${this.venue}.`);
    for (const kind of kinds) {
      const watch = new SymbolWatch({
        exchange,
        module: this.#module,
        clock: this.#options.clock,
        random: this.#options.random ?? Math.random,
        symbol: instrument.symbol,
        kind,
        onAsked: () => this.#note(running, id, watched, (faults) => faults.onAsked(kind)),
        onBack: () => hurry(running),
        onData: (data) => {
          this.#take(running, watched, kind, data);
          this.#note(running, id, watched, (faults) => faults.onData(kind));
        },
        onError: (sentence, isOver) => {
          this.#counters.watch_errors += 1;
          this.#problem(`${instrument.symbol} ${sentence}`);
          this.#note(running, id, watched, (faults) =>
            isOver ? faults.onOver(kind, sentence) : faults.onFault(kind, sentence),
          );
        },
      });
      watched.watches.push(watch);
    }
  }

  #take({ sink }: Running, watched: Watched, kind: WatchKind, data: unknown): void {
    const { instrument, recent } = watched;
    const nowUs = this.#options.clock.nowUs();
    this.#lifeUs = nowUs;
    if (kind === 'trades') {
      this.#tellOverrun(watched, (data as readonly CcxtTrade[]).length, nowUs);
      for (const row of data as readonly CcxtTrade[]) {
        const trade = tradeOf(row, instrument, nowUs);
        const id = trade?.tradeId ?? '';
        if (id !== '' && recent.has(id)) {
          instrument.settle(trade!);
          this.#counters.duplicate_trades += 1;
          continue;
        }
        if (id !== '') recent.add(id);
        this.#deliver(sink, instrument, trade);
      }
    } else if (kind === 'book') {
      this.#deliver(sink, instrument, bookOf(data as CcxtOrderBook, instrument, nowUs));
    } else {
      const ticker = data as CcxtTicker;
      const statistics = statisticsOf(ticker, instrument, nowUs);
      if (statistics !== null) this.#deliver(sink, instrument, statistics);
      // Where there is a book, it knows the top sooner.
      if (watched.faults.gives('book')) return;
      const quote = quoteOf(ticker, instrument, nowUs);
      if (quote !== null) this.#deliver(sink, instrument, quote);
    }
  }

  /** As many as ccxt keeps came at once: how many more there were, it does not say. */
  #tellOverrun(watched: Watched, trades: number, nowUs: UnixUs): void {
    const fromUs = watched.tradesUs;
    watched.tradesUs = nowUs;
    const running = this.#running;
    const held = running?.exchange.options?.['tradesLimit'];
    if (trades < (typeof held === 'number' ? held : TRADES_HELD) || fromUs === 0) return;
    this.#counters.trades_overrun += 1;
    this.#problem(`${watched.instrument.symbol}: more trades came at once than ccxt keeps.`);
    const ends = { fromTimeUs: unixUs(fromUs), toTimeUs: nowUs };
    running?.sink.onGap?.({ instrument: watched.instrument.id, ...ends, reason: 'overload' });
  }

  #deliver(sink: EventSink, instrument: ListedInstrument, event: MarketEvent | null): void {
    if (event !== null && instrument.settle(event)) return sink.onEvent(event);
    this.#counters.malformed_rows += 1;
    return this.#problem(`${instrument.symbol}: a row that cannot be read.`);
  }

  /** Takes what became known of a stream, and tells what it means for the instrument. */
  #note({ sink }: Running, id: InstrumentId, { faults }: Watched, note: (faults: WatchFaults) => void): void {
    const before = faults.reason;
    note(faults);
    const { reason } = faults;
    if (reason === before) return;
    sink.onTrust?.(id, reason ?? `Waiting for ${this.venue}.`);
    this.#tellState();
  }

  #problem(message: string): void {
    this.#problems.push({ timeUs: this.#options.clock.nowUs(), message });
    if (this.#problems.length > PROBLEMS_MAX) this.#problems.shift();
  }

  #tellState(): void {
    const running = this.#running;
    if (running === null) return;
    const reasons = [...running.watched.values()].map(({ faults }) => faults.reason);
    const live = reasons.filter((reason) => reason === '').length;
    const [state, sentence] = stateOf(reasons, live);
    const missing =
      this.#unlisted.length === 0
        ? ''
        : `${running.exchange.name} does not list ${this.#unlisted.join(', ')}.`;
    const message = [sentence, missing].filter((part) => part !== '').join(' ');
    if (this.#told === `${state} ${message}`) return;
    this.#told = `${state} ${message}`;
    running.sink.onState(state, message);
  }
}

function stateOf(reasons: readonly (string | null)[], live: number): [FeedState, string] {
  if (reasons.length === 0) return ['live', 'Nobody watches: it is not connected.'];
  if (live === reasons.length) return ['live', ''];
  if (live > 0) return ['live', `${reasons.length - live} of ${reasons.length} instruments are not live.`];
  const fault = reasons.find((reason) => reason !== null && reason !== '');
  return fault === undefined || fault === null ? ['connecting', ''] : ['stale', fault];
}

/** One watch has found the exchange back: the others need not wait as long as they would. */
function hurry({ watched }: Running): void {
  for (const { watches } of watched.values()) for (const watch of watches) watch.hurry();
}

/** ccxt ends its watches and closes its sockets; one that does not answer is not waited for. */
async function closeExchange(exchange: CcxtExchange, clock: Clock): Promise<void> {
  let cancel = (): void => {};
  const late = new Promise<void>((resolve) => (cancel = clock.after(CLOSE_MS_MAX, resolve)));
  await Promise.race([exchange.close().catch(() => undefined), late]);
  cancel();
}
