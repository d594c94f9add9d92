import { setImmediate as turn } from 'node:timers/promises';
import {
  priceTicks,
  sizeLots,
  unixUs,
  type InstrumentDefinition,
  type InstrumentId,
  type MarketEvent,
  type TradeEvent,
} from '#protocol';
import { UserError } from '../../errors.ts';
import { AskedSymbols } from './asked-symbols.ts';
import type { CapturedFrame, CaptureLine } from './capture-lines.ts';
import { CapturePort, type CapturePortOwner } from './capture-port.ts';
import { CapturePrices } from './capture-prices.ts';
import { CaptureRest } from './capture-rest.ts';
import { emptySummary, note, type CaptureSummary } from './capture-summary.ts';
import type { Venue, VenueConnection, VenueTrade } from './ports.ts';
import { TradeLedger } from './trade-ledger.ts';
import { ListedInstrument } from './venue-instrument.ts';

export interface CaptureRunOptions {
  /** Recorded answers of REST; those in the capture itself are used besides. */
  readonly rest?: readonly CaptureLine[];
  /** Each event as the engine would get it. It is the run's again after the call. */
  readonly onEvent?: (event: MarketEvent, instrument: InstrumentDefinition) => void;
  /** Goes on when the adapter says that it is no use. */
  readonly isPatient?: boolean;
}

interface Captured {
  readonly instrument: ListedInstrument;
  readonly prices: CapturePrices;
}

/** Runs a capture through a venue's adapter and returns what came out. @throws UserError when the adapter says that it is no use */
export async function runCapture(
  venue: Venue,
  lines: Iterable<CaptureLine> | AsyncIterable<CaptureLine>,
  options: CaptureRunOptions = {},
): Promise<CaptureSummary> {
  const run = new CaptureRun(venue, options);
  for await (const line of lines) await run.take(line);
  return run.finish();
}

/**
 * A venue's connections over frames that were recorded, without a socket. Not a live feed: it asks the venue for nothing. One connection
 * of the adapter per connection of the capture; instruments are made when a frame first names them, their steps learnt from the digits.
 *
 * Invariant: what an adapter does after a question to REST is done before the next frame is handed to it.
 */
export class CaptureRun implements CapturePortOwner {
  readonly venue: Venue;
  readonly rest: CaptureRest;
  readonly summary: CaptureSummary = emptySummary();
  /** How often the adapter said that it is no use. */
  failures = 0;
  readonly #asked: AskedSymbols;
  readonly #ledger: TradeLedger;
  readonly #onEvent: NonNullable<CaptureRunOptions['onEvent']>;
  readonly #instruments = new Map<string, Captured>();
  readonly #byId: Captured[] = [];
  readonly #connections = new Map<string, { port: CapturePort; connection: VenueConnection }>();
  /** Time of arrival of the frame in hand. Bare frames have none: there it is the newest time that the venue wrote so far. */
  #nowUs = 0;
  #isTimed = false;
  #trade: TradeEvent | null = null;
  readonly #isPatient: boolean;
  #failure: string | null = null;
  /** First question of REST to which no answer was recorded. */
  #missed: string | null = null;

  constructor(venue: Venue, options: CaptureRunOptions = {}) {
    this.venue = venue;
    this.rest = new CaptureRest(venue.restUrl, (path) => (this.#missed ??= path));
    this.#asked = new AskedSymbols(venue);
    this.#ledger = new TradeLedger(venue.tradeIds);
    this.#isPatient = options.isPatient === true;
    this.#onEvent = options.onEvent ?? (() => undefined);
    for (const line of options.rest ?? [])
      if (line.kind === 'rest') this.rest.add(line.url, line.body, line.timeUs);
  }

  async take(line: CaptureLine): Promise<void> {
    if (line.kind === 'rest') return this.rest.add(line.url, line.body, line.timeUs);
    const asked = this.rest.asked;
    if (!Number.isNaN(line.timeUs)) {
      this.#nowUs = line.timeUs;
      this.#isTimed = true;
      if (this.rest.reach(line.timeUs)) await turn();
    }
    this.#onWire(line);
    if (this.rest.asked > asked) await turn();
    this.#throwFailure();
    return undefined;
  }

  /** The same at once, for a reader that cannot wait: what an adapter asks of REST is answered too late or not at all. */
  takeNow(line: CaptureLine): void {
    if (line.kind === 'rest') return;
    if (!Number.isNaN(line.timeUs)) {
      this.#nowUs = line.timeUs;
      this.#isTimed = true;
    }
    this.#onWire(line);
    this.#throwFailure();
  }

  #onWire(line: Exclude<CaptureLine, { kind: 'rest' }>): void {
    if (line.kind === 'open' || line.kind === 'close') this.#connections.delete(line.conn);
    if (line.kind === 'in') this.#frame(line);
    else if (line.kind === 'out') this.#subscribe(line.conn, this.#asked.in(line.raw));
    else if (line.kind === 'open') this.#connection(line.conn);
  }

  async finish(): Promise<CaptureSummary> {
    // Answers that were recorded after the last frame.
    if (this.rest.reach(Number.POSITIVE_INFINITY)) await turn();
    this.#throwFailure();
    // Where books need their snapshots from REST, this is why there are none.
    if (this.#missed !== null && this.summary.events.book === 0)
      note(
        this.summary,
        `No answer to GET ${this.#missed.replace(/\?.*/, '')} was recorded, or not enough of them: what needs them is left out. --rest FILE adds answers.`,
      );
    for (const [symbol, { prices, instrument }] of this.#instruments) {
      if (prices.events > 0)
        this.summary.instruments[symbol] = {
          events: prices.events,
          ...prices.span(instrument.definition.tick),
        };
    }
    return this.summary;
  }

  #frame({ conn, raw }: CapturedFrame): void {
    const { port, connection } = this.#connection(conn);
    this.summary.frames += 1;
    port.beginFrame();
    try {
      connection.onFrame(raw, unixUs(this.#nowUs));
      port.endFrame(connection);
    } catch (error) {
      port.malformed(`The adapter threw: ${(error as Error).message}`);
    }
  }

  #connection(conn: string): { port: CapturePort; connection: VenueConnection } {
    const known = this.#connections.get(conn);
    if (known !== undefined) return known;
    const port = new CapturePort(this, (symbol) => this.#subscribe(conn, [symbol]));
    const entry = { port, connection: this.venue.connect(port) };
    this.#connections.set(conn, entry);
    entry.connection.onOpen();
    return entry;
  }

  /** The adapter is told what was asked for, so that it is in the state in which it would be; what it would send is not needed. */
  #subscribe(conn: string, symbols: readonly string[]): void {
    const { port, connection } = this.#connection(conn);
    const fresh = symbols.filter((symbol) => port.addAsked(symbol));
    if (fresh.length > 0) connection.subscribe(fresh);
  }

  instrument(symbol: string): ListedInstrument {
    const known = this.#instruments.get(symbol);
    if (known !== undefined) return known.instrument;
    const prices = new CapturePrices();
    const id = this.#instruments.size as InstrumentId;
    let tick = Number.NaN;
    const instrument = new ListedInstrument({
      venue: this.venue.name,
      listing: { symbol, name: symbol, assetClass: 'other', currency: '', tick: '', lot: '' },
      define: (definition) => {
        const step = definition.tick.units / 10 ** definition.tick.decimals;
        if (!Number.isNaN(tick)) prices.scale(Math.round(tick / step));
        tick = step;
        return id;
      },
    });
    const captured = { instrument, prices };
    this.#instruments.set(symbol, captured);
    this.#byId.push(captured);
    return instrument;
  }

  /** The adapter says that this is no use, whatever comes. Told when it has returned: it need not expect an exception. */
  fail(reason: string): void {
    this.failures += 1;
    if (this.#isPatient) note(this.summary, reason);
    else this.#failure ??= reason;
  }

  #throwFailure(): void {
    if (this.#failure !== null) throw new UserError(this.#failure);
  }

  event(event: MarketEvent): void {
    const captured = this.#byId[event.instrument];
    if (captured === undefined) {
      note(this.summary, `An event is of instrument ${event.instrument}, which nobody asked for.`);
      this.summary.faults.malformed += 1;
      return;
    }
    const { instrument, prices } = captured;
    if (!instrument.settle(event)) {
      note(this.summary, `${instrument.symbol}: the digits of an event grew in its midst; it was left out.`);
      this.summary.faults.malformed += 1;
      return;
    }
    const { summary } = this;
    summary.events[event.type] += 1;
    if (!this.#isTimed) this.#nowUs = Math.max(this.#nowUs, event.venueTimeUs);
    const timeUs = this.#isTimed ? event.receiveTimeUs : event.venueTimeUs;
    if (timeUs > 0) {
      summary.firstTimeUs = Math.min(summary.firstTimeUs ?? timeUs, timeUs);
      summary.lastTimeUs = Math.max(summary.lastTimeUs ?? timeUs, timeUs);
    }
    prices.take(event);
    this.#onEvent(event, instrument.definition);
  }

  trade(trade: VenueTrade): boolean {
    const instrument = this.instrument(trade.symbol);
    const price = instrument.price(trade.price);
    const size = instrument.size(trade.size);
    if (Number.isNaN(price) || !(size >= 0)) {
      this.summary.faults.malformed += 1;
      note(this.summary, `${trade.symbol}: a trade of ${trade.size} at ${trade.price} is no number.`);
      return false;
    }
    const verdict = this.#ledger.verdict(trade.symbol, trade.id);
    if (verdict === 'duplicate') {
      this.summary.repeatedTrades += 1;
      return true;
    }
    if (verdict === 'hole') {
      this.summary.sequenceGaps += 1;
      const hole = this.#ledger.hole(trade.symbol, trade.id);
      note(this.summary, `${trade.symbol}: the trades ${hole?.fromId} to ${hole?.toId} are missing.`);
    }
    this.#ledger.take(trade.symbol, trade.id);
    this.event(this.#tradeEvent(trade, instrument.id, price, size));
    return true;
  }

  #tradeEvent(trade: VenueTrade, instrument: InstrumentId, price: number, size: number): TradeEvent {
    const { aggressor, venueTimeUs, receiveTimeUs, id: tradeId } = trade;
    this.#trade ??= { type: 'trade' } as TradeEvent;
    return Object.assign(this.#trade, {
      instrument,
      venueTimeUs,
      receiveTimeUs,
      price: priceTicks(price),
      size: sizeLots(size),
      aggressor,
      tradeId,
    });
  }
}
