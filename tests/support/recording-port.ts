import { instrumentId, type MarketEvent, type UnixUs } from '#protocol';
import { takeWhole, type Portions } from '../../server/feeds/venue/portions.ts';
import type {
  RawFrame,
  VenueConnection,
  VenueFault,
  VenueInstrument,
  VenuePort,
  VenueTrade,
} from '../../server/feeds/venue/ports.ts';
import { ListedInstrument } from '../../server/feeds/venue/venue-instrument.ts';

/** A port that writes down all that an adapter says, for tests of one connection without a socket. */
export class RecordingPort implements VenuePort {
  readonly events: MarketEvent[] = [];
  readonly trades: VenueTrade[] = [];
  readonly faults: VenueFault[] = [];
  readonly sent: RawFrame[] = [];
  /** `live BTC-USD`, `acknowledged BTC-USD ticker`, `unknown horoscope`, ... */
  readonly told: string[] = [];
  readonly restPaths: string[] = [];
  /** Bodies by path; a path that is not here is refused. */
  readonly answers = new Map<string, string>();
  readonly #instruments = new Map<string, ListedInstrument>();

  /** @param step tick and lot of all symbols */
  constructor(symbols: readonly string[], step = '0.00000001') {
    for (const [id, symbol] of symbols.entries()) {
      const listing = {
        symbol,
        name: symbol,
        assetClass: 'crypto' as const,
        currency: 'USD',
        tick: step,
        lot: step,
      };
      this.#instruments.set(
        symbol,
        new ListedInstrument({ venue: 'test', listing, define: () => instrumentId(id) }),
      );
    }
  }

  readonly rest = {
    text: (path: string): Promise<string> => {
      this.restPaths.push(path);
      const body = this.answers.get(path);
      return body === undefined ? Promise.reject(new Error(`Nothing at ${path}.`)) : Promise.resolve(body);
    },
  };

  of<Type extends MarketEvent['type']>(type: Type): Extract<MarketEvent, { type: Type }>[] {
    return this.events.filter((event) => event.type === type) as Extract<MarketEvent, { type: Type }>[];
  }

  /** Nobody asks for it any more. */
  forget(symbol: string): void {
    this.#instruments.delete(symbol);
  }

  instrument(symbol: string): VenueInstrument | null {
    return this.#instruments.get(symbol) ?? null;
  }

  event(event: MarketEvent): void {
    const instrument = [...this.#instruments.values()][event.instrument];
    instrument?.settle(event);
    this.events.push(structuredClone(event));
  }

  trade(trade: VenueTrade): void {
    this.trades.push(trade);
  }

  fault(fault: VenueFault): void {
    this.faults.push(fault);
  }

  send(frame: RawFrame): void {
    this.sent.push(frame);
  }

  inPortions(_symbol: string, work: Portions): void {
    takeWhole(work);
  }

  key(env: string): string {
    return env;
  }

  live = (symbol: string): void => this.#tell('live', symbol);
  acknowledged = (symbol: string, channel: string): void => this.#tell('acknowledged', symbol, channel);
  refused = (symbol: string, channel: string, reason: string): void =>
    this.#tell('refused', symbol, channel, reason);
  ready = (): void => this.#tell('ready');
  heartbeat = (): void => this.#tell('heartbeat');
  unknown = (kind: string): void => this.#tell('unknown', kind);
  malformed = (reason: string): void => this.#tell('malformed', reason);
  unexpected = (what: string): void => this.#tell('unexpected', what);
  notice = (sentence: string): void => this.#tell('notice', sentence);
  rotate = (reason: string): void => this.#tell('rotate', reason);
  fail = (reason: string, permanent: boolean): void =>
    this.#tell('fail', permanent ? 'for good' : 'for now', reason);

  #tell(...words: string[]): void {
    this.told.push(words.join(' '));
  }
}

/** Hands frames to a connection. */
export function feed(connection: VenueConnection, ...frames: (RawFrame | object)[]): void {
  for (const frame of frames) {
    const raw = typeof frame === 'string' || frame instanceof Uint8Array ? frame : JSON.stringify(frame);
    connection.onFrame(raw, ARRIVAL_US);
  }
}

/** When all frames of `feed` arrive. */
export const ARRIVAL_US = 1_618_677_817_500_000 as UnixUs;
